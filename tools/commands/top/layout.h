/* SPDX-License-Identifier: GPL-2.0 */
/* The layout of "top": from a frame to rows of plain text. */
#ifndef TCPFIN_TOP_LAYOUT_H
#define TCPFIN_TOP_LAYOUT_H

#include "commands/top/frame.h"
#include "commands/top/view.h"
#include "util/text.h"

/* The smallest screen. */
#define TCPFIN_TOP_ROWS_MIN	24
#define TCPFIN_TOP_COLUMNS_MIN	80
/* The largest; what is beyond stays empty. */
#define TCPFIN_PAGE_ROWS	256
#define TCPFIN_PAGE_COLUMNS	511

/**
 * enum tcpfin_style - what a row is, for a terminal to show
 * @TCPFIN_STYLE_PLAIN: nothing special
 * @TCPFIN_STYLE_TITLE: the first row
 * @TCPFIN_STYLE_HEADING: titles of columns
 * @TCPFIN_STYLE_WARNING: something to look at
 * @TCPFIN_STYLE_CRITICAL: worse
 * @TCPFIN_STYLE_SELECTED: the selected connection
 * @TCPFIN_STYLE_KEYS: the last row
 */
enum tcpfin_style {
	TCPFIN_STYLE_PLAIN,
	TCPFIN_STYLE_TITLE,
	TCPFIN_STYLE_HEADING,
	TCPFIN_STYLE_WARNING,
	TCPFIN_STYLE_CRITICAL,
	TCPFIN_STYLE_SELECTED,
	TCPFIN_STYLE_KEYS,
};

/**
 * struct tcpfin_page - rows of text
 * @columns: they have at most so many
 * @count: how many there are
 * @style: what each is
 * @row: printable; all but those of a ladder are ASCII
 */
struct tcpfin_page {
	unsigned int columns;
	unsigned int count;
	enum tcpfin_style style[TCPFIN_PAGE_ROWS];
	char row[TCPFIN_PAGE_ROWS][TCPFIN_PAGE_COLUMNS + 1];
};

/**
 * tcpfin_top_layout() - lay a frame out
 * @frame: the frame
 * @view: how it is looked at, arranged for the frame; what is on the screen of
 *	its list is set
 * @page: the result
 */
void tcpfin_top_layout(const struct tcpfin_top_frame *frame,
		       struct tcpfin_top_view *view, struct tcpfin_page *page);

/**
 * tcpfin_top_age_text() - write an age in at most 6 characters below 1000 days
 * @ns: the age
 * @buf: the result, such as 850ms, 12.3s, 5m03s, 2h05m or 3d04h
 *
 * Return: @buf.
 */
const char *tcpfin_top_age_text(uint64_t ns, char buf[TCPFIN_SPAN_MAX]);

#endif /* TCPFIN_TOP_LAYOUT_H */
