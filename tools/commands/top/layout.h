/* SPDX-License-Identifier: GPL-2.0 */
/* The layout of "top": from a frame to rows of plain text. */
#ifndef COMMANDS_TOP_LAYOUT_H
#define COMMANDS_TOP_LAYOUT_H

#include "commands/top/frame.h"
#include "commands/top/view.h"
#include "util/text.h"

/* The smallest screen. */
#define TOP_ROWS_MIN	24
#define TOP_COLUMNS_MIN	80
/* The largest; what is beyond stays empty. */
#define TOP_PAGE_ROWS	256
#define TOP_PAGE_COLUMNS	511

/**
 * enum top_style - what a row is, for a terminal to show
 * @TOP_STYLE_PLAIN: nothing special
 * @TOP_STYLE_TITLE: the first row
 * @TOP_STYLE_HEADING: titles of columns
 * @TOP_STYLE_WARNING: something to look at
 * @TOP_STYLE_CRITICAL: worse
 * @TOP_STYLE_SELECTED: the selected connection
 * @TOP_STYLE_KEYS: the last row
 */
enum top_style {
	TOP_STYLE_PLAIN,
	TOP_STYLE_TITLE,
	TOP_STYLE_HEADING,
	TOP_STYLE_WARNING,
	TOP_STYLE_CRITICAL,
	TOP_STYLE_SELECTED,
	TOP_STYLE_KEYS,
};

/**
 * struct top_page - rows of text
 * @columns: they have at most so many
 * @count: how many there are
 * @style: what each is
 * @row: printable; all but those of a ladder are ASCII
 */
struct top_page {
	unsigned int columns;
	unsigned int count;
	enum top_style style[TOP_PAGE_ROWS];
	char row[TOP_PAGE_ROWS][TOP_PAGE_COLUMNS + 1];
};

/**
 * top_layout() - lay a frame out
 * @frame: the frame
 * @view: how it is looked at, arranged for the frame; what is on the screen of
 *	its list is set
 * @page: the result
 */
void top_layout(const struct top_frame *frame, struct top_view *view,
		struct top_page *page);

/**
 * top_age_text() - write an age in at most 6 characters below 1000 days
 * @ns: the age
 * @buf: the result, such as 850ms, 12.3s, 5m03s, 2h05m or 3d04h
 *
 * Return: @buf.
 */
const char *top_age_text(uint64_t ns, char buf[SPAN_TEXT_MAX]);

#endif /* COMMANDS_TOP_LAYOUT_H */
