// SPDX-License-Identifier: GPL-2.0
/* The command "ladder": a picture of each connection that closes. */
#include <errno.h>

#include "cli/pump.h"
#include "commands/commands.h"
#include "ladder/explain.h"
#include "output/field.h"
#include "output/loss.h"
#include "util/colour.h"
#include "util/stdout.h"
#include "util/terminal.h"
#include "util/wrap.h"

struct view {
	struct source *src;
	struct pairing *pairing;
	struct retransmits *retransmits;
	const struct ladder_options *opts;
	FILE *out;
	unsigned int width;	/* of the sentences' lines */
	bool early;		/* show connections whose TIME_WAIT runs */
	uint64_t shown;		/* number of pictures drawn */
	uint64_t over;		/* how many of these connections have ended */
	bool after_line;	/* a line of ladder_print_end() was printed last */
};

static bool is_enough(void *data)
{
	const struct view *view = data;

	return selection_is_enough(&view->opts->selection, view->over);
}

static struct ladder_scene scene_of(const struct view *view)
{
	return (struct ladder_scene){
		.src = view->src, .retransmits = view->retransmits,
		.names = view->opts->selection.names,
	};
}

static void print_object(const struct view *view, const struct verdict *v)
{
	struct json_object *obj = verdict_object(view->src, v);
	struct ladder_scene scene = scene_of(view);

	/* JSON has numbers always. */
	scene.names = NULL;
	json_object_object_add(obj, "explanation", explain_json(&scene, v));
	json_line(view->out, obj);
}

static void draw(struct view *view, const struct verdict *v)
{
	const struct ladder_scene scene = scene_of(view);

	if (view->shown > 1)
		fputc('\n', view->out);
	ladder_draw_text(view->out, &view->opts->style, &scene, v);
	if (view->opts->explain) {
		fputc('\n', view->out);
		explain_print(view->out, &scene, v, view->width);
	}
	view->after_line = false;
}

/* Return whether the options choose the connection, so that it was shown. */
static bool show(struct view *view, const struct verdict *v)
{
	const struct selection *selection = &view->opts->selection;

	if (selection_is_enough(selection, view->shown) ||
	    !selection_has_verdict(selection, &view->src->header, v))
		return false;
	view->shown++;
	if (selection->json)
		print_object(view, v);
	else
		draw(view, v);
	return true;
}

static void show_end(struct view *view, const struct verdict *v)
{
	const struct ladder_scene scene = scene_of(view);

	if (!view->after_line)
		fputc('\n', view->out);
	ladder_print_end(view->out, &scene, v);
	view->after_line = true;
}

static void on_open(void *data, const struct verdict *v)
{
	show(data, v);
}

static bool on_early(void *data, const struct verdict *v)
{
	return show(data, v);
}

/* Connections that are still open at the end are drawn by pump.open. */
static void on_end(void *data, const struct verdict *v)
{
	struct view *view = data;
	unsigned int i;

	if (verdict_was_shown(v)) {
		view->over++;
		if (!v->open)
			show_end(view, v);
	} else if (view->opts->ended && !(view->opts->selection.open && v->open)) {
		view->over += show(view, v);
	}
	for (i = 0; i < 2; i++)
		if (v->end[i] && v->end[i]->flags & CONN_ENDED)
			retransmits_drop(view->retransmits, v->end[i]);
}

static void on_idle(void *data)
{
	struct view *view = data;

	pairing_early(view->pairing, on_early, view);
}

static void on_event(void *data, const struct item *item, const struct conn *conn)
{
	struct view *view = data;

	retransmits_take(view->retransmits, item, conn);
	if (view->early)
		pairing_notice(view->pairing, conn);
}

static void on_loss(void *data, const struct item *item)
{
	struct view *view = data;

	if (view->opts->selection.json)
		json_line(view->out, loss_object(view->src, item));
	else
		loss_print(view->out, view->src, item);
}

static int view(struct source *src, const void *data, FILE *out)
{
	const struct ladder_options *opts = data;
	struct view view = {
		.src = src, .opts = opts, .out = out,
		.retransmits = retransmits_new(),
		.pairing = pump_pairing(src, on_end, &view),
		.width = wrap_width(out),
		/* What is in a recording need not be waited for. */
		.early = src->live && !opts->selection.json && !opts->selection.open,
	};
	const struct pump pump = {
		.name = ladder_command.name, .src = src, .out = out,
		.pairing = view.pairing, .data = &view, .idle = on_idle,
		.paired = on_event, .loss = on_loss, .enough = is_enough,
		.open = opts->selection.open ? on_open : NULL,
		.for_ns = opts->selection.for_ns,
	};
	int ret = -ENOMEM;

	src->notes_cgroups = true;
	if (view.retransmits && view.pairing) {
		pump_run(&pump);
		ret = stdout_finish(out);
	}
	pairing_free(view.pairing);
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
	{ .name = "-c", .help = "stop after N connections, once they have ended" },
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
	{ .name = "--explain", .take = option_set,
	  .at = offsetof(struct ladder_options, explain),
	  .help = "each wave in words below the picture" },
	{ .name = "--json",
	  .help = "one JSON object a line: those of handshakes, and the words" },
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
	opts->style.columns = terminal_columns(stdout);
	opts->ended = !opts->selection.open || call->in.live.history;
	call->in.live.history |= opts->selection.open;
	input_go_on(call);
	return NULL;
}

const struct command ladder_command = {
	.name = "ladder",
	.usage =
"Usage: tcpfin ladder [OPTION]... [FILTER]\n"
"Draw each connection that closes: both ends' states and the four waves.\n",
	.options = options,
	.notes =
"A connection is drawn when wave 4 is there; a line follows when its TIME_WAIT has\n"
"ended. JSON comes then only.\n"
"FILTER is as for ss, see tcpfin-filter(7).\n"
"Example: tcpfin ladder --open dport = :443\n",
	.filters = true,
	.opts_size = sizeof(struct ladder_options),
	.defaults = set_defaults,
	.check = check,
	.view = view,
};
