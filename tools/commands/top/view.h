/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The part of "top" that keys change: which list is shown, in which order, and
 * which line is selected. It does not use the terminal.
 */
#ifndef COMMANDS_TOP_VIEW_H
#define COMMANDS_TOP_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "commands/top/frame.h"
#include "filter/filter.h"

/* Keys that are not characters. */
enum top_key {
	TOP_KEY_UP = 0x100,
	TOP_KEY_DOWN,
	TOP_KEY_PAGE_UP,
	TOP_KEY_PAGE_DOWN,
	TOP_KEY_HOME,
	TOP_KEY_END,
	TOP_KEY_ENTER,
	TOP_KEY_BACKSPACE,
	TOP_KEY_ESCAPE,
};

/**
 * enum top_mode - what fills the screen
 * @TOP_MAIN: numbers and a list
 * @TOP_TYPING: the same, while a filter is typed
 * @TOP_TEXT: help, or a ladder
 */
enum top_mode {
	TOP_MAIN,
	TOP_TYPING,
	TOP_TEXT,
};

enum top_sort {
	TOP_BY_TIME,
	TOP_BY_PROCESS,
	TOP_BY_REMOTE,
	TOP_BY_STATE,
	TOP_SORTS,
};

/**
 * enum top_wish - what the program has to do after a key
 * @TOP_NOTHING: nothing more
 * @TOP_QUIT: end
 * @TOP_HELP: show the help
 * @TOP_LADDER: show the ladder of the selected connection
 * @TOP_FILTER: apply the filter that was typed
 */
enum top_wish {
	TOP_NOTHING,
	TOP_QUIT,
	TOP_HELP,
	TOP_LADDER,
	TOP_FILTER,
};

/* The lines of the list in their order; they point into the frame. */
struct top_order {
	const struct top_row *row[TOP_ROWS];
	unsigned int count;
};

/**
 * struct top_view - what the user looks at
 * @rows: rows of the screen, 0 with --batch: no limit, and no keys
 * @columns: columns of the screen, 0 with --batch
 * @interval_ns: time between frames, 0 if there is only one
 * @mode: what fills the screen
 * @paused: keep the frame
 * @ended: list the connections that ended last in place of those that wait
 * @reverse: reverse the list's order
 * @given: the filter is from the command line; none was typed yet
 * @sort: the list's order
 * @states: which of the waiting connections are listed, by state: 1 << TCP_*
 * @selected: index in @order of the selected line
 * @first: index in @order of the first line on the screen
 * @page: lines of @order on the screen
 * @cookie: the selected connection's cookie: it stays selected when others come
 *	and go
 * @netns: the selected connection's network namespace
 * @order: the list
 * @input: the filter that applies, or is being typed
 * @message: what is wrong, shown until the next key
 * @text: lines of the help or of a ladder
 * @text_first: first line of @text on the screen
 */
struct top_view {
	unsigned int rows;
	unsigned int columns;
	uint64_t interval_ns;
	enum top_mode mode;
	bool paused;
	bool ended;
	bool reverse;
	bool given;
	enum top_sort sort;
	uint32_t states;
	unsigned int selected;
	unsigned int first;
	unsigned int page;
	uint64_t cookie;
	uint32_t netns;
	struct top_order order;
	char input[FILTER_MAX + 1];
	char message[sizeof(((struct filter_error *)0)->what)];
	char *text;
	unsigned int text_first;
};

/* Begin with all waiting connections. The view owns no memory yet. */
void top_view_init(struct top_view *view);

/*
 * Choose and sort the lines of the list. The selected connection stays selected.
 * @frame has to stay as it is until the next call.
 */
void top_arrange(struct top_view *view, const struct top_frame *frame);

/* The selected connection, NULL if the list is empty. */
const struct top_row *top_selected(const struct top_view *view);

/*
 * Take a key: a character or enum top_key. The view has to be arranged again
 * afterwards. Return what is left for the caller to do.
 */
enum top_wish top_take_key(struct top_view *view, int key);

/* Fill the screen with @text, which the view frees, until a key ends that. */
void top_show_text(struct top_view *view, char *text);

/* The name of the list's order. */
const char *top_sort_name(const struct top_view *view);

#endif /* COMMANDS_TOP_VIEW_H */
