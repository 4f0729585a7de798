// SPDX-License-Identifier: GPL-2.0
/* The command "record": writes what the rings hand out to a file or a pipe. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "recorder.h"
#include "subject.h"

/* How often an idle recorder looks whether events were missed or all is over. */
#define LOOK_MS		1000

/**
 * struct record_options - what was asked for
 * @file: where to write, "-" for stdout
 * @filter: steps that it does not let through are left out, NULL for none
 * @families: TCPFIN_FAMILY_*, 0 for all
 * @count: events to write, 0 for no limit
 * @for_ns: how long to record, 0 for no limit
 */
struct record_options {
	const char *file;
	struct tcpfin_filter *filter;
	unsigned int families;
	uint64_t count;
	uint64_t for_ns;
};

/**
 * struct record - a run of the command
 * @end_ns: when to end, UINT64_MAX for never
 * @taken: events that were written or will be
 * @tracker: what the filter wants to know of steps, NULL without a filter
 * @recorder: the recording
 */
struct record {
	struct tcpfin_source *src;
	const struct record_options *opts;
	uint64_t end_ns;
	uint64_t taken;
	struct tcpfin_tracker *tracker;
	struct tcpfin_recorder recorder;
};

static bool is_wanted(struct record *r, const struct tcpfin_item *item)
{
	struct tcpfin_step step;

	if (!tcpfin_family_matches(r->opts->families, item->event->family))
		return false;
	if (!r->tracker)
		return true;
	tcpfin_tracker_event(r->tracker, item->host, item->event, &step);
	return tcpfin_step_matches(r->opts->filter, &r->src->header,
				   item->event, &step);
}

/* All that is there was taken. What was asked for may be over. */
static bool take_pause(struct record *r)
{
	uint64_t now = tcpfin_source_now(r->src);
	uint64_t left = (r->end_ns - now + 999999) / 1000000;

	if (!tcpfin_recorder_idle(&r->recorder, r->src))
		return false;
	if (tcpfin_stop_requested() || now >= r->end_ns)
		tcpfin_source_stop(r->src);
	else
		tcpfin_source_wait(r->src, left < LOOK_MS ? (int)left : LOOK_MS);
	return true;
}

/* Return false when no more shall be taken. */
static bool take_item(struct record *r, const struct tcpfin_item *item)
{
	if (item->type == TCPFIN_ITEM_EVENT) {
		if (!is_wanted(r, item))
			return true;
		r->taken++;
	} else if (r->tracker) {
		tcpfin_tracker_gap(r->tracker, item);
	}
	return tcpfin_recorder_item(&r->recorder, r->src, item) &&
	       (!r->opts->count || r->taken < r->opts->count);
}

static void run_record(struct record *r)
{
	struct tcpfin_item item;
	bool more = true;

	while (more) {
		tcpfin_source_next(r->src, &item);
		if (item.type == TCPFIN_ITEM_END)
			more = false;
		else if (item.type == TCPFIN_ITEM_IDLE)
			more = take_pause(r);
		else
			more = take_item(r, &item);
	}
}

/* Return the exit status. Who reads a pipe may go away. */
static int tell(const struct record *r)
{
	const struct tcpfin_recorder *rec = &r->recorder;

	if (r->src->gone)
		fputs("tcpfin record: the module was unloaded\n", stderr);
	if (rec->error && rec->error != EPIPE)
		fprintf(stderr, "tcpfin record: cannot write %s: %s\n",
			r->opts->file, strerror(rec->error));
	fprintf(stderr,
		"tcpfin record: %" PRIu64 " events written, %" PRIu64 " lost, %" PRIu64 " missed\n",
		(uint64_t)rec->total.events, (uint64_t)rec->total.lost,
		(uint64_t)rec->total.missed);
	return rec->error && rec->error != EPIPE;
}

static int record(struct tcpfin_source *src, const struct record_options *opts,
		  int fd)
{
	static struct record r;

	if (opts->filter) {
		r.tracker = tcpfin_tracker_new(TCPFIN_TRACKED_MAX, NULL);
		if (!r.tracker) {
			fputs("tcpfin record: out of memory\n", stderr);
			close(fd);
			return 1;
		}
	}
	r.src = src;
	r.opts = opts;
	r.end_ns = opts->for_ns ? tcpfin_source_now(src) + opts->for_ns :
				  UINT64_MAX;
	if (tcpfin_recorder_start(&r.recorder, fd, src)) {
		run_record(&r);
		if (!r.recorder.error)
			tcpfin_recorder_finish(&r.recorder, src);
	}
	/* Some file systems tell only now that the disk is full. */
	if (close(fd) && !r.recorder.error)
		r.recorder.error = errno;
	tcpfin_tracker_free(r.tracker);
	return tell(&r);
}

static const struct option longs[] = {
	{ "for", required_argument, NULL, TCPFIN_OPT_FOR },
	{ "history", no_argument, NULL, TCPFIN_OPT_HISTORY },
	{ "help", no_argument, NULL, TCPFIN_OPT_HELP },
	{ NULL, 0, NULL, 0 },
};

static const char help[] =
"Usage: tcpfin record -w FILE [OPTION]... [FILTER]\n"
"Write each step of a connection's end to a file, for -r of other commands.\n"
"\n"
"  -w FILE     the file, which is overwritten; - for stdout\n"
"  -4, -6      only IPv4 (v4-mapped connections too), only IPv6\n"
"  -c N        stop after N steps\n"
"  --for TIME  stop after this time: 500ms, 30s, 5m, 1h\n"
"  --history   start with the steps that are still in the rings\n"
"\n"
"Ctrl-C ends it. It then says how many steps were written and what was lost.\n"
"FILTER is as for ss, see FILTER in tcpfin(8).\n"
"Example: ssh HOST tcpfin record -w - dport = :443 | tcpfin watch -r -\n";

/* Return false after a mistake. */
static bool read_value(int opt, struct record_options *opts)
{
	const struct tcpfin_command *cmd = &tcpfin_record_command;

	switch (opt) {
	case 'w':
		opts->file = optarg;
		return true;
	case 'c':
		return tcpfin_take_count(cmd, "-c", &opts->count);
	case TCPFIN_OPT_FOR:
		return tcpfin_take_time(cmd, "--for", &opts->for_ns);
	}
	return false;
}

/* Return the exit status, or -1 to go on. */
static int read_options(int argc, char **argv, struct record_options *opts,
			struct tcpfin_input *in)
{
	int opt;

	while ((opt = tcpfin_getopt(&tcpfin_record_command, argc, argv)) !=
	       TCPFIN_OPT_END) {
		switch (opt) {
		case '4':
			opts->families |= TCPFIN_FAMILY_4;
			break;
		case '6':
			opts->families |= TCPFIN_FAMILY_6;
			break;
		case TCPFIN_OPT_HISTORY:
			in->live.history = true;
			break;
		case TCPFIN_OPT_HELP:
			return tcpfin_finish(stdout);
		default:
			if (!read_value(opt, opts))
				return 1;
		}
	}
	if (opts->file)
		return -1;
	fputs("tcpfin record: no file: -w FILE, or -w - for stdout\n", stderr);
	return 1;
}

/* What was seen of others' connections is for the owner's eyes. */
static int open_file(const char *file)
{
	bool is_stdout = !strcmp(file, "-");
	int fd;

	fd = is_stdout ? fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0) :
			 open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
			      0600);
	if (fd < 0) {
		fprintf(stderr, "tcpfin record: cannot open %s: %s\n", file,
			strerror(errno));
	} else if (isatty(fd)) {
		fprintf(stderr,
			"tcpfin record: %s is a terminal, and a recording is no text\n",
			is_stdout ? "stdout" : file);
		close(fd);
		fd = -1;
	}
	return fd;
}

static int run(int argc, char **argv)
{
	struct tcpfin_input in = { .live.follow = true };
	struct record_options opts = { 0 };
	struct tcpfin_source *src;
	int ret, fd;

	ret = read_options(argc, argv, &opts, &in);
	if (ret >= 0)
		return ret;
	if (!tcpfin_take_filter(&tcpfin_record_command, argc, argv,
				&opts.filter))
		return 1;
	ret = 1;
	in.live.stop_fd = tcpfin_stop_install();
	src = tcpfin_open(&tcpfin_record_command, &in);
	if (src) {
		fd = open_file(opts.file);
		ret = fd < 0 ? 1 : record(src, &opts, fd);
		ret = tcpfin_close(&tcpfin_record_command, src, ret);
	}
	tcpfin_filter_free(opts.filter);
	return ret;
}

const struct tcpfin_command tcpfin_record_command = {
	.name = "record",
	.help = help,
	.allowed = "-w FILE -4 -6 -c N --for TIME --history --help",
	.shorts = ":46w:c:",
	.longs = longs,
	.filters = true,
	.run = run,
};
