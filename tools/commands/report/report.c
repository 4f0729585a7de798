// SPDX-License-Identifier: GPL-2.0
/* The command "report": a page about how connections ended, for a browser. */
#include <inttypes.h>
#include <string.h>

#include "cli/command.h"
#include "cli/pump.h"
#include "commands/report/page.h"
#include "commands/report/report.h"
#include "util/atomic_file.h"
#include "util/message.h"
#include "util/stdout.h"

/* Room for the filter as it was given; more of it is cut off. */
#define FILTER_TEXT_MAX	128

/**
 * struct report_options - what was asked for
 * @selection: which connections, for how long
 * @file: where to, "-" for stdout
 * @argc: main()'s, for the filter's words
 * @argv: likewise
 * @filter: these words
 */
struct report_options {
	struct selection selection;
	const char *file;
	int argc;
	char **argv;
	char filter[FILTER_TEXT_MAX];
};

struct view {
	struct source *src;
	const struct selection *selection;
	struct report *r;
};

static void take(struct view *view, const struct verdict *v)
{
	if (selection_has_verdict(view->selection, &view->src->header, v))
		report_verdict(view->r, v,
			       source_now(view->src));
}

/* What has not ended after all is told at the end. */
static void on_end(void *data, const struct verdict *v)
{
	if (!v->open)
		take(data, v);
}

static void on_open(void *data, const struct verdict *v)
{
	take(data, v);
}

static void on_event(void *data, const struct item *item,
		     const struct conn *conn)
{
	struct view *view = data;

	report_event(view->r, item, conn);
}

static void on_gap(void *data, const struct item *item)
{
	struct view *view = data;

	report_gap(view->r, item);
}

static void take_settings(struct report_page *page, struct report *r)
{
	unsigned int i;

	source_sysctls(page->src, page->sysctls);
	for (i = 0; i < SYSCTLS; i++)
		if (!strcmp(page->sysctls[i].name, "ip_local_port_range"))
			port_range_ephemeral(page->sysctls[i].value, NULL,
					     &r->look.ephemeral);
}

/* Return false without memory. */
static bool make_page(struct report_page *page, struct view *view)
{
	const struct pump pump = {
		.name = report_command.name, .src = view->src,
		.pairing = pump_pairing(view->src, on_end, view),
		.out = page->out, .data = view, .event = on_event,
		.loss = on_gap, .open = on_open,
		.for_ns = view->selection->for_ns,
	};

	if (!pump.pairing)
		return false;
	take_settings(page, view->r);
	pump_run(&pump);
	view->r->evicted = tracker_evicted(pairing_tracker(pump.pairing));
	report_finish(view->r, source_now(view->src));
	pairing_free(pump.pairing);
	if (!view->r->failed)
		report_page_write(page);
	return !view->r->failed;
}

int report_run(struct source *src, const struct selection *selection,
	       const char *filter, FILE *out)
{
	struct report_page page = {
		.out = out, .src = src, .filter = filter,
		.families = selection->families,
	};
	struct view view = { .src = src, .selection = selection };
	bool made = false;

	/* Findings are about all there is. */
	view.r = report_new(src->wall_offset_ns, !selection->filter &&
						 !selection->families);
	page.r = view.r;
	if (view.r)
		made = make_page(&page, &view);
	report_free(view.r);
	if (made)
		return stdout_finish(out);
	fputs("tcpfin report: out of memory\n", stderr);
	return 1;
}

static const struct option longs[] = {
	{ "for", required_argument, NULL, OPT_FOR },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL, 0, NULL, 0 },
};

static const char help[] =
"Usage: tcpfin report -o FILE.html [OPTION]... [FILTER]\n"
"Make a page for a browser: how connections ended, when, how long it took, and\n"
"ladders of the slowest and the strangest, from what the rings hold.\n"
"\n"
"  -o FILE     the page, - for stdout; it needs no other file and no network\n"
"  -r FILE     read a recording in place of the rings, - for stdin; may be\n"
"              repeated\n"
"  --for TIME  go on for this time: 500ms, 30s, 5m, 1h\n"
"  -4, -6      only IPv4 (v4-mapped connections too), only IPv6\n"
"  -v          show on a terminal (stderr) how far it has come\n"
"\n"
"FILE gets its name once the page is whole, and only its owner can read it. Its\n"
"size hardly depends on how much was seen. Ctrl-C makes the page of what was\n"
"seen by then. FILTER is as for ss, see FILTER in tcpfin(8).\n"
"Example: tcpfin report -o incident.html -r recording dport = :443\n";

static bool option(int opt, void *data)
{
	struct report_options *opts = data;

	if (opt != 'o')
		return false;
	opts->file = optarg;
	return true;
}

/* The words of the filter stand where getopt_long() has left off. */
static void join_filter(struct report_options *opts)
{
	size_t at = 0;
	int i;

	for (i = optind; i < opts->argc && at < sizeof(opts->filter); i++)
		at += (size_t)snprintf(opts->filter + at,
				       sizeof(opts->filter) - at, "%s%s",
				       i > optind ? " " : "", opts->argv[i]);
}

static bool check(struct input *in, void *data)
{
	struct report_options *opts = data;

	in->live.history = true;
	in->live.follow = opts->selection.for_ns;
	join_filter(opts);
	if (!opts->file)
		fputs("tcpfin report: no file: -o FILE.html, or -o - for stdout\n",
		      stderr);
	else if (in->nfiles && opts->selection.for_ns)
		fputs("tcpfin report: --for is for the rings, not for -r\n",
		      stderr);
	else
		return true;
	return false;
}

static int view(struct source *src, const void *data)
{
	const struct report_options *opts = data;
	struct atomic_file file;
	int ret;

	if (!atomic_file_open(&file, opts->file)) {
		message_print("tcpfin report: %s", file.why);
		return 1;
	}
	ret = report_run(src, &opts->selection, opts->filter, file.out);
	if (!atomic_file_close(&file, !ret) && !ret) {
		message_print("tcpfin report: %s", file.why);
		ret = 1;
	}
	return ret;
}

static int run(int argc, char **argv)
{
	struct report_options opts = { .argc = argc, .argv = argv };

	return command_run(&report_command, argc, argv, &opts);
}

const struct command report_command = {
	.name = "report",
	.help = help,
	.allowed = "-o FILE -r FILE --for TIME -4 -6 -v --help",
	.shorts = ":46o:r:v",
	.longs = longs,
	.filters = true,
	.silent_read = true,
	.silent_live = true,
	.run = run,
	.option = option,
	.check = check,
	.view = view,
};
