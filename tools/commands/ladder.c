// SPDX-License-Identifier: GPL-2.0
/* The view "ladder": a picture of each connection when it has ended. */
#include "cli/command.h"
#include "cli/follow.h"
#include "commands/ladder.h"
#include "ladder/ladder.h"
#include "output/loss.h"
#include "util/stdout.h"

/**
 * struct view - a run of the view
 * @shown: pictures drawn
 */
struct view {
	struct source *src;
	struct retransmits *extras;
	const struct ladder_options *opts;
	FILE *out;
	uint64_t shown;
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
		.src = view->src, .extras = view->extras,
		.names = view->opts->selection.names,
	};

	if (is_enough(view) ||
	    !selection_has_verdict(&view->opts->selection, &view->src->header,
				   v))
		return;
	if (view->shown++)
		fputc('\n', view->out);
	ladder_draw_text(view->out, &view->opts->style, &scene, v);
}

/* What has not ended after all was shown by then. */
static void on_end(void *data, const struct verdict *v)
{
	struct view *view = data;
	unsigned int i;

	if (view->opts->ended && !(view->opts->selection.open && v->open))
		show(view, v);
	for (i = 0; i < 2; i++) {
		if (v->end[i] && v->end[i]->flags & CONN_ENDED)
			retransmits_drop(view->extras, v->end[i]);
	}
}

static void on_event(void *data, const struct item *item,
		     const struct conn *conn)
{
	struct view *view = data;

	retransmits_take(view->extras, item, conn);
}

static void on_gap(void *data, const struct item *item)
{
	struct view *view = data;

	loss_print(view->out, view->src, item);
}

int ladder_run(struct source *src, const struct ladder_options *opts, FILE *out)
{
	struct view view = {
		.src = src, .opts = opts, .out = out,
		.extras = retransmits_new(),
	};
	struct follow f = {
		.name = ladder_command.name, .src = src, .out = out,
		.event = on_event, .open = opts->selection.open ? show : NULL,
		.gap = on_gap, .enough = is_enough, .data = &view,
	};
	int ret = 1;

	f.pairing = pairing_new(TRACKER_MAX,
				follow_grace_ns(src),
				on_end, &view);
	if (view.extras && f.pairing) {
		follow_run(&f);
		ret = stdout_finish(out);
	} else {
		fputs("tcpfin ladder: out of memory\n", stderr);
	}
	pairing_free(f.pairing);
	retransmits_free(view.extras);
	return ret;
}

/* An option of this command alone. */
#define OPT_ASCII	0x200

static const struct option longs[] = {
	{ "history", no_argument, NULL, OPT_HISTORY },
	{ "open", no_argument, NULL, OPT_OPEN },
	{ "ascii", no_argument, NULL, OPT_ASCII },
	{ "utc", no_argument, NULL, OPT_UTC },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL, 0, NULL, 0 },
};

static const char help[] =
"Usage: tcpfin ladder [OPTION]... [FILTER]\n"
"Draw each connection when it has ended: both ends' states and the four waves.\n"
"\n"
"  -r FILE    read a recording in place of the rings, - for stdin; may be\n"
"             repeated, also for recordings of both machines\n"
"  -4, -6     only IPv4 (v4-mapped connections too), only IPv6\n"
"  -c N       stop after N connections\n"
"  -n         sequence numbers as they are, not in terms of x and y\n"
"  --history  start with what is still in the rings\n"
"  --open     those that are being closed and have not ended, as they are now;\n"
"             with --history after those that have\n"
"  --ascii    no box characters\n"
"  -N         names of hosts and services\n"
"  --utc      times of day in UTC\n"
"  -v         show on a terminal (stderr) how far it has come\n"
"\n"
"A connection has ended when its TIME_WAIT has, mostly a minute after its last\n"
"packet. Colour is used on a terminal unless NO_COLOR is set.\n"
"FILTER is as for ss, see FILTER in tcpfin(8).\n"
"Example: tcpfin ladder --open dport = :443\n";

static bool option(int opt, void *data)
{
	struct ladder_options *opts = data;

	switch (opt) {
	case 'n':
		opts->style.absolute = true;
		return true;
	case OPT_ASCII:
		opts->style.unicode = false;
		return true;
	}
	return false;
}

static bool check(struct input *in, void *data)
{
	struct ladder_options *opts = data;

	opts->ended = !opts->selection.open || in->live.history;
	in->live.history |= opts->selection.open;
	in->live.follow = !opts->selection.open;
	return true;
}

static int view(struct source *src, const void *opts)
{
	return ladder_run(src, opts, stdout);
}

static int run(int argc, char **argv)
{
	struct ladder_options opts = {
		.style = ladder_terminal_style(),
	};

	return command_run(&ladder_command, argc, argv, &opts);
}

const struct command ladder_command = {
	.name = "ladder",
	.help = help,
	.allowed = "-r FILE -4 -6 -c N -n -N --history --open --ascii --utc -v --help",
	.shorts = ":46Nr:c:nv",
	.longs = longs,
	.filters = true,
	.run = run,
	.option = option,
	.check = check,
	.view = view,
};
