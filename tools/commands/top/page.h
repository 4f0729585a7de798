/* SPDX-License-Identifier: GPL-2.0 */
/* The page of "top": rows of plain text. */
#ifndef COMMANDS_TOP_PAGE_H
#define COMMANDS_TOP_PAGE_H

#include "commands/top/frame.h"
#include "util/text.h"

/* The most rows and columns that are used */
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

/* Add a row without spaces at its end, if there is room. */
void top_page_add(struct top_page *page, enum top_style style, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Write an age to @buf and return @buf: 850ms, 12.3s, 5m03s, 2h05m or 3d04h. Below
 * 1000 days the text has at most 6 characters.
 */
const char *top_age_text(uint64_t ns, char buf[SPAN_TEXT_MAX]);

/* Most characters of a network namespace: its name, cut, or its number */
#define TOP_NETNS_WIDTH	10
/* Size for a network namespace with a word before it */
#define TOP_NETNS_TEXT_MAX	32

/* Write @before and a network namespace if there are several, else "". Return @buf. */
const char *top_netns_text(const struct top_frame *frame, const char *before,
			   uint32_t netns, char buf[TOP_NETNS_TEXT_MAX]);

#endif /* COMMANDS_TOP_PAGE_H */
