// SPDX-License-Identifier: GPL-2.0
/* The command "record": writes the events of the rings to a file or a pipe. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "cli/pump.h"
#include "commands/commands.h"
#include "source/recording_rotate.h"
#include "source/recording_write.h"
#include "util/message.h"
#include "util/parse.h"
#include "util/progress.h"

struct record_options {
	struct selection selection;
	struct rotation rotation;	/* the file, "-" for stdout, and when to rotate it */
};

/* A run of the command. */
struct record {
	struct source *src;
	const struct record_options *opts;
	struct rotation rotation;	/* the options' rotation, and its progress */
	int fd;				/* the file, -1 if there is none */
	bool failed;			/* a file could not be opened; reported on stderr */
	uint64_t taken;			/* events handed to @recorder */
	struct tracker *tracker;	/* for the filter, NULL without a filter */
	struct recorder recorder;
};

static bool is_wanted(struct record *r, const struct item *item)
{
	const struct selection *selection = &r->opts->selection;
	struct step step;

	if (!r->tracker)
		return selection_family_matches(selection->families,
						item->event->family);
	tracker_event(r->tracker, item->host, item->event, &step);
	return selection_has_step(selection, &r->src->header, item->event, &step);
}

/* Some file systems report a full disk only at close(). */
static void close_file(struct record *r)
{
	if (close(r->fd) && !r->recorder.error)
		r->recorder.error = errno;
	r->fd = -1;
}

static bool fail_file(struct record *r)
{
	progress_wipe();
	message_print("tcpfin record: %s", r->rotation.why);
	r->failed = true;
	return false;
}

/* Open the next file. It gets its name after its header was written. */
static bool open_part(struct record *r, bool first)
{
	struct recorder *rec = &r->recorder;

	r->fd = rotation_open(&r->rotation);
	if (r->fd < 0)
		return fail_file(r);
	if (first ? recorder_start(rec, r->fd, r->src) :
		    recorder_continue(rec, r->fd, r->src)) {
		if (rotation_turn(&r->rotation))
			return true;
		fail_file(r);
	}
	rotation_discard(&r->rotation);
	return false;
}

/* Go on in the next file if this one is full. Return false after an error. */
static bool rotate(struct record *r)
{
	struct recorder *rec = &r->recorder;

	if (!r->rotation.size || rec->error ||
	    rec->bytes + RECORDER_ROOM <= r->rotation.size)
		return true;
	if (recorder_finish(rec, r->src))
		close_file(r);
	return !rec->error && open_part(r, false);
}

/* Write the sums over all parts, in words. */
static const char *counts(const struct record *r, char text[128])
{
	const struct rec_end *before = &r->recorder.before;
	const struct rec_end *total = &r->recorder.total;

	snprintf(text, 128, "%" PRIu64 " events written, %" PRIu64 " lost, %" PRIu64 " missed",
		 (uint64_t)(before->events + total->events),
		 (uint64_t)(before->lost + total->lost),
		 (uint64_t)(before->missed + total->missed));
	return text;
}

static void on_idle(void *data)
{
	struct record *r = data;
	char text[128];

	if (recorder_idle(&r->recorder, r->src) && rotate(r) && progress_due())
		progress_show("%s", counts(r, text));
}

static bool is_enough(void *data)
{
	const struct record *r = data;

	return r->recorder.error || r->failed ||
	       selection_is_enough(&r->opts->selection, r->taken);
}

static void take_events(void *data, struct item *item)
{
	struct record *r = data;

	do {
		if (!is_wanted(r, item))
			continue;
		r->taken++;
		if (recorder_event(&r->recorder, r->src, item))
			rotate(r);
	} while (!is_enough(r) && source_more(r->src, item));
}

static void take_loss(void *data, const struct item *item)
{
	struct record *r = data;

	if (r->tracker)
		tracker_loss(r->tracker, item);
	if (recorder_item(&r->recorder, r->src, item))
		rotate(r);
}

/* Tell how the recording ended. A closed pipe (EPIPE) is no error. */
static int tell(const struct record *r)
{
	const struct recorder *rec = &r->recorder;
	bool bad = rec->error && rec->error != EPIPE;
	char text[128];

	progress_wipe();
	if (bad)
		message_print("tcpfin record: cannot write %s: %s",
			      r->rotation.file, strerror(rec->error));
	fprintf(stderr, "tcpfin record: %s\n", counts(r, text));
	return bad || r->failed;
}

/* Only the owner may read the file: it has other users' connections. */
static int open_file(const char *file)
{
	bool is_stdout = !strcmp(file, "-");
	int fd = is_stdout ? fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0) :
			 open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0) {
		message_print("tcpfin record: cannot open %s: %s", file,
			      strerror(errno));
	} else if (isatty(fd)) {
		message_print("tcpfin record: %s is a terminal, and a recording is not text",
			      is_stdout ? "stdout" : file);
		close(fd);
		fd = -1;
	}
	return fd;
}

/* Return false after an error. The error was reported on stderr only if @r->failed. */
static bool begin(struct record *r)
{
	if (r->rotation.size)
		return open_part(r, true);
	r->fd = open_file(r->rotation.file);
	r->failed = r->fd < 0;
	return !r->failed && recorder_start(&r->recorder, r->fd, r->src);
}

static int record(struct record *r)
{
	const struct pump pump = {
		.name = record_command.name, .src = r->src, .data = r,
		.events = take_events, .loss = take_loss, .idle = on_idle,
		.enough = is_enough, .for_ns = r->opts->selection.for_ns,
	};

	if (begin(r)) {
		pump_run(&pump);
		if (!r->recorder.error && !r->failed)
			recorder_finish(&r->recorder, r->src);
	} else if (r->failed) {
		return 1;
	}
	if (r->fd >= 0)
		close_file(r);
	return tell(r);
}

static bool take_rotate(const struct option_row *row, struct command_call *call)
{
	struct record_options *opts = call->opts;

	return rotation_parse_size(optarg, &opts->rotation.size) ||
	       option_bad_value(row, call,
			"a size from 128k to 1T, such as 500k, 100M or 2G");
}

static bool take_keep(const struct option_row *row, struct command_call *call)
{
	struct record_options *opts = call->opts;
	uint64_t *keep = &opts->rotation.keep;

	return (parse_count(optarg, keep) && *keep >= 2 &&
		*keep <= ROTATION_KEEP_MAX) ||
	       option_bad_value(row, call, "a number of files from 2 to 64");
}

static const struct option_row options[] = {
	{ .name = "-w", .value = "FILE", .take = option_text,
	  .at = offsetof(struct record_options, rotation.file),
	  .help = "the file, which is overwritten; - for stdout" },
	{ .name = "-4" },
	{ .name = "-6" },
	{ .name = "-c", .help = "stop after N steps" },
	{ .name = "--for",
	  .help = "stop after this time: 500ms, 30s, 5m, 1h" },
	{ .name = "--history",
	  .help = "record what is still in the rings, and end there" },
	{ .name = "-f" },
	{ .name = "--follow" },
	{ .name = "--rotate", .value = "SIZE", .take = take_rotate },
	{ .name = "--keep", .value = "N", .take = take_keep,
	  .help = "begin a new file before one gets larger than SIZE (500k, 100M,\n"
		  "2G); the one before becomes FILE.1, that one FILE.2 and so on,\n"
		  "and N files are kept. Read them with -r FILE.1 -r FILE" },
	{ .name = "-v",
	  .help = "show on a terminal (stderr) how many steps were written" },
	{ 0 },
};

static const char *check(struct command_call *call)
{
	const struct record_options *opts = call->opts;
	const struct rotation *rot = &opts->rotation;

	input_go_on(call);
	if (!rot->file)
		return "no file: -w FILE, or -w - for stdout";
	if (!rot->size != !rot->keep)
		return "--rotate SIZE and --keep N go together";
	if (rot->size && !strcmp(rot->file, "-"))
		return "--rotate needs a file, not -w -";
	return NULL;
}

static int view(struct source *src, const void *data, FILE *out)
{
	const struct record_options *opts = data;
	static struct record r;
	int ret;

	(void)out;
	r = (struct record){ .src = src, .opts = opts, .fd = -1,
			     .rotation = opts->rotation };
	if (opts->selection.filter) {
		r.tracker = tracker_new(TRACKER_MAX, NULL);
		if (!r.tracker)
			return -ENOMEM;
	}
	ret = record(&r);
	tracker_free(r.tracker);
	return ret;
}

const struct command record_command = {
	.name = "record",
	.usage =
"Usage: tcpfin record -w FILE [OPTION]... [FILTER]\n"
"Write each step of a connection's end to a file, for -r of other commands.\n",
	.options = options,
	.notes =
"Ctrl-C ends it. It then says how many steps were written and what was lost.\n"
"FILTER is as for ss, see tcpfin-filter(7).\n"
"Example: ssh HOST tcpfin record -w - dport = :443 | tcpfin watch -r -\n",
	.filters = true,
	.silent_live = true,
	.opts_size = sizeof(struct record_options),
	.check = check,
	.view = view,
};
