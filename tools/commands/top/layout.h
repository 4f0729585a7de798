/* SPDX-License-Identifier: GPL-2.0 */
/* The layout of "top": from a frame to rows of plain text. */
#ifndef COMMANDS_TOP_LAYOUT_H
#define COMMANDS_TOP_LAYOUT_H

#include "commands/top/frame.h"
#include "commands/top/view.h"
#include "util/text.h"

/* The smallest screen, and the most rows and columns that are used. */
#define TOP_ROWS_MIN	24
#define TOP_COLUMNS_MIN	80
#define TOP_PAGE_ROWS	256
#define TOP_PAGE_COLUMNS	511

/* The kind of a row; a terminal shows it by colours and attributes. */
enum top_style {
	TOP_STYLE_PLAIN,
	TOP_STYLE_TITLE,	/* the first row */
	TOP_STYLE_HEADING,	/* titles of columns */
	TOP_STYLE_WARNING,
	TOP_STYLE_CRITICAL,
	TOP_STYLE_SELECTED,	/* the selected connection */
	TOP_STYLE_KEYS,		/* the last row */
};

struct top_page {
	unsigned int columns;	/* most columns of a row */
	unsigned int count;	/* rows */
	enum top_style style[TOP_PAGE_ROWS];
	char row[TOP_PAGE_ROWS][TOP_PAGE_COLUMNS + 1];	/* only ladders are not ASCII */
};

/* Lay out @frame as @view asks; the view must be arranged for it. Sets @view->page. */
void top_layout(const struct top_frame *frame, struct top_view *view,
		struct top_page *page);

/*
 * Write an age to @buf and return @buf: 850ms, 12.3s, 5m03s, 2h05m or 3d04h. Below
 * 1000 days the text has at most 6 characters.
 */
const char *top_age_text(uint64_t ns, char buf[SPAN_TEXT_MAX]);

#endif /* COMMANDS_TOP_LAYOUT_H */
