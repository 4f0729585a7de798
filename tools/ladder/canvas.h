/* SPDX-License-Identifier: GPL-2.0 */
/* One line of a picture, built cell by cell: a cell is one column wide. */
#ifndef TCPFIN_CANVAS_H
#define TCPFIN_CANVAS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define TCPFIN_CANVAS_WIDTH	80

/* Cells that are no ASCII characters. */
enum tcpfin_glyph {
	TCPFIN_GLYPH_BAR = 0x80,
	TCPFIN_GLYPH_BAR_UNSEEN,
	TCPFIN_GLYPH_BAR_ON,
	TCPFIN_GLYPH_LINE,
	TCPFIN_GLYPH_IMPLIED,
	TCPFIN_GLYPH_DATA,
	TCPFIN_GLYPH_RIGHT,
	TCPFIN_GLYPH_LEFT,
	TCPFIN_GLYPH_FROM_LEFT,
	TCPFIN_GLYPH_FROM_RIGHT,
	TCPFIN_GLYPH_END,
	TCPFIN_GLYPH_END_LEFT,
	TCPFIN_GLYPH_END_RIGHT,
	TCPFIN_GLYPH_CROSS,
	TCPFIN_GLYPH_TOP_LEFT,
	TCPFIN_GLYPH_TOP_RIGHT,
	TCPFIN_GLYPH_LOW_LEFT,
	TCPFIN_GLYPH_LOW_RIGHT,
	TCPFIN_GLYPHS,
};

/* Colours. */
enum tcpfin_paint {
	TCPFIN_PAINT_PLAIN,
	TCPFIN_PAINT_DIM,
	TCPFIN_PAINT_BOLD,
	TCPFIN_PAINT_RED,
	TCPFIN_PAINT_GREEN,
	TCPFIN_PAINT_YELLOW,
	TCPFIN_PAINT_BLUE,
	TCPFIN_PAINT_CYAN,
};

/**
 * struct tcpfin_canvas - a line
 * @out: where it goes
 * @unicode: draw with box characters, in UTF-8; otherwise with ASCII
 * @colour: with the terminal's colours
 * @cell: an ASCII character or a glyph
 * @paint: its colour
 */
struct tcpfin_canvas {
	FILE *out;
	bool unicode;
	bool colour;
	uint8_t cell[TCPFIN_CANVAS_WIDTH];
	uint8_t paint[TCPFIN_CANVAS_WIDTH];
};

/**
 * tcpfin_canvas_clear() - start a line
 * @c: the line; the rest of it stays
 */
void tcpfin_canvas_clear(struct tcpfin_canvas *c);

/**
 * tcpfin_canvas_put() - set a cell
 * @c: the line
 * @at: the column; one outside the line does nothing
 * @cell: what to draw there
 * @paint: its colour
 */
void tcpfin_canvas_put(struct tcpfin_canvas *c, int at, unsigned int cell,
		       enum tcpfin_paint paint);

/**
 * tcpfin_canvas_text() - write text, each byte that is not printable as "?"
 * @c: the line
 * @at: the first column; what is outside the line is cut off
 * @text: the text
 * @paint: its colour
 */
void tcpfin_canvas_text(struct tcpfin_canvas *c, int at, const char *text,
			enum tcpfin_paint paint);

/**
 * tcpfin_canvas_text_left() - the same, up to a column and not beyond it
 * @c: the line
 * @end: the last column of the text
 * @text: the text
 * @paint: its colour
 */
void tcpfin_canvas_text_left(struct tcpfin_canvas *c, int end,
			     const char *text, enum tcpfin_paint paint);

/**
 * tcpfin_canvas_print() - print the line, without spaces at its end
 * @c: the line
 */
void tcpfin_canvas_print(const struct tcpfin_canvas *c);

#endif /* TCPFIN_CANVAS_H */
