// SPDX-License-Identifier: GPL-2.0
/* The command "report": a page about how connections ended, for a browser. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/holders.h"
#include "cli/output_file.h"
#include "cli/pump.h"
#include "commands/report/page.h"
#include "commands/report/report.h"
#include "diagnosis/thresholds.h"
#include "util/stdout.h"

#define FILTER_TEXT_MAX	128	/* the rest of a longer filter is cut off */

struct report_options {
	struct selection selection;	/* which connections, and for how long */
	const char *file;		/* the page's path, "-" for stdout */
	char filter[FILTER_TEXT_MAX];	/* the words of the filter */
};

struct view {
	struct report_page page;
	const struct selection *selection;
	struct report *r;	/* page.r, to be written to */
	struct examination *examination;	/* page.examination, likewise */
	struct holders *holders;	/* NULL for recordings */
};

/*
 * Take the process that holds the socket of an end that is not over for the one that
 * acted last, if none did. Return the end, or a copy in @named.
 */
static const struct conn *name_holder(struct view *view, const struct conn *conn,
				      struct conn *named)
{
	const struct holder *holder;

	if (!view->holders || !conn || conn->flags & CONN_ENDED)
		return conn;
	/* The first search is for all ends that were noted until now. */
	holders_look(view->holders, source_now(view->page.src));
	holder = holders_find(view->holders, conn);
	if (!holder)
		return conn;
	*named = *conn;
	named->pid = holder->pid;
	memcpy(named->comm, holder->comm, sizeof(named->comm));
	named->flags = (conn->flags & ~CONN_INODE) | CONN_OWNER;
	return named;
}

static void take(void *data, const struct verdict *v)
{
	struct view *view = data;
	struct source *src = view->page.src;
	struct conn named[2];
	struct verdict w = *v;
	unsigned int i;

	for (i = 0; i < 2; i++)
		w.end[i] = name_holder(view, v->end[i], &named[i]);
	if (selection_has_verdict(view->selection, &src->header, &w))
		report_verdict(view->r, &w, source_now(src));
}

/* Connections that are still open at the end are taken by pump.open. */
static void on_end(void *data, const struct verdict *v)
{
	struct view *view = data;

	if (!v->open)
		take(data, v);
	if (view->examination)
		examination_verdict(view->examination, v);
}

static void on_event(void *data, const struct item *item, const struct conn *conn)
{
	struct view *view = data;

	report_event(view->r, item, conn);
	if (view->examination)
		examination_event(view->examination, item, conn);
	if (view->holders)
		holders_note(view->holders, conn);
}

static void on_gap(void *data, const struct item *item)
{
	struct view *view = data;

	report_gap(view->r, item);
	if (view->examination)
		examination_loss(view->examination, item);
}

/* Return false without memory. */
static bool make_page(struct view *view)
{
	struct source *src = view->page.src;
	const struct pump pump = {
		.name = report_command.name, .src = src,
		.pairing = pump_pairing(src, on_end, view),
		.out = view->page.out, .data = view, .paired = on_event,
		.loss = on_gap, .open = take, .for_ns = view->selection->for_ns,
	};

	if (!pump.pairing)
		return false;
	source_sysctls(src, view->page.sysctls);
	if (view->examination)
		examination_follow(view->examination, pairing_tracker(pump.pairing));
	pump_run(&pump);
	view->r->evicted = tracker_evicted(pairing_tracker(pump.pairing));
	report_finish(view->r, source_now(src));
	if (view->examination)
		view->r->failed |= !examination_end(view->examination);
	pairing_free(pump.pairing);
	if (!view->r->failed)
		report_page_write(&view->page);
	return !view->r->failed;
}

/*
 * Begin what "doctor" does. It does not judge one address family: there are no findings
 * then, nor, which is told, where an examination is not possible.
 */
static struct examination *examine(struct source *src, const struct selection *selection)
{
	const struct examination_options how = {
		.src = src, .filter = selection->filter,
		.older_ns = THRESHOLD_OLDER_NS, .sample = selection->for_ns,
	};
	char why[NETNS_WHY_MAX];
	struct examination *e;

	if (selection->families)
		return NULL;
	e = examination_new(&how, why);
	if (!e)
		fprintf(stderr, "tcpfin report: no findings: %s\n",
			why[0] ? why : "out of memory");
	return e;
}

int report_run(struct source *src, const struct selection *selection,
	       const char *filter, FILE *out)
{
	struct report *r = report_new(src->wall_offset_ns, !selection->filter &&
							   !selection->families);
	struct examination *e = examine(src, selection);
	struct view view = {
		.page = {
			.out = out, .src = src, .r = r, .filter = filter,
			.families = selection->families, .examination = e,
		},
		.selection = selection, .r = r, .examination = e,
		.holders = src->live ? holders_new("/proc") : NULL,
	};
	bool made = r && (view.holders || !src->live) && make_page(&view);

	examination_free(e);
	holders_free(view.holders);
	report_free(r);
	return made ? stdout_finish(out) : -ENOMEM;
}

static const char usage[] =
"Usage: tcpfin report -o FILE.html [OPTION]... [FILTER]\n"
"Make a page for a browser: how connections ended, when, how long it took, and\n"
"what is wrong, and ladders of the slowest and the strangest. It shows what the\n"
"rings hold, and what \"tcpfin doctor\" finds.\n";

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
"seen by then. FILTER is as for ss, see tcpfin-filter(7).\n"
"Example: tcpfin report -o incident.html -r recording dport = :443\n";

static const char *check(struct command_call *call)
{
	struct report_options *opts = call->opts;
	size_t at = 0;
	int i;

	/* The words of the filter stand where getopt_long() has left off. */
	for (i = optind; i < call->argc && at < sizeof(opts->filter); i++)
		at += (size_t)snprintf(opts->filter + at, sizeof(opts->filter) - at,
				       "%s%s", i > optind ? " " : "", call->argv[i]);
	call->in.live.history = true;
	call->in.live.follow = opts->selection.for_ns;
	if (!opts->file)
		return "no file: -o FILE.html, or -o - for stdout";
	return NULL;
}

static int view(struct source *src, const void *data, FILE *out)
{
	const struct report_options *opts = data;
	struct atomic_file file;
	int ret;

	(void)out;
	if (!output_file_open(&file, report_command.name, opts->file))
		return 1;
	ret = report_run(src, &opts->selection, opts->filter, file.out);
	ret = output_file_close(&file, report_command.name, ret);
	if (!ret)
		output_file_tell(report_command.name, opts->file);
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
