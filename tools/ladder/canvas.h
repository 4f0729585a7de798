/* SPDX-License-Identifier: GPL-2.0 */
/* One line of a picture, built cell by cell: a cell is one column wide. */
#ifndef LADDER_CANVAS_H
#define LADDER_CANVAS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define CANVAS_WIDTH	80

/* Cells that are no ASCII characters. */
enum glyph {
	GLYPH_BAR = 0x80,
	GLYPH_BAR_UNSEEN,
	GLYPH_BAR_ON,
	GLYPH_LINE,
	GLYPH_IMPLIED,
	GLYPH_DATA,
	GLYPH_RIGHT,
	GLYPH_LEFT,
	GLYPH_FROM_LEFT,
	GLYPH_FROM_RIGHT,
	GLYPH_END,
	GLYPH_END_LEFT,
	GLYPH_END_RIGHT,
	GLYPH_CROSS,
	GLYPH_TOP_LEFT,
	GLYPH_TOP_RIGHT,
	GLYPH_LOW_LEFT,
	GLYPH_LOW_RIGHT,
	GLYPHS,
};

/* Colours. */
enum paint {
	PAINT_PLAIN,
	PAINT_DIM,
	PAINT_BOLD,
	PAINT_RED,
	PAINT_GREEN,
	PAINT_YELLOW,
	PAINT_BLUE,
	PAINT_CYAN,
};

/**
 * struct canvas - a line
 * @out: where it goes
 * @unicode: draw with box characters, in UTF-8; otherwise with ASCII
 * @colour: with the terminal's colours
 * @cell: an ASCII character or a glyph
 * @paint: its colour
 */
struct canvas {
	FILE *out;
	bool unicode;
	bool colour;
	uint8_t cell[CANVAS_WIDTH];
	uint8_t paint[CANVAS_WIDTH];
};

/**
 * canvas_clear() - start a line
 * @c: the line; the rest of it stays
 */
void canvas_clear(struct canvas *c);

/**
 * canvas_put() - set a cell
 * @c: the line
 * @at: the column; one outside the line does nothing
 * @cell: what to draw there
 * @paint: its colour
 */
void canvas_put(struct canvas *c, int at, unsigned int cell, enum paint paint);

/**
 * canvas_text() - write text, each byte that is not printable as "?"
 * @c: the line
 * @at: the first column; what is outside the line is cut off
 * @text: the text
 * @paint: its colour
 */
void canvas_text(struct canvas *c, int at, const char *text, enum paint paint);

/**
 * canvas_text_left() - the same, up to a column and not beyond it
 * @c: the line
 * @end: the last column of the text
 * @text: the text
 * @paint: its colour
 */
void canvas_text_left(struct canvas *c, int end,
		      const char *text, enum paint paint);

/**
 * canvas_print() - print the line, without spaces at its end
 * @c: the line
 */
void canvas_print(const struct canvas *c);

#endif /* LADDER_CANVAS_H */
