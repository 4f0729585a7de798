/* SPDX-License-Identifier: GPL-2.0 */
/* One line of a picture, built cell by cell; a cell is one column wide. */
#ifndef LADDER_CANVAS_H
#define LADDER_CANVAS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* The usual width, which is the largest, and the smallest */
#define CANVAS_WIDTH		80
#define CANVAS_WIDTH_MIN	60

/* Cells that are not ASCII characters */
enum glyph {
	GLYPH_BAR = 0x80, GLYPH_BAR_UNSEEN, GLYPH_BAR_ON,
	GLYPH_LINE, GLYPH_IMPLIED, GLYPH_DATA,
	GLYPH_RIGHT, GLYPH_LEFT, GLYPH_FROM_LEFT, GLYPH_FROM_RIGHT,
	GLYPH_END, GLYPH_END_LEFT, GLYPH_END_RIGHT,
	GLYPH_CROSS, GLYPH_TOP_LEFT, GLYPH_TOP_RIGHT, GLYPH_LOW_LEFT, GLYPH_LOW_RIGHT,
	GLYPHS,
};

/* Colours */
enum paint {
	PAINT_PLAIN, PAINT_DIM, PAINT_BOLD,
	PAINT_RED, PAINT_GREEN, PAINT_YELLOW, PAINT_BLUE, PAINT_CYAN,
};

/* A line of a picture */
struct canvas {
	FILE *out;			/* where it is printed */
	bool unicode;	/* box characters in UTF-8, otherwise ASCII */
	bool colour;			/* the terminal's colours */
	int width;			/* columns, at most CANVAS_WIDTH */
	uint8_t cell[CANVAS_WIDTH];	/* ASCII characters or glyphs */
	uint8_t paint[CANVAS_WIDTH];	/* their colours */
};

/* Make all cells blank. */
void canvas_clear(struct canvas *c);

/* Set the cell in column @at; columns outside the line are ignored. */
void canvas_put(struct canvas *c, int at, unsigned int cell, enum paint paint);

/* Write text from column @at on, unprintable bytes as "?", clipped. */
void canvas_text(struct canvas *c, int at, const char *text, enum paint paint);

/* Write text that ends in column @end. */
void canvas_text_left(struct canvas *c, int end, const char *text, enum paint paint);

/* Print the line, without trailing spaces. */
void canvas_print(const struct canvas *c);

#endif /* LADDER_CANVAS_H */
