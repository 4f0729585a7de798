// SPDX-License-Identifier: GPL-2.0
/* The command "export": its options, and the file that it writes. */
#include <string.h>

#include "cli/command.h"
#include "commands/export/close_file.h"
#include "commands/export/export.h"
#include "util/message.h"
#include "util/parse.h"

/* Options of this command alone. */
enum {
	OPT_PERFETTO = 0x200,
	OPT_PCAPNG,
	OPT_OPENMETRICS,
	OPT_INTERVAL,
	OPT_CAP,
};

static const struct option longs[] = {
	{ "perfetto", no_argument, NULL, OPT_PERFETTO },
	{ "pcapng", no_argument, NULL, OPT_PCAPNG },
	{ "openmetrics", no_argument, NULL, OPT_OPENMETRICS },
	{ "interval", required_argument, NULL, OPT_INTERVAL },
	{ "cap", required_argument, NULL, OPT_CAP },
	{ "by", required_argument, NULL, OPT_BY },
	{ "for", required_argument, NULL, OPT_FOR },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL, 0, NULL, 0 },
};

static const char help[] =
"Usage: tcpfin export FORM -o FILE [OPTION]... [FILTER]\n"
"Write what the rings hold in the form of another program. FORM is one of\n"
"\n"
"  --perfetto       a trace for ui.perfetto.dev or chrome://tracing: a track for\n"
"                   each end of a connection, a slice for each state\n"
"  --pcapng         the four segments as packets, for Wireshark; marked as made\n"
"                   from what was seen, not captured\n"
"  --openmetrics    counts for Prometheus: node_exporter's textfile collector\n"
"                   reads FILE, which has to end in .prom\n"
"\n"
"  -o FILE          the file, which is replaced when it is whole; - for stdout\n"
"  -r FILE          read a recording in place of the rings, - for stdin; may be\n"
"                   repeated\n"
"  --for TIME       go on for this time: 500ms, 30s, 5m, 1h\n"
"  -c N             N connections; with --interval: write N times\n"
"  -4, -6           only IPv4 (v4-mapped connections too), only IPv6\n"
"  -v               show on a terminal (stderr) how far it has come\n"
"\n"
"With --openmetrics:\n"
"  --interval TIME  count what comes from now on, and write FILE again and again,\n"
"                   this time apart, until Ctrl-C\n"
"  --by KEY         counts for each destination (raddr and rport), raddr, rport,\n"
"                   lport, netns or comm, too\n"
"  --cap N          tell N of them apart, the others are \"other\" (20)\n"
"\n"
"FILTER is as for ss, see FILTER in tcpfin(8).\n"
"Example: tcpfin export --perfetto -o close.json dport = :443\n";

static bool take_form(struct export_options *opts, enum export_form form)
{
	if (opts->form != EXPORT_NONE && opts->form != form) {
		fputs("tcpfin export: --perfetto, --pcapng and --openmetrics do not go together\n",
		      stderr);
		return false;
	}
	opts->form = form;
	return true;
}

static bool take_by(struct export_options *opts)
{
	opts->by = group_by_parse(optarg);
	if (opts->by && opts->by != GROUP_BY_REASON)
		return true;
	return options_bad_value(&export_command, "--by",
			"destination, raddr, rport, lport, netns or comm");
}

static bool take_cap(struct export_options *opts)
{
	return (parse_count(optarg, &opts->cap) &&
		opts->cap <= EXPORT_CAP_MAX) ||
	       options_bad_value(&export_command, "--cap",
				 "a number from 1 to 1000");
}

static bool option(int opt, void *data)
{
	const struct command *cmd = &export_command;
	struct export_options *opts = data;

	switch (opt) {
	case 'o':
		opts->file = optarg;
		return true;
	case OPT_PERFETTO:
		return take_form(opts, EXPORT_TRACE);
	case OPT_PCAPNG:
		return take_form(opts, EXPORT_PCAPNG);
	case OPT_OPENMETRICS:
		return take_form(opts, EXPORT_METRICS);
	case OPT_INTERVAL:
		return options_take_time(cmd, "--interval", &opts->interval_ns);
	case OPT_CAP:
		return take_cap(opts);
	case OPT_BY:
		return take_by(opts);
	}
	return false;
}

/* Return what does not go together, NULL if all is well. */
static const char *find_mistake(const struct input *in,
				const struct export_options *opts)
{
	bool metrics = opts->form == EXPORT_METRICS;

	if (opts->form == EXPORT_NONE)
		return "no form: --perfetto, --pcapng or --openmetrics";
	if (!opts->file)
		return "no file: -o FILE, or -o - for stdout";
	if (!metrics && (opts->interval_ns || opts->by || opts->cap))
		return "--interval, --by and --cap go with --openmetrics";
	if (opts->cap && !opts->by)
		return "--cap needs --by";
	if (metrics && opts->selection.count && !opts->interval_ns)
		return "with --openmetrics -c needs --interval";
	if (in->nfiles && (opts->selection.for_ns || opts->interval_ns))
		return "--for and --interval are for the rings, not for -r";
	return NULL;
}

static bool check(struct input *in, void *data)
{
	struct export_options *opts = data;
	const char *mistake = find_mistake(in, opts);

	if (mistake) {
		fprintf(stderr, "tcpfin export: %s\n", mistake);
		return false;
	}
	if (!opts->cap)
		opts->cap = EXPORT_CAP;
	in->live.history = true;
	in->live.follow = opts->selection.for_ns || opts->interval_ns;
	return true;
}

static int write_file(struct source *src, const struct export_options *opts)
{
	struct atomic_file f;
	bool done, gone;

	if (!atomic_file_open(&f, opts->file)) {
		message_print("tcpfin export: %s", f.why);
		return 1;
	}
	done = opts->form == EXPORT_TRACE ?
	       export_trace(src, opts, f.out) :
	       export_pcapng(src, opts, f.out);
	if (done)
		return !export_close_file(&f, &gone);
	atomic_file_close(&f, false);
	return 1;
}

static int view(struct source *src, const void *data)
{
	const struct export_options *opts = data;

	if (opts->form == EXPORT_METRICS)
		return !export_metrics(src, opts);
	return write_file(src, opts);
}

static int run(int argc, char **argv)
{
	struct export_options opts = { 0 };

	return command_run(&export_command, argc, argv, &opts);
}

const struct command export_command = {
	.name = "export",
	.help = help,
	.allowed = "--perfetto --pcapng --openmetrics -o FILE -r FILE --for TIME -c N --interval TIME --by KEY --cap N -4 -6 -v --help",
	.shorts = ":46r:c:o:v",
	.longs = longs,
	.filters = true,
	.silent_read = true,
	.silent_live = true,
	.run = run,
	.option = option,
	.check = check,
	.view = view,
};
