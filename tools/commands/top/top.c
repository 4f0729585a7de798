// SPDX-License-Identifier: GPL-2.0
/* The command "top": takes events, and shows a frame at an interval. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/pump.h"
#include "commands/top/layout.h"
#include "commands/top/model.h"
#include "commands/top/screen.h"
#include "commands/top/top.h"
#include "ladder/ladder.h"
#include "util/colour.h"
#include "util/progress.h"
#include "util/stdout.h"
#include "util/stop.h"

#define DEFAULT_INTERVAL_NS	1000000000ULL

/* A run of the command. */
struct top {
	struct source *src;
	const struct top_options *opts;
	FILE *out;
	struct top_model *model;
	struct selection selection;	/* @opts' selection, with the filter that applies */
	struct filter *typed;		/* the filter that was typed, NULL for none */
	struct top_frame frame;
	struct top_view view;
	struct top_page page;
	/* When a recording's next frame is due: UINT64_MAX never, 0 before any event. */
	uint64_t next_ns;
	uint64_t shown;			/* number of frames shown */
	int wake_fd;			/* see stop_take_terminal() */
	bool on_screen;			/* the terminal is taken */
	bool begun;			/* rates have a frame to count from */
	bool quit;			/* the user quit, or has seen -c frames */
	bool failed;			/* there is no terminal; reported on stderr */
};

static const char screen_help[] =
"tcpfin top: how TCP connections end in the network namespaces of this machine\n"
"\n"
"  p, Space   pause: the screen stays, steps are taken in all the same\n"
"  Tab        list those that wait (CLOSE_WAIT, FIN_WAIT2), or that ended last\n"
"  Up, Down   select a connection; also k and j, PgUp, PgDn, Home, End\n"
"  Enter      draw the ladder of the selected connection\n"
"  s, r       sort the list: by time, process, remote address, state; reverse\n"
"  g          group by the process's name and by state, and back; Enter then draws\n"
"             the connection of the group that is oldest, or ended last\n"
"  f          of those that wait: both states, CLOSE_WAIT, FIN_WAIT2\n"
"  /          list what matches a filter, in ss's words; Esc there removes it\n"
"  q          quit, and back from here\n"
"\n"
"AGE        time in the state. ~ is before what was recorded: at least so long,\n"
"           from sock_diag (the last acceptable ACK); - is not known\n"
"PID        holds the socket; in parentheses: acted on it last\n"
"IN/s OUT/s steps into and out of a state; those into ESTABLISHED are seen only\n"
"           if the module records all (scope=all)\n"
"NOW        connections in it; the steps since they were listed are counted in\n"
"ENDED      connections by how they ended, since the time in the first line\n"
"NETNS      of several network namespaces: its name, or its inode number\n"
"TIME_WAIT  places: mini-sockets of tcp_max_tw_buckets, of the namespace where most\n"
"           are taken; why waits ended\n"
"PORTS      local ports in use to a destination, of those that connect() may\n"
"           choose from; CLOSED are those of mini-sockets among them\n"
"elsewhere  steps in network namespaces that are not looked at, in no number here\n"
"TW         how long TIME_WAIT was\n"
"\n"
"Sockets are listed as often as it takes less than a hundredth of a processor:\n"
"with very many, \"listed ... ago\" tells how old that is.\n";

/* The colour of a row with --batch, NULL for none. */
static const char *colour_of(enum top_style style)
{
	switch (style) {
	case TOP_STYLE_TITLE:
	case TOP_STYLE_HEADING:
		return COLOUR_TITLE;
	case TOP_STYLE_WARNING:
		return COLOUR_WARNING;
	case TOP_STYLE_CRITICAL:
		return COLOUR_BAD;
	default:
		return NULL;
	}
}

static void print(struct top *t)
{
	bool coloured = t->opts->style.colour;
	const char *colour;
	unsigned int i;

	progress_wipe();
	if (t->shown > 1)
		putc('\n', t->out);
	for (i = 0; i < t->page.count; i++) {
		colour = colour_of(t->page.style[i]);
		fprintf(t->out, "%s%s%s\n", colour_if(coloured, colour),
			t->page.row[i], coloured && colour ? COLOUR_END : "");
	}
}

/* Show the current frame, perhaps in a new size or view. */
static void show(struct top *t)
{
	if (t->on_screen)
		screen_size(&t->view.rows, &t->view.columns);
	top_arrange(&t->view, &t->frame);
	top_layout(&t->frame, &t->view, &t->page);
	if (t->on_screen)
		screen_show(&t->page);
	else
		print(t);
}

/* Show a new frame. Return false if it was the last. */
static bool show_next(struct top *t, uint64_t now_ns)
{
	t->shown++;
	if (!t->view.paused) {
		top_renew(t->model, now_ns, &t->frame);
		show(t);
	}
	return stdout_flush(t->out) &&
	       !selection_is_enough(&t->opts->selection, t->shown);
}

static bool take_terminal(struct top *t)
{
	if (t->opts->batch)
		return true;
	progress_wipe();
	if (!screen_open(t->opts->style.colour))
		return false;
	t->on_screen = true;
	t->wake_fd = stop_take_terminal(STDIN_FILENO);
	return true;
}

static void draw_ladder(struct top *t)
{
	const struct top_row *row = top_selected(&t->view);
	struct ladder_style style = t->opts->style;
	char *text = NULL;
	size_t size;
	FILE *out;
	bool drawn;

	if (!row)
		return;
	out = open_memstream(&text, &size);
	if (!out)
		return;
	style.colour = false;
	drawn = top_ladder(t->model, row, &style, out);
	fclose(out);
	if (drawn) {
		top_show_text(&t->view, text);
		return;
	}
	free(text);
	snprintf(t->view.message, sizeof(t->view.message),
		 "nothing was recorded of this connection: it is older than the records");
}

/* Apply the filter that was typed; with a mistake in it the old filter stays. */
static void choose(struct top *t)
{
	char *words = t->view.input;
	struct filter_error error;
	struct filter *filter;

	if (!filter_parse(1, &words, &filter, &error)) {
		memcpy(t->view.message, error.what, sizeof(error.what));
		t->view.mode = TOP_TYPING;
		return;
	}
	filter_set_source(filter, t->src);
	t->src->notes_cgroups = filter;
	t->view.given = false;
	memcpy(t->view.filter, t->view.input, sizeof(t->view.filter));
	t->selection.filter = filter;
	top_choose(t->model, &t->selection);
	filter_free(t->typed);
	t->typed = filter;
	top_relist(t->model, &t->frame);
}

static void press(struct top *t, int key)
{
	switch (top_take_key(&t->view, key)) {
	case TOP_QUIT:
		t->quit = true;
		break;
	case TOP_HELP:
		top_show_text(&t->view, strdup(screen_help));
		break;
	case TOP_LADDER:
		draw_ladder(t);
		break;
	case TOP_FILTER:
		choose(t);
		break;
	case TOP_NOTHING:
		break;
	}
}

/* Take all keys that were typed. */
static void take_keys(void *data)
{
	struct top *t = data;
	bool changed = false;
	int key;

	while (t->on_screen && !t->quit) {
		key = screen_key();
		if (key == TOP_KEY_NONE)
			break;
		changed = true;
		if (key == TOP_KEY_HUNG_UP)
			t->quit = true;
		else if (key != TOP_KEY_RESIZED)
			press(t, key);
	}
	if (changed && !t->quit)
		show(t);
}

/* With --batch the first frame is not shown: rates count from it. */
static bool show_again(void *data)
{
	struct top *t = data;
	uint64_t now = source_now(t->src);

	if (t->begun || t->on_screen)
		return show_next(t, now);
	t->begun = true;
	top_renew(t->model, now, &t->frame);
	return true;
}

/*
 * Show the frames of a recording that are due before an event at @time_ns. Of frames
 * without events only the first and the last are shown, so that each frame's rates
 * are of one interval. Return false if the last frame was shown.
 */
static bool pass_time(struct top *t, uint64_t time_ns)
{
	const uint64_t interval = t->opts->interval_ns;

	if (t->src->live || !interval)
		return true;
	if (!t->next_ns)
		t->next_ns = time_ns;
	else if (time_ns < t->next_ns)
		return true;
	else if (!show_next(t, t->next_ns))
		return false;
	if (time_ns - t->next_ns >= interval) {
		t->next_ns += (time_ns - t->next_ns) / interval * interval;
		if (!show_next(t, t->next_ns))
			return false;
	}
	t->next_ns = interval < UINT64_MAX - t->next_ns ?
		     t->next_ns + interval : UINT64_MAX;
	return true;
}

/* The source has ended: only take keys. */
static void stay(struct top *t)
{
	struct pollfd fd = { .fd = t->wake_fd, .events = POLLIN };

	while (!t->quit && !stop_requested() && fd.fd >= 0) {
		poll(&fd, 1, -1);
		take_keys(t);
	}
}

static void take_item(void *data, const struct item *item)
{
	struct top *t = data;

	if (pass_time(t, item->time_ns))
		top_take(t->model, item);
	else
		t->quit = true;
}

static void take_events(void *data, struct item *item)
{
	struct top *t = data;

	do
		take_item(t, item);
	while (!t->quit && source_more(t->src, item));
}

static bool is_enough(void *data)
{
	const struct top *t = data;

	return t->quit;
}

/*
 * Show the last frame, but not on the screen if the user asked for the end. The
 * screen stays, unless --for ended the run.
 */
static void take_end(void *data)
{
	struct top *t = data;

	top_finish(t->model);
	if (!t->opts->batch && stop_requested())
		return;
	if (!t->on_screen && !take_terminal(t)) {
		t->failed = true;
		return;
	}
	t->view.paused = false;
	show_next(t, source_now(t->src));
	if (t->on_screen && (!t->src->live || t->src->gone))
		stay(t);
	screen_close();
}

/* Return false after an error that was reported on stderr. */
static bool take_all(struct top *t)
{
	const struct pump pump = {
		.name = top_command.name, .src = t->src, .data = t,
		.out = t->out, .events = take_events, .loss = take_item,
		.idle = take_keys, .print = show_again, .enough = is_enough,
		.end = take_end, .for_ns = t->opts->selection.for_ns,
		.interval_ns = t->src->live ? t->opts->interval_ns : 0,
	};

	if (t->src->live && !take_terminal(t))
		return false;
	pump_run(&pump);
	return !t->failed;
}

static int view(struct source *src, const void *data, FILE *out)
{
	const struct top_options *opts = data;
	struct top *t = calloc(1, sizeof(*t));
	char why[NETNS_WHY_MAX];
	int ret = -ENOMEM;

	if (!t)
		return ret;
	t->src = src;
	t->opts = opts;
	t->out = out;
	t->wake_fd = -1;
	top_view_init(&t->view);
	t->view.interval_ns = opts->interval_ns;
	t->view.given = opts->selection.filter;
	t->selection = opts->selection;
	t->model = top_model_new(src, opts->netns, why);
	if (!t->model && why[0]) {
		fprintf(stderr, "tcpfin top: %s\n", why);
		ret = 1;
	}
	if (t->model) {
		top_choose(t->model, &t->selection);
		ret = !take_all(t);
		screen_close();
		if (!ret)
			ret = stdout_finish(out);
	}
	top_show_text(&t->view, NULL);
	top_model_free(t->model);
	filter_free(t->typed);
	free(t);
	return ret;
}

static const struct option_row options[] = {
	{ .name = "-r",
	  .help = "read a recording: one frame of all of it, at its end; may be\n"
		  "repeated" },
	{ .name = "-i", .value = "TIME", .take = option_time,
	  .at = offsetof(struct top_options, interval_ns),
	  .help = "time between frames: 1s; of a recording with --batch alone" },
	{ .name = "-c", .help = "stop after N frames" },
	{ .name = "--for",
	  .help = "stop after this time: 500ms, 30s, 5m, 1h" },
	{ .name = "--netns", .value = "PID|NAME", .take = option_text,
	  .at = offsetof(struct top_options, netns),
	  .help = "only the network namespace of a process, or of that name: all" },
	{ .name = "--batch", .take = option_set,
	  .at = offsetof(struct top_options, batch),
	  .help = "print frames as text, and take no keys" },
	{ .name = "--color" },
	{ .name = "-4" },
	{ .name = "-6",
	  .help = "list only IPv4 (v4-mapped connections too), only IPv6" },
	{ .name = "-N" },
	{ .name = "--utc" },
	{ .name = "-v",
	  .help = "show on a terminal (stderr) how far reading has come" },
	{ 0 },
};

static void set_defaults(void *data)
{
	struct top_options *opts = data;

	opts->style = ladder_terminal_style();
}

static const char *check(struct command_call *call)
{
	struct top_options *opts = call->opts;

	opts->style.colour = colour_wanted(stdout);
	call->in.live.history = true;
	call->in.live.follow = true;
	if (!call->in.nfiles && !opts->interval_ns)
		opts->interval_ns = DEFAULT_INTERVAL_NS;
	if (call->in.nfiles && opts->interval_ns && !opts->batch)
		return "with -r, -i needs --batch";
	if (call->in.nfiles && opts->netns)
		return "--netns is for this machine, not for -r";
	return NULL;
}

const struct command top_command = {
	.name = "top",
	.usage =
"Usage: tcpfin top [OPTION]... [FILTER]\n"
"Show how connections end on this machine: states and their rates, places for\n"
"TIME_WAIT, ports, who waits for how long, what ended and how.\n",
	.options = options,
	.notes =
"Keys: q quits, ? tells the others. An AGE with ~ is at least that: its beginning\n"
"was not recorded. Numbers are of all connections; FILTER chooses those that are\n"
"listed, and is as for ss, see tcpfin-filter(7).\n"
"Example: tcpfin top --batch -c 10 -i 5s dport = :443\n",
	.filters = true,
	.silent_read = true,
	.opts_size = sizeof(struct top_options),
	.defaults = set_defaults,
	.check = check,
	.view = view,
};
