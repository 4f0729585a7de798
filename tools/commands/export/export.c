// SPDX-License-Identifier: GPL-2.0
/* The command "export": its options, and the file that it writes. */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/output_file.h"
#include "commands/export/export.h"
#include "util/parse.h"
#include "util/stdout.h"

static bool take_form(const struct option_row *row, struct command_call *call)
{
	enum export_form form = !strcmp(row->name, "--perfetto") ? EXPORT_TRACE :
				!strcmp(row->name, "--pcapng") ? EXPORT_PCAPNG :
								 EXPORT_METRICS;
	struct export_options *opts = call->opts;

	if (opts->form != EXPORT_NONE && opts->form != form) {
		fputs("tcpfin export: --perfetto, --pcapng and --prometheus do not go together\n",
		      stderr);
		return false;
	}
	opts->form = form;
	return true;
}

static bool take_by(const struct option_row *row, struct command_call *call)
{
	struct export_options *opts = call->opts;

	opts->by = group_by_parse(optarg);
	return (opts->by && opts->by != GROUP_BY_REASON) ||
	       option_bad_value(row, call, "destination, raddr, rport, lport, netns or comm");
}

static bool take_cap(const struct option_row *row, struct command_call *call)
{
	struct export_options *opts = call->opts;

	return (parse_count(optarg, &opts->cap) && opts->cap <= EXPORT_CAP_MAX) ||
	       option_bad_value(row, call, "a number from 1 to 1000");
}

static const char usage[] =
"Usage: tcpfin export FORM -o FILE [OPTION]... [FILTER]\n"
"Write what the rings hold in the form of another program. FORM is one of\n";

static const struct option_row options[] = {
	{ .name = "--perfetto", .take = take_form,
	  .help = "a trace for ui.perfetto.dev or chrome://tracing: a track for\n"
		  "each end of a connection, a slice for each state" },
	{ .name = "--pcapng", .take = take_form,
	  .help = "the four segments as packets, for Wireshark; marked as made\n"
		  "from what was seen, not captured" },
	{ .name = "--prometheus", .take = take_form },
	{ .name = "--openmetrics", .take = take_form,
	  .help = "counts for Prometheus: node_exporter's textfile collector\n"
		  "reads FILE, which has to end in .prom" },
	{ .help = "" },
	{ .name = "-o", .value = "FILE", .take = option_text,
	  .at = offsetof(struct export_options, file),
	  .help = "the file, which is replaced when it is whole; - for stdout" },
	{ .name = "-r" },
	{ .name = "--for" },
	{ .name = "-c",
	  .help = "N connections; with --interval: write N times" },
	{ .name = "-4" },
	{ .name = "-6" },
	{ .name = "-v" },
	{ .help = "With --prometheus:" },
	{ .name = "--interval", .value = "TIME", .take = option_time,
	  .at = offsetof(struct export_options, interval_ns),
	  .help = "count what comes from now on, and write FILE again and again,\n"
		  "this time apart, until Ctrl-C" },
	{ .name = "--by", .value = "KEY", .take = take_by,
	  .help = "counts for each destination (raddr and rport), raddr, rport,\n"
		  "lport, netns or comm, too" },
	{ .name = "--cap", .value = "N", .take = take_cap,
	  .help = "tell N of them apart, the others are \"other\" (20)" },
	{ 0 },
};

static const char notes[] =
"FILTER is as for ss, see tcpfin-filter(7).\n"
"Example: tcpfin export --perfetto -o close.json dport = :443\n";

/* node_exporter ignores all other files in its folder. */
static bool is_read_by_collector(const char *file)
{
	size_t len = strlen(file);
	struct stat st;

	return !strcmp(file, "-") ||
	       (len > 5 && !strcmp(file + len - 5, ".prom")) ||
	       (!stat(file, &st) && !S_ISREG(st.st_mode));
}

static const char *check(struct command_call *call)
{
	struct export_options *opts = call->opts;
	bool metrics = opts->form == EXPORT_METRICS;
	struct input *in = &call->in;

	if (opts->form == EXPORT_NONE)
		return "no form: --perfetto, --pcapng or --prometheus";
	if (!opts->file)
		return "no file: -o FILE, or -o - for stdout";
	if (!metrics && (opts->interval_ns || opts->by || opts->cap))
		return "--interval, --by and --cap go with --prometheus";
	if (opts->cap && !opts->by)
		return "--cap needs --by";
	if (metrics && opts->selection.count && !opts->interval_ns)
		return "with --prometheus -c needs --interval";
	if (in->nfiles && opts->interval_ns)
		return "--interval is for the rings, not for -r";
	if (metrics && !is_read_by_collector(opts->file))
		return "with --prometheus FILE has to end in .prom, or be - for stdout";
	if (!opts->cap)
		opts->cap = EXPORT_CAP;
	in->live.history = true;
	in->live.follow = opts->selection.for_ns || opts->interval_ns;
	return NULL;
}

bool export_close_file(struct atomic_file *f, bool *gone)
{
	bool fine;

	*gone = !stdout_flush(f->out);
	if (*gone) {
		fine = !stdout_finish(f->out);
		atomic_file_close(f, false);
		return fine;
	}
	return !output_file_close(f, export_command.name, 0);
}

/* Write a trace or packets. */
static int write_once(struct source *src, const struct export_options *opts)
{
	struct atomic_file f;
	bool gone;
	int ret;

	if (!output_file_open(&f, export_command.name, opts->file))
		return 1;
	ret = opts->form == EXPORT_TRACE ? export_trace(src, opts, f.out) :
					   export_pcapng(src, opts, f.out);
	if (!ret)
		return !export_close_file(&f, &gone);
	return output_file_close(&f, export_command.name, ret);
}

static int view(struct source *src, const void *data, FILE *out)
{
	const struct export_options *opts = data;
	int ret;

	(void)out;
	ret = opts->form == EXPORT_METRICS ? export_metrics(src, opts) :
					     write_once(src, opts);
	if (!ret && !opts->interval_ns)
		output_file_tell(export_command.name, opts->file);
	return ret;
}

const struct command export_command = {
	.name = "export",
	.usage = usage,
	.options = options,
	.notes = notes,
	.filters = true,
	.silent_read = true,
	.silent_live = true,
	.opts_size = sizeof(struct export_options),
	.check = check,
	.view = view,
};
