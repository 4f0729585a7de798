// SPDX-License-Identifier: GPL-2.0
/* The view "top": takes steps in, and shows a frame from time to time. */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/wait.h"
#include "commands/top/layout.h"
#include "commands/top/model.h"
#include "commands/top/screen.h"
#include "commands/top/top.h"
#include "ladder/ladder.h"
#include "util/progress.h"
#include "util/stdout.h"
#include "util/stop.h"

#define DEFAULT_INTERVAL_NS	1000000000ULL

/**
 * struct top - a run of the view
 * @selection: what is listed; its filter is the options' or @typed
 * @typed: the filter that was typed, NULL for none
 * @end_ns: when to end, UINT64_MAX for never
 * @next_ns: when the next frame is due, likewise; 0: nothing was shown yet
 * @shown: frames shown
 * @wake_fd: see stop_take_terminal()
 * @on_screen: the terminal is taken
 * @quit: the user wants to end
 */
struct top {
	struct source *src;
	const struct top_options *opts;
	FILE *out;
	struct top_model *model;
	struct selection selection;
	struct filter *typed;
	struct top_frame frame;
	struct top_view view;
	struct top_page page;
	uint64_t end_ns;
	uint64_t next_ns;
	uint64_t shown;
	int wake_fd;
	bool on_screen;
	bool quit;
};

static const char screen_help[] =
"tcpfin top: how TCP connections end in this network namespace\n"
"\n"
"  p, Space   pause: the screen stays, steps are taken in all the same\n"
"  Tab        list those that wait (CLOSE_WAIT, FIN_WAIT2), or that ended last\n"
"  Up, Down   select a connection; also k and j, PgUp, PgDn, Home, End\n"
"  Enter      draw the ladder of the selected connection\n"
"  s, r       sort the list: by time, process, remote address, state; reverse\n"
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
"TIME_WAIT  places: mini-sockets of tcp_max_tw_buckets; why waits ended\n"
"PORTS      local ports in use to a destination, of those that connect() may\n"
"           choose from; CLOSED are those of mini-sockets among them\n"
"elsewhere  steps in other network namespaces, which are in no number here\n"
"TW-MS      how long TIME_WAIT was\n"
"\n"
"Sockets are listed as often as it takes less than a hundredth of a processor:\n"
"with very many, \"listed ... ago\" tells how old that is.\n";

static void print(struct top *t)
{
	unsigned int i;

	progress_wipe();
	if (t->shown > 1)
		putc('\n', t->out);
	for (i = 0; i < t->page.count; i++)
		fprintf(t->out, "%s\n", t->page.row[i]);
}

/* The frame as it is, on a screen that may have changed. */
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

/* Return false when that was the last one. */
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

/* Until it is right the old one holds. */
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
	t->view.given = false;
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

/* All that was typed. */
static void take_keys(struct top *t)
{
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

/* What is there at the start gives rates something to begin with. */
static bool show_first(struct top *t, uint64_t now_ns)
{
	t->next_ns = now_ns + t->opts->interval_ns;
	if (t->on_screen)
		return show_next(t, now_ns);
	top_renew(t->model, now_ns, &t->frame);
	return true;
}

/* All that is there was taken in. Return false when it is over. */
static bool take_pause(struct top *t)
{
	uint64_t now = source_now(t->src);

	if (t->opts->live && !t->next_ns && !show_first(t, now))
		return false;
	if (t->opts->live && now >= t->next_ns && now < t->end_ns &&
	    !stop_requested()) {
		if (!show_next(t, now))
			return false;
		while (t->next_ns <= now)
			t->next_ns += t->opts->interval_ns;
	}
	take_keys(t);
	if (t->quit)
		return false;
	wait_for_events(t->src, t->end_ns,
			t->opts->live ? t->next_ns : UINT64_MAX);
	return true;
}

/*
 * A recording's frames come by its own time. Of a time in which nothing happened
 * the first is shown and the last, so that rates are of one interval each.
 * Return false if it is enough.
 */
static bool pass_time(struct top *t, uint64_t time_ns)
{
	const uint64_t interval = t->opts->interval_ns;

	if (t->opts->live || !interval)
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

/* Nothing changes any more, but there is all to look at. */
static void stay(struct top *t)
{
	struct pollfd fd = { .events = POLLIN };

	fd.fd = t->wake_fd;
	while (!t->quit && !stop_requested() && fd.fd >= 0) {
		poll(&fd, 1, -1);
		take_keys(t);
	}
}

/* The last frame. Who does not want to wait for it gets no screen, either. */
static bool take_end(struct top *t)
{
	top_finish(t->model);
	if (!t->opts->batch && stop_requested())
		return true;
	if (!t->on_screen && !take_terminal(t))
		return false;
	t->view.paused = false;
	show_next(t, source_now(t->src));
	if (t->on_screen && source_now(t->src) < t->end_ns)
		stay(t);
	return true;
}

/* Return false after an error that was told on stderr. */
static bool take_all(struct top *t)
{
	struct item item;

	if (t->opts->live && !take_terminal(t))
		return false;
	for (;;) {
		source_next(t->src, &item);
		switch (item.type) {
		case ITEM_EVENT:
		case ITEM_LOST:
		case ITEM_MISSED:
			if (!pass_time(t, item.time_ns))
				return true;
			top_take(t->model, &item);
			break;
		case ITEM_IDLE:
			if (!take_pause(t))
				return true;
			break;
		case ITEM_END:
			return take_end(t);
		}
	}
}

static bool init(struct top *t, struct source *src,
		 const struct top_options *opts, FILE *out)
{
	t->src = src;
	t->opts = opts;
	t->out = out;
	t->wake_fd = -1;
	t->end_ns = UINT64_MAX;
	if (opts->selection.for_ns)
		t->end_ns = source_now(src) + opts->selection.for_ns;
	top_view_init(&t->view);
	t->view.interval_ns = opts->interval_ns;
	t->view.given = opts->selection.filter;
	t->selection = opts->selection;
	t->model = top_model_new(src, opts->live);
	if (t->model)
		top_choose(t->model, &t->selection);
	return t->model;
}

int top_run(struct source *src, const struct top_options *opts, FILE *out)
{
	struct top *t = calloc(1, sizeof(*t));
	int ret = 1;

	if (t && init(t, src, opts, out)) {
		if (take_all(t))
			ret = 0;
		screen_close();
		if (!ret)
			ret = stdout_finish(out);
		if (src->gone)
			fputs("tcpfin top: the module was unloaded\n", stderr);
	} else {
		fputs("tcpfin top: out of memory\n", stderr);
	}
	if (t) {
		top_show_text(&t->view, NULL);
		top_model_free(t->model);
		filter_free(t->typed);
	}
	free(t);
	return ret;
}

/* An option of this command alone. */
#define OPT_BATCH	0x200

static const struct option longs[] = {
	{ "batch", no_argument, NULL, OPT_BATCH },
	{ "for", required_argument, NULL, OPT_FOR },
	{ "utc", no_argument, NULL, OPT_UTC },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL, 0, NULL, 0 },
};

static const char help[] =
"Usage: tcpfin top [OPTION]... [FILTER]\n"
"Show how connections end in this network namespace: states and their rates,\n"
"places for TIME_WAIT, ports, who waits for how long, what ended and how.\n"
"\n"
"  -r FILE     read a recording: one frame of all of it, at its end; may be\n"
"              repeated\n"
"  -i TIME     time between frames: 1s; of a recording with --batch alone\n"
"  -c N        stop after N frames\n"
"  --for TIME  stop after this time: 500ms, 30s, 5m, 1h\n"
"  --batch     print frames as text, and take no keys\n"
"  -4, -6      list only IPv4 (v4-mapped connections too), only IPv6\n"
"  -N          names of hosts and services\n"
"  --utc       times of day in UTC\n"
"  -v          show on a terminal (stderr) how far reading has come\n"
"\n"
"Keys: q quits, ? tells the others. An AGE with ~ is at least that: its beginning\n"
"was not recorded. Numbers are of all connections; FILTER chooses those that are\n"
"listed, and is as for ss, see FILTER in tcpfin(8).\n"
"Example: tcpfin top --batch -c 10 -i 5s dport = :443\n";

static bool option(int opt, void *data)
{
	struct top_options *opts = data;

	switch (opt) {
	case 'i':
		return options_take_time(&top_command, "-i",
					 &opts->interval_ns);
	case OPT_BATCH:
		opts->batch = true;
		return true;
	}
	return false;
}

static bool check(struct input *in, void *data)
{
	struct top_options *opts = data;

	opts->live = !in->nfiles;
	in->live.history = true;
	in->live.follow = true;
	if (opts->live) {
		if (!opts->interval_ns)
			opts->interval_ns = DEFAULT_INTERVAL_NS;
		return true;
	}
	if (opts->selection.for_ns)
		fputs("tcpfin top: --for is for the rings, not for -r\n",
		      stderr);
	else if (opts->interval_ns && !opts->batch)
		fputs("tcpfin top: with -r, -i needs --batch\n", stderr);
	else
		return true;
	return false;
}

static int view(struct source *src, const void *opts)
{
	return top_run(src, opts, stdout);
}

static int run(int argc, char **argv)
{
	struct top_options opts = {
		.style = ladder_terminal_style(),
	};

	return command_run(&top_command, argc, argv, &opts);
}

const struct command top_command = {
	.name = "top",
	.help = help,
	.allowed = "-r FILE -i TIME -c N --for TIME --batch -4 -6 -N --utc -v --help",
	.shorts = ":46Nr:i:c:v",
	.longs = longs,
	.filters = true,
	.silent_read = true,
	.run = run,
	.option = option,
	.check = check,
	.view = view,
};
