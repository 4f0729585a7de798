/* SPDX-License-Identifier: GPL-2.0 */
/* Columns of text, written quickly. */
#ifndef OUTPUT_COLUMNS_H
#define OUTPUT_COLUMNS_H

#include <stdio.h>
#include <string.h>

/* Room for any line: most columns are short, none is longer than 300 bytes. */
#define COLUMNS_LINE_MAX	4096
/* Bytes kept before they are written */
#define COLUMNS_MAX		(1U << 16)
#define COLUMNS_WIDTH_MAX	39

/* Lines of text, kept in memory and written together */
struct columns {
	FILE *out;
	char *at;	/* where the next column begins */
	unsigned int max;	/* longer lines are cut; 0 for no limit */
	char text[COLUMNS_MAX + COLUMNS_LINE_MAX];
};

static inline void columns_init(struct columns *l, FILE *out)
{
	l->out = out;
	l->at = l->text;
	l->max = 0;
}

/* Write the lines. Needed before other output, and before a wait. */
static inline void columns_flush(struct columns *l)
{
	fwrite(l->text, 1, (size_t)(l->at - l->text), l->out);
	l->at = l->text;
}

/* Fill a column with spaces, in whole steps of 16: an instruction or two each. */
static inline char *columns_start(struct columns *l, unsigned int width)
{
	memset(l->at, ' ', (width / 16 + 1) * 16);
	return l->at;
}

/* End a column: its text goes up to @end, and a space follows its width. */
static inline void columns_next(struct columns *l, char *end, unsigned int width)
{
	char *full = l->at + width;

	if (end > full) {
		*end = ' ';
		full = end;
	}
	l->at = full + 1;
}

/* Put "~" at the end of a line that is longer than @l->max; colours have no width. */
void columns_cut(struct columns *l);

/* End the line: replace the space after the last column by a newline. */
static inline void columns_end(struct columns *l)
{
	if (__builtin_expect(!!l->max, 0))
		columns_cut(l);
	l->at[-1] = '\n';
	if (l->at >= l->text + COLUMNS_MAX)
		columns_flush(l);
}

#endif /* OUTPUT_COLUMNS_H */
