// SPDX-License-Identifier: GPL-2.0
/* The command "report": a page about how connections ended, for a browser. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/pump.h"
#include "commands/report/page.h"
#include "commands/report/report.h"
#include "util/atomic_file.h"
#include "util/message.h"
#include "util/stdout.h"

#define FILTER_TEXT_MAX	128	/* the rest of a longer filter is cut off */

struct report_options {
	struct selection selection;	/* which connections, and for how long */
	const char *file;		/* the page's path, "-" for stdout */
	char filter[FILTER_TEXT_MAX];	/* the words of the filter */
};

struct view {
	struct source *src;
	const struct selection *selection;
	struct report *r;
};

static void take(void *data, const struct verdict *v)
{
	struct view *view = data;

	if (selection_has_verdict(view->selection, &view->src->header, v))
		report_verdict(view->r, v, source_now(view->src));
}

/* Connections that are still open at the end are taken by pump.open. */
static void on_end(void *data, const struct verdict *v)
{
	if (!v->open)
		take(data, v);
}

static void on_event(void *data, const struct item *item, const struct conn *conn)
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
	source_sysctls(page->src, page->sysctls);
	port_range_recorded(page->sysctls, &r->look.ephemeral);
}

/* Return false without memory. */
static bool make_page(struct report_page *page, struct view *view)
{
	const struct pump pump = {
		.name = report_command.name, .src = view->src,
		.pairing = pump_pairing(view->src, on_end, view),
		.out = page->out, .data = view, .event = on_event,
		.loss = on_gap, .open = take,
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

	/* Findings are about all connections, not about chosen ones. */
	view.r = report_new(src->wall_offset_ns, !selection->filter &&
						 !selection->families);
	page.r = view.r;
	if (view.r)
		made = make_page(&page, &view);
	report_free(view.r);
	return made ? stdout_finish(out) : -ENOMEM;
}

static const char usage[] =
"Usage: tcpfin report -o FILE.html [OPTION]... [FILTER]\n"
"Make a page for a browser: how connections ended, when, how long it took, and\n"
"ladders of the slowest and the strangest, from what the rings hold.\n";

static const struct option_row options[] = {
	{ .name = "-o", .value = "FILE", .take = option_text,
	  .at = offsetof(struct report_options, file),
	  .help = "the page, - for stdout; it needs no other file and no network" },
	{ .name = "-r" },
	{ .name = "--for" },
	{ .name = "-4" },
	{ .name = "-6" },
	{ .name = "-v" },
	{ 0 },
};

static const char notes[] =
"FILE gets its name once the page is whole, and only its owner can read it. Its\n"
"size hardly depends on how much was seen. Ctrl-C makes the page of what was\n"
"seen by then. FILTER is as for ss, see FILTER in tcpfin(8).\n"
"Example: tcpfin report -o incident.html -r recording dport = :443\n";

/* The words of the filter stand where getopt_long() has left off. */
static void join_filter(const struct command_call *call)
{
	struct report_options *opts = call->opts;
	size_t at = 0;
	int i;

	for (i = optind; i < call->argc && at < sizeof(opts->filter); i++)
		at += (size_t)snprintf(opts->filter + at, sizeof(opts->filter) - at,
				       "%s%s", i > optind ? " " : "", call->argv[i]);
}

static const char *check(struct command_call *call)
{
	const struct report_options *opts = call->opts;

	call->in.live.history = true;
	call->in.live.follow = opts->selection.for_ns;
	join_filter(call);
	if (!opts->file)
		return "no file: -o FILE.html, or -o - for stdout";
	if (call->in.nfiles && opts->selection.for_ns)
		return "--for is for the rings, not for -r";
	return NULL;
}

static int view(struct source *src, const void *data, FILE *out)
{
	const struct report_options *opts = data;
	struct atomic_file file;
	int ret;

	(void)out;
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

const struct command report_command = {
	.name = "report",
	.usage = usage,
	.options = options,
	.notes = notes,
	.filters = true,
	.silent_read = true,
	.silent_live = true,
	.opts_size = sizeof(struct report_options),
	.check = check,
	.view = view,
};
