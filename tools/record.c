// SPDX-License-Identifier: GPL-2.0
/* The command "record": writes what the rings hand out to a file or a pipe. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "recorder.h"

/**
 * struct record_options - what was asked for
 * @chosen: which events, how many, for how long
 * @file: where to write, "-" for stdout
 */
struct record_options {
	struct tcpfin_chosen chosen;
	const char *file;
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
	const struct tcpfin_chosen *chosen = &r->opts->chosen;
	struct tcpfin_step step;

	if (!r->tracker)
		return tcpfin_family_matches(chosen->families,
					     item->event->family);
	tcpfin_tracker_event(r->tracker, item->host, item->event, &step);
	return tcpfin_step_is_chosen(chosen, &r->src->header, item->event,
				     &step);
}

/* All that is there was taken. What was asked for may be over. */
static bool take_pause(struct record *r)
{
	if (!tcpfin_recorder_idle(&r->recorder, r->src))
		return false;
	tcpfin_rest(r->src, r->end_ns, UINT64_MAX);
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
	       !tcpfin_is_enough(&r->opts->chosen, r->taken);
}

/* Events that nobody has to look at. Return false when it is enough. */
static bool take_many(struct record *r)
{
	const struct tcpfin_chosen *chosen = &r->opts->chosen;
	uint64_t max = UINT64_MAX;
	size_t n;

	if (chosen->families || chosen->filter)
		return true;
	do {
		if (chosen->count)
			max = chosen->count - r->taken;
		n = tcpfin_recorder_take(&r->recorder, r->src, max);
		r->taken += n;
		if (tcpfin_is_enough(chosen, r->taken))
			return false;
	} while (n);
	return !r->recorder.error;
}

static void run_record(struct record *r)
{
	struct tcpfin_item item;
	bool more = true;

	while (more && take_many(r)) {
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

	if (opts->chosen.filter) {
		r.tracker = tcpfin_tracker_new(TCPFIN_TRACKED_MAX, NULL);
		if (!r.tracker) {
			fputs("tcpfin record: out of memory\n", stderr);
			close(fd);
			return 1;
		}
	}
	r.src = src;
	r.opts = opts;
	r.end_ns = UINT64_MAX;
	if (opts->chosen.for_ns)
		r.end_ns = tcpfin_source_now(src) + opts->chosen.for_ns;
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

static bool option(int opt, void *data)
{
	struct record_options *opts = data;

	if (opt != 'w')
		return false;
	opts->file = optarg;
	return true;
}

static bool check(struct tcpfin_input *in, void *data)
{
	const struct record_options *opts = data;

	in->live.follow = true;
	if (opts->file)
		return true;
	fputs("tcpfin record: no file: -w FILE, or -w - for stdout\n", stderr);
	return false;
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

static int view(struct tcpfin_source *src, const void *data)
{
	const struct record_options *opts = data;
	int fd = open_file(opts->file);

	return fd < 0 ? 1 : record(src, opts, fd);
}

static int run(int argc, char **argv)
{
	struct record_options opts = { 0 };

	return tcpfin_run(&tcpfin_record_command, argc, argv, &opts);
}

const struct tcpfin_command tcpfin_record_command = {
	.name = "record",
	.help = help,
	.allowed = "-w FILE -4 -6 -c N --for TIME --history --help",
	.shorts = ":46w:c:",
	.longs = longs,
	.filters = true,
	.run = run,
	.option = option,
	.check = check,
	.view = view,
};
