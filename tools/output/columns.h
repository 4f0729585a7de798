/* SPDX-License-Identifier: GPL-2.0 */
/* Lines of text that are made in memory, so that many go out in one piece. */
#ifndef OUTPUT_COLUMNS_H
#define OUTPUT_COLUMNS_H

#include <stdio.h>
#include <string.h>

/* More than all columns' texts together: most are short, none is above 300. */
#define COLUMNS_LINE_MAX	4096
/* What is kept until it goes out. */
#define COLUMNS_MAX		(1U << 16)
#define COLUMNS_WIDTH_MAX	39

/**
 * struct columns - lines that are being made
 * @out: where they go
 * @at: where the next column begins
 * @text: the lines
 */
struct columns {
	FILE *out;
	char *at;
	char text[COLUMNS_MAX + COLUMNS_LINE_MAX];
};

static inline void columns_init(struct columns *l, FILE *out)
{
	l->out = out;
	l->at = l->text;
}

/* Hand them on. Needed before anything else is printed, and before a wait. */
static inline void columns_flush(struct columns *l)
{
	fwrite(l->text, 1, (size_t)(l->at - l->text), l->out);
	l->at = l->text;
}

/*
 * Begin a column: all of its room becomes spaces first, so that what is not
 * written need not be filled up. In whole steps of 16, for a constant width that
 * is an instruction or two.
 */
static inline char *columns_start(struct columns *l, unsigned int width)
{
	memset(l->at, ' ', (width / 16 + 1) * 16);
	return l->at;
}

/* End it: its text goes up to @end, and a space follows its width. */
static inline void columns_next(struct columns *l, char *end, unsigned int width)
{
	char *full = l->at + width;

	if (end > full) {
		*end = ' ';
		full = end;
	}
	l->at = full + 1;
}

/* The last column ends the line in place of its space. */
static inline void columns_end(struct columns *l)
{
	l->at[-1] = '\n';
	if (l->at >= l->text + COLUMNS_MAX)
		columns_flush(l);
}

#endif /* OUTPUT_COLUMNS_H */
