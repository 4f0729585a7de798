/* SPDX-License-Identifier: GPL-2.0 */
/* The columns that -o picks, in its order. */
#ifndef OUTPUT_PICKED_H
#define OUTPUT_PICKED_H

#include <stdbool.h>
#include <stddef.h>

#include "output/columns.h"

#define PICKED_MAX		32
#define PICKED_TEXT_MAX		512
#define PICKED_WHY_MAX		2048	/* for what is wrong, with all headings */

/* A picked column, and its place in the line that is being written */
struct picked_column {
	const char *name;	/* as typed */
	bool found;		/* the view has it */
	bool done;		/* it is in the line */
	bool open;		/* it is the last one in the line so far */
	bool again;		/* another name before it means the same column */
	unsigned int width;	/* 0 if it has none of its own */
	size_t begin, end;
};

/* The picked columns */
struct picked_columns {
	unsigned int count;
	struct picked_column column[PICKED_MAX];
	struct columns line;	/* one line, in the view's order */
	size_t next;		/* where the next column begins in it */
	bool closed;		/* no column is being written */
	struct columns *out;	/* where lines go */
	char text[PICKED_TEXT_MAX];
	char why[PICKED_WHY_MAX];
};

/* Take names, separated by commas. Return false if there are too many. */
bool picked_parse(struct picked_columns *p, const char *list);

/* Begin a column of the view. Return whether it is picked. */
bool picked_begin(struct picked_columns *p, const char *title, unsigned int width);

/* End the column that is being written, if there is one. */
void picked_close(struct picked_columns *p);

/* Write the line that is complete. */
void picked_end_line(struct picked_columns *p);

#endif /* OUTPUT_PICKED_H */
