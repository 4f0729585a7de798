// SPDX-License-Identifier: GPL-2.0
/* The command "ladder": a picture of each connection when it has ended. */
#include <errno.h>

#include "cli/pump.h"
#include "commands/commands.h"
#include "output/loss.h"
#include "util/colour.h"
#include "util/stdout.h"

struct view {
	struct source *src;
	struct retransmits *retransmits;
	const struct ladder_options *opts;
	FILE *out;
	uint64_t shown;		/* number of pictures drawn */
};

static bool is_enough(void *data)
{
	const struct view *view = data;

	return selection_is_enough(&view->opts->selection, view->shown);
}

static void show(void *data, const struct verdict *v)
{
	struct view *view = data;
	const struct ladder_scene scene = {
		.src = view->src, .retransmits = view->retransmits,
		.names = view->opts->selection.names,
	};

	if (is_enough(view) ||
	    !selection_has_verdict(&view->opts->selection, &view->src->header, v))
		return;
	if (view->shown++)
		fputc('\n', view->out);
	ladder_draw_text(view->out, &view->opts->style, &scene, v);
}

/* Connections that are still open at the end are drawn by pump.open. */
static void on_end(void *data, const struct verdict *v)
{
	struct view *view = data;
	unsigned int i;

	if (view->opts->ended && !(view->opts->selection.open && v->open))
		show(view, v);
	for (i = 0; i < 2; i++)
		if (v->end[i] && v->end[i]->flags & CONN_ENDED)
			retransmits_drop(view->retransmits, v->end[i]);
}

static void on_event(void *data, const struct item *item, const struct conn *conn)
{
	struct view *view = data;

	retransmits_take(view->retransmits, item, conn);
}

static void on_loss(void *data, const struct item *item)
{
	struct view *view = data;

	loss_print(view->out, view->src, item);
}

static int view(struct source *src, const void *data, FILE *out)
{
	const struct ladder_options *opts = data;
	struct view view = {
		.src = src, .opts = opts, .out = out,
		.retransmits = retransmits_new(),
	};
	const struct pump pump = {
		.name = ladder_command.name, .src = src, .out = out,
		.pairing = pump_pairing(src, on_end, &view), .data = &view,
		.paired = on_event, .loss = on_loss, .enough = is_enough,
		.open = opts->selection.open ? show : NULL,
		.for_ns = opts->selection.for_ns,
	};
	int ret = -ENOMEM;

	if (view.retransmits && pump.pairing) {
		pump_run(&pump);
		ret = stdout_finish(out);
	}
	pairing_free(pump.pairing);
	retransmits_free(view.retransmits);
	return ret;
}

static bool take_ascii(const struct option_row *row, struct command_call *call)
{
	struct ladder_options *opts = call->opts;

	(void)row;
	opts->style.unicode = false;
	return true;
}

static const struct option_row options[] = {
	{ .name = "-r",
	  .help = "read a recording in place of the rings, - for stdin; may be\n"
		  "repeated, also for recordings of both machines" },
	{ .name = "-4" },
	{ .name = "-6" },
	{ .name = "-c", .help = "stop after N connections" },
	{ .name = "-n", .take = option_set,
	  .at = offsetof(struct ladder_options, style.absolute),
	  .help = "sequence numbers as they are, not in terms of x and y" },
	{ .name = "--history" },
	{ .name = "-f" },
	{ .name = "--follow" },
	{ .name = "--for",
	  .help = "stop after this time: 500ms, 30s, 5m, 1h" },
	{ .name = "--open",
	  .help = "those that are being closed and have not ended, as they are now;\n"
		  "with --history after those that have" },
	{ .name = "--color" },
	{ .name = "--ascii", .take = take_ascii,
	  .help = "no box characters" },
	{ .name = "-N" },
	{ .name = "--utc" },
	{ .name = "-v" },
	{ 0 },
};

static void set_defaults(void *data)
{
	struct ladder_options *opts = data;

	opts->style = ladder_terminal_style();
}

static const char *check(struct command_call *call)
{
	struct ladder_options *opts = call->opts;

	opts->style.colour = colour_wanted(stdout);
	opts->ended = !opts->selection.open || call->in.live.history;
	call->in.live.history |= opts->selection.open;
	input_go_on(call);
	return NULL;
}

const struct command ladder_command = {
	.name = "ladder",
	.usage =
"Usage: tcpfin ladder [OPTION]... [FILTER]\n"
"Draw each connection when it has ended: both ends' states and the four waves.\n",
	.options = options,
	.notes =
"A connection has ended when its TIME_WAIT has, mostly a minute after its last\n"
"packet.\n"
"FILTER is as for ss, see FILTER in tcpfin(8).\n"
"Example: tcpfin ladder --open dport = :443\n",
	.filters = true,
	.opts_size = sizeof(struct ladder_options),
	.defaults = set_defaults,
	.check = check,
	.view = view,
};
