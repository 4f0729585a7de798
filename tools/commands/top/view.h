/* SPDX-License-Identifier: GPL-2.0 */
/* The state of "top" that keys change: the list shown, its order, the selected line. */
#ifndef COMMANDS_TOP_VIEW_H
#define COMMANDS_TOP_VIEW_H

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

/* The content of the screen */
enum top_mode {
	TOP_MAIN,	/* numbers and a list */
	TOP_TYPING,	/* the same, while a filter is typed */
	TOP_TEXT,	/* help, or a ladder */
};

enum top_sort {
	TOP_BY_TIME,
	TOP_BY_PROCESS,
	TOP_BY_REMOTE,
	TOP_BY_STATE,
	TOP_SORTS,
};

/* The action that a key asks of the caller */
enum top_action {
	TOP_NOTHING,
	TOP_QUIT,
	TOP_HELP,	/* show the help */
	TOP_LADDER,	/* show the ladder of the selected connection */
	TOP_FILTER,	/* apply the filter that was typed */
};

/* A line of the list: a connection or, with @grouped, a group of them */
struct top_line {
	const struct top_row *row;	/* of a group the one that is listed first */
	unsigned int size;		/* connections of the group, otherwise 1 */
	unsigned int processes;		/* their processes, those not known as one */
};

/* The lines of the list in their order; the pointers are into the frame. */
struct top_order {
	struct top_line line[TOP_ROWS];
	unsigned int count;		/* lines */
	unsigned int rows;		/* connections in them */
};

struct top_view {
	unsigned int rows;	/* of the screen; 0 with --batch: no limit, and no keys */
	unsigned int columns;	/* of the screen; 0 with --batch */
	uint64_t interval_ns;	/* time between frames, 0: there is only one frame */
	enum top_mode mode;
	bool paused;		/* keep the frame */
	bool ended;		/* list ended connections, not waiting ones */
	bool reverse;
	bool grouped;		/* a line for each process name and state, the largest first */
	bool given;		/* the filter is the command line's: none was typed yet */
	enum top_sort sort;
	uint32_t states;	/* waiting connections to list, by state: 1 << TCP_* */
	unsigned int selected;	/* index in @order of the selected line */
	unsigned int first;	/* index in @order of the first line on the screen */
	unsigned int page;	/* lines of @order on the screen */
	/* The selected connection: it stays selected when others come and go. */
	uint64_t cookie;
	uint32_t netns;
	struct top_order order;
	char filter[FILTER_MAX + 1];	/* the filter that applies, if it was typed */
	char input[FILTER_MAX + 1];	/* the filter that was typed last, or is being typed */
	char message[sizeof(((struct filter_error *)0)->what)];	/* until the next key */
	char *text;			/* lines of the help or of a ladder */
	unsigned int text_first;	/* first line of @text on the screen */
};

/* Begin with all waiting connections. The view owns no memory yet. */
void top_view_init(struct top_view *view);

/*
 * Choose and sort the lines of the list; the selected connection stays selected.
 * @frame has to stay unchanged until the next call.
 */
void top_arrange(struct top_view *view, const struct top_frame *frame);

/* Return the selected connection, or NULL if the list is empty. */
const struct top_row *top_selected(const struct top_view *view);

/*
 * Take a key: a character or enum top_key. The view has to be arranged again
 * afterwards. Return the action for the caller.
 */
enum top_action top_take_key(struct top_view *view, int key);

/* Fill the screen with @text, which the view frees, until a key ends that. */
void top_show_text(struct top_view *view, char *text);

/* Return the name of the list's order. */
const char *top_sort_name(const struct top_view *view);

#endif /* COMMANDS_TOP_VIEW_H */
