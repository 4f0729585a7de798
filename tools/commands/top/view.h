/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the user of "top" looks at: which list, in which order, which line; and
 * what a key changes of that. It knows no terminal.
 */
#ifndef COMMANDS_TOP_VIEW_H
#define COMMANDS_TOP_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "commands/top/frame.h"
#include "filter/filter.h"

/* Keys that are no characters. */
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
 * enum top_wish - what a key asks the program for
 * @TOP_NOTHING: nothing that the view has not done
 * @TOP_QUIT: to end
 * @TOP_HELP: the help's text
 * @TOP_LADDER: the ladder of the selected connection
 * @TOP_FILTER: the filter that was typed
 */
enum top_wish {
	TOP_NOTHING,
	TOP_QUIT,
	TOP_HELP,
	TOP_LADDER,
	TOP_FILTER,
};

/**
 * struct top_order - the lines of the list, as they are shown
 * @row: they point into the frame
 * @count: how many
 */
struct top_order {
	const struct top_row *row[TOP_ROWS];
	unsigned int count;
};

/**
 * struct top_view - what is looked at
 * @rows: the screen's, 0 for no limit and no keys: that is --batch
 * @columns: likewise
 * @interval_ns: time between frames, 0 if there is one only
 * @mode: what fills the screen
 * @paused: the frame stays
 * @ended: list the connections that ended last, not those that wait
 * @reverse: the other way round
 * @sort: the list's order
 * @states: of those that wait 1 << TCP_* of those that are listed
 * @selected: the selected line of @order
 * @first: the first one on the screen
 * @page: how many are on the screen
 * @cookie: the selected connection, which stays so when others come and go
 * @netns: likewise
 * @order: the list
 * @input: the filter that holds, or is typed
 * @given: there is one from the command line until one is typed
 * @message: what is wrong, until the next key
 * @text: help or a ladder, lines of it
 * @text_first: its first line on the screen
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

/**
 * top_view_init() - look at all that waits
 * @view: the view; of what has to be freed there is nothing yet
 */
void top_view_init(struct top_view *view);

/**
 * top_arrange() - choose and sort the lines of the list
 * @view: the view; the selected connection stays selected
 * @frame: the frame, which has to stay as it is until the next call
 */
void top_arrange(struct top_view *view, const struct top_frame *frame);

/**
 * top_selected() - the selected connection
 * @view: the view
 *
 * Return: it, NULL if the list is empty.
 */
const struct top_row *top_selected(const struct top_view *view);

/**
 * top_take_key() - do what a key asks for
 * @view: the view, which has to be arranged again afterwards
 * @key: a character or enum top_key
 *
 * Return: what the program has to do.
 */
enum top_wish top_take_key(struct top_view *view, int key);

/**
 * top_show_text() - fill the screen with text until a key ends that
 * @view: the view
 * @text: the lines, which the view frees
 */
void top_show_text(struct top_view *view, char *text);

/**
 * top_sort_name() - the word for an order
 * @view: the view
 *
 * Return: the word.
 */
const char *top_sort_name(const struct top_view *view);

#endif /* COMMANDS_TOP_VIEW_H */
