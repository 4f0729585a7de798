// SPDX-License-Identifier: GPL-2.0
/* The list of "top", its order and the selected line, and the effects of keys. */
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>

#include "commands/top/view.h"
#include "system/sock_diag.h"

#define CLOSE_WAIT	SOCK_DIAG_STATE(TCP_CLOSE_WAIT)
#define FIN_WAIT2	SOCK_DIAG_STATE(TCP_FIN_WAIT2)

void top_view_init(struct top_view *view)
{
	memset(view, 0, sizeof(*view));
	view->states = CLOSE_WAIT | FIN_WAIT2;
}

/* One function for each order: below 0 if @a is listed before @b. */
typedef int compare_fn(const struct top_row *a, const struct top_row *b);

/* Ended connections: the latest first. Waiting ones: the oldest first. */
static int by_time(const struct top_row *a, const struct top_row *b)
{
	if (a->ended_ns != b->ended_ns)
		return a->ended_ns < b->ended_ns ? 1 : -1;
	return (a->sock.age_ns < b->sock.age_ns) -
	       (a->sock.age_ns > b->sock.age_ns);
}

static int by_process(const struct top_row *a, const struct top_row *b)
{
	int ret = strncmp(a->sock.comm, b->sock.comm, sizeof(a->sock.comm));

	return ret ? ret : (a->sock.pid > b->sock.pid) -
			   (a->sock.pid < b->sock.pid);
}

static int by_remote(const struct top_row *a, const struct top_row *b)
{
	int ret = (a->sock.family > b->sock.family) -
		  (a->sock.family < b->sock.family);

	if (!ret)
		ret = memcmp(a->sock.raddr, b->sock.raddr, sizeof(a->sock.raddr));
	return ret ? ret : (int)a->sock.rport - (int)b->sock.rport;
}

static int by_state(const struct top_row *a, const struct top_row *b)
{
	if (a->how != b->how)
		return a->how > b->how ? 1 : -1;
	return (int)b->sock.state - (int)a->sock.state;
}

static compare_fn *const compare[TOP_SORTS] = {
	[TOP_BY_TIME] = by_time,
	[TOP_BY_PROCESS] = by_process,
	[TOP_BY_REMOTE] = by_remote,
	[TOP_BY_STATE] = by_state,
};

/* Rows that are equal in the chosen order go by time, then as in the frame. */
static int compare_rows(const void *a, const void *b, void *data)
{
	const struct top_row *x = ((const struct top_line *)a)->row;
	const struct top_row *y = ((const struct top_line *)b)->row;
	const struct top_view *view = data;
	int ret = compare[view->sort](x, y);

	if (!ret)
		ret = by_time(x, y);
	if (!ret)
		ret = x < y ? -1 : 1;
	return view->reverse ? -ret : ret;
}

/* Find the selected connection's new index. If it left, select the next row. */
static void find_selected(struct top_view *view)
{
	const struct top_order *order = &view->order;
	unsigned int i;

	for (i = 0; i < order->count; i++)
		if (view->cookie && order->line[i].row->sock.cookie == view->cookie &&
		    order->line[i].row->netns == view->netns)
			view->selected = i;
	if (view->selected >= order->count)
		view->selected = order->count ? order->count - 1 : 0;
}

/* With the first row selected, stay on the first row, not on its connection. */
static void remember_selected(struct top_view *view)
{
	const struct top_row *row = top_selected(view);

	view->cookie = row && view->selected ? row->sock.cookie : 0;
	view->netns = row ? row->netns : 0;
}

/* Rows with the same name and state go together, those of one process side by side. */
static int compare_members(const void *a, const void *b)
{
	const struct top_row *x = ((const struct top_line *)a)->row;
	const struct top_row *y = ((const struct top_line *)b)->row;
	int ret = strncmp(x->sock.comm, y->sock.comm, sizeof(x->sock.comm));

	if (!ret)
		ret = by_state(x, y);
	return ret ? ret : by_process(x, y);
}

static bool are_alike(const struct top_row *a, const struct top_row *b)
{
	return !strncmp(a->sock.comm, b->sock.comm, sizeof(a->sock.comm)) &&
	       !by_state(a, b);
}

/* Put the lines of a group into its first line. */
static void join_groups(struct top_order *order)
{
	struct top_line *group = NULL;
	uint32_t pid = 0;
	unsigned int i, n = 0;

	for (i = 0; i < order->count; i++) {
		const struct top_row *row = order->line[i].row;

		if (group && are_alike(group->row, row)) {
			group->size++;
			group->processes += row->sock.pid != pid;
			if (by_time(row, group->row) < 0)
				group->row = row;
		} else {
			group = &order->line[n++];
			*group = order->line[i];
		}
		pid = row->sock.pid;
	}
	order->count = n;
}

static int compare_groups(const void *a, const void *b, void *data)
{
	const struct top_line *x = a, *y = b;
	const struct top_view *view = data;
	int ret = (x->size < y->size) - (x->size > y->size);

	if (!ret)
		ret = compare_members(a, b);
	return view->reverse ? -ret : ret;
}

static void sort_lines(struct top_view *view)
{
	struct top_order *order = &view->order;

	if (!view->grouped) {
		qsort_r(order->line, order->count, sizeof(order->line[0]), compare_rows,
			view);
		return;
	}
	qsort(order->line, order->count, sizeof(order->line[0]), compare_members);
	join_groups(order);
	qsort_r(order->line, order->count, sizeof(order->line[0]), compare_groups, view);
}

void top_arrange(struct top_view *view, const struct top_frame *frame)
{
	const struct top_list *list = view->ended ? &frame->ended :
							   &frame->waiting;
	struct top_order *order = &view->order;
	unsigned int i;

	order->count = 0;
	for (i = 0; i < list->count; i++)
		if (view->ended ||
		    SOCK_DIAG_STATE(list->row[i].sock.state) & view->states)
			order->line[order->count++] = (struct top_line){
				.row = &list->row[i], .size = 1, .processes = 1,
			};
	order->rows = order->count;
	sort_lines(view);
	find_selected(view);
	remember_selected(view);
}

const struct top_row *top_selected(const struct top_view *view)
{
	return view->order.count ? view->order.line[view->selected].row : NULL;
}

void top_show_text(struct top_view *view, char *text)
{
	free(view->text);
	view->text = text;
	view->text_first = 0;
	view->mode = text ? TOP_TEXT : TOP_MAIN;
}

const char *top_sort_name(const struct top_view *view)
{
	static const char *const names[TOP_SORTS] = {
		[TOP_BY_PROCESS] = "by process",
		[TOP_BY_REMOTE] = "by remote address",
	};

	if (view->grouped)
		return view->reverse ? "by process, fewest first" :
				       "by process, most first";
	switch (view->sort) {
	case TOP_BY_TIME:
		if (view->ended)
			return view->reverse ? "oldest first" : "latest first";
		return view->reverse ? "youngest first" : "oldest first";
	case TOP_BY_STATE:
		return view->ended ? "by how they ended" : "by state";
	default:
		return names[view->sort];
	}
}

/* Return the line that a key moves to from line @at of @count lines. */
static unsigned int move(int key, unsigned int at, unsigned int page,
			 unsigned int count)
{
	unsigned int last = count ? count - 1 : 0, to = at;

	switch (key) {
	case TOP_KEY_UP:
	case 'k':
		to = at ? at - 1 : 0;
		break;
	case TOP_KEY_DOWN:
	case 'j':
		to = at + 1;
		break;
	case TOP_KEY_PAGE_UP:
		to = at > page ? at - page : 0;
		break;
	case TOP_KEY_PAGE_DOWN:
		to = at + page;
		break;
	case TOP_KEY_HOME:
		to = 0;
		break;
	case TOP_KEY_END:
		to = last;
		break;
	}
	return to < last ? to : last;
}

static void text_key(struct top_view *view, int key)
{
	unsigned int page = view->rows > 1 ? view->rows - 1 : 1;
	const char *text = view->text;
	unsigned int lines = 0;

	for (; (text = strchr(text, '\n')); text++)
		lines++;
	if (key == 'q' || key == TOP_KEY_ESCAPE || key == TOP_KEY_ENTER)
		top_show_text(view, NULL);
	else
		view->text_first = move(key, view->text_first, page,
					lines > page ? lines - page + 1 : 1);
}

static enum top_action typing_key(struct top_view *view, int key)
{
	size_t len = strlen(view->input);

	switch (key) {
	case TOP_KEY_ESCAPE:
		view->input[0] = '\0';
		view->mode = TOP_MAIN;
		return TOP_FILTER;
	case TOP_KEY_ENTER:
		view->mode = TOP_MAIN;
		return TOP_FILTER;
	case TOP_KEY_BACKSPACE:
		if (len)
			view->input[len - 1] = '\0';
		break;
	default:
		if (key >= ' ' && key <= '~' && len < FILTER_MAX) {
			view->input[len] = (char)key;
			view->input[len + 1] = '\0';
		}
	}
	return TOP_NOTHING;
}

/* Key f: both states, then each alone. */
static uint32_t next_states(uint32_t states)
{
	return states == (CLOSE_WAIT | FIN_WAIT2) ? CLOSE_WAIT :
	       states == CLOSE_WAIT ? FIN_WAIT2 : CLOSE_WAIT | FIN_WAIT2;
}

static enum top_action main_key(struct top_view *view, int key)
{
	switch (key) {
	case 'q':
		return TOP_QUIT;
	case '?':
	case 'h':
		return TOP_HELP;
	case TOP_KEY_ENTER:
		return TOP_LADDER;
	case 'p':
	case ' ':
		view->paused = !view->paused;
		return TOP_NOTHING;
	case '/':
		view->mode = TOP_TYPING;
		return TOP_NOTHING;
	case '\t':
		view->ended = !view->ended;
		break;
	case 's':
		view->sort = (view->sort + 1) % TOP_SORTS;
		break;
	case 'r':
		view->reverse = !view->reverse;
		break;
	case 'g':
		view->grouped = !view->grouped;
		break;
	case 'f':
		view->states = next_states(view->states);
		break;
	default:
		view->selected = move(key, view->selected, view->page,
				      view->order.count);
		remember_selected(view);
		return TOP_NOTHING;
	}
	/* The list or its order has changed: select the first row. */
	view->selected = 0;
	view->cookie = 0;
	view->first = 0;
	return TOP_NOTHING;
}

enum top_action top_take_key(struct top_view *view, int key)
{
	view->message[0] = '\0';
	if (view->mode == TOP_TYPING)
		return typing_key(view, key);
	if (view->mode == TOP_MAIN)
		return main_key(view, key);
	text_key(view, key);
	return TOP_NOTHING;
}
