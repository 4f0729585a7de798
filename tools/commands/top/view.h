/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the user of "top" looks at: which list, in which order, which line; and
 * what a key changes of that. It knows no terminal.
 */
#ifndef TCPFIN_TOP_VIEW_H
#define TCPFIN_TOP_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "commands/top/frame.h"
#include "filter/filter.h"

/* Keys that are no characters. */
enum tcpfin_key {
	TCPFIN_KEY_UP = 0x100,
	TCPFIN_KEY_DOWN,
	TCPFIN_KEY_PAGE_UP,
	TCPFIN_KEY_PAGE_DOWN,
	TCPFIN_KEY_HOME,
	TCPFIN_KEY_END,
	TCPFIN_KEY_ENTER,
	TCPFIN_KEY_BACKSPACE,
	TCPFIN_KEY_ESCAPE,
};

/**
 * enum tcpfin_top_mode - what fills the screen
 * @TCPFIN_TOP_MAIN: numbers and a list
 * @TCPFIN_TOP_TYPING: the same, while a filter is typed
 * @TCPFIN_TOP_TEXT: help, or a ladder
 */
enum tcpfin_top_mode {
	TCPFIN_TOP_MAIN,
	TCPFIN_TOP_TYPING,
	TCPFIN_TOP_TEXT,
};

enum tcpfin_top_sort {
	TCPFIN_TOP_BY_TIME,
	TCPFIN_TOP_BY_PROCESS,
	TCPFIN_TOP_BY_REMOTE,
	TCPFIN_TOP_BY_STATE,
	TCPFIN_TOP_SORTS,
};

/**
 * enum tcpfin_top_wish - what a key asks the program for
 * @TCPFIN_TOP_NOTHING: nothing that the view has not done
 * @TCPFIN_TOP_QUIT: to end
 * @TCPFIN_TOP_HELP: the help's text
 * @TCPFIN_TOP_LADDER: the ladder of the selected connection
 * @TCPFIN_TOP_FILTER: the filter that was typed
 */
enum tcpfin_top_wish {
	TCPFIN_TOP_NOTHING,
	TCPFIN_TOP_QUIT,
	TCPFIN_TOP_HELP,
	TCPFIN_TOP_LADDER,
	TCPFIN_TOP_FILTER,
};

/**
 * struct tcpfin_top_order - the lines of the list, as they are shown
 * @row: they point into the frame
 * @count: how many
 */
struct tcpfin_top_order {
	const struct tcpfin_top_row *row[TCPFIN_TOP_ROWS];
	unsigned int count;
};

/**
 * struct tcpfin_top_view - what is looked at
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
struct tcpfin_top_view {
	unsigned int rows;
	unsigned int columns;
	uint64_t interval_ns;
	enum tcpfin_top_mode mode;
	bool paused;
	bool ended;
	bool reverse;
	bool given;
	enum tcpfin_top_sort sort;
	uint32_t states;
	unsigned int selected;
	unsigned int first;
	unsigned int page;
	uint64_t cookie;
	uint32_t netns;
	struct tcpfin_top_order order;
	char input[TCPFIN_FILTER_MAX + 1];
	char message[sizeof(((struct tcpfin_filter_error *)0)->what)];
	char *text;
	unsigned int text_first;
};

/**
 * tcpfin_top_view_init() - look at all that waits
 * @view: the view; of what has to be freed there is nothing yet
 */
void tcpfin_top_view_init(struct tcpfin_top_view *view);

/**
 * tcpfin_top_arrange() - choose and sort the lines of the list
 * @view: the view; the selected connection stays selected
 * @frame: the frame, which has to stay as it is until the next call
 */
void tcpfin_top_arrange(struct tcpfin_top_view *view,
			const struct tcpfin_top_frame *frame);

/**
 * tcpfin_top_selected() - the selected connection
 * @view: the view
 *
 * Return: it, NULL if the list is empty.
 */
const struct tcpfin_top_row *
tcpfin_top_selected(const struct tcpfin_top_view *view);

/**
 * tcpfin_top_key() - do what a key asks for
 * @view: the view, which has to be arranged again afterwards
 * @key: a character or enum tcpfin_key
 *
 * Return: what the program has to do.
 */
enum tcpfin_top_wish tcpfin_top_key(struct tcpfin_top_view *view, int key);

/**
 * tcpfin_top_show_text() - fill the screen with text until a key ends that
 * @view: the view
 * @text: the lines, which the view frees
 */
void tcpfin_top_show_text(struct tcpfin_top_view *view, char *text);

/**
 * tcpfin_top_sort_name() - the word for an order
 * @view: the view
 *
 * Return: the word.
 */
const char *tcpfin_top_sort_name(const struct tcpfin_top_view *view);

#endif /* TCPFIN_TOP_VIEW_H */
