// SPDX-License-Identifier: GPL-2.0
/* Builds a line of a picture and prints it, in box characters or in ASCII. */
#include <string.h>

#include "ladder/canvas.h"

#define GLYPH(name)	[TCPFIN_GLYPH_##name - TCPFIN_GLYPH_BAR]

static const struct {
	const char *utf8;
	char ascii;
} glyphs[] = {
	GLYPH(BAR) = { "\u2502", '|' },
	GLYPH(BAR_UNSEEN) = { "\u250a", ':' },
	GLYPH(BAR_ON) = { "\u22ee", ':' },
	GLYPH(LINE) = { "\u2500", '-' },
	GLYPH(IMPLIED) = { "\u254c", '.' },
	GLYPH(DATA) = { "\u2550", '=' },
	GLYPH(RIGHT) = { "\u25b6", '>' },
	GLYPH(LEFT) = { "\u25c0", '<' },
	GLYPH(FROM_LEFT) = { "\u251c", '|' },
	GLYPH(FROM_RIGHT) = { "\u2524", '|' },
	GLYPH(END) = { "\u2534", '+' },
	GLYPH(END_LEFT) = { "\u2514", '+' },
	GLYPH(END_RIGHT) = { "\u2518", '+' },
	GLYPH(CROSS) = { "\u2573", 'X' },
	GLYPH(TOP_LEFT) = { "\u256d", '.' },
	GLYPH(TOP_RIGHT) = { "\u256e", '.' },
	GLYPH(LOW_LEFT) = { "\u2570", '\'' },
	GLYPH(LOW_RIGHT) = { "\u256f", '\'' },
};

/* ECMA-48 "select graphic rendition". */
static const char *const paints[] = {
	[TCPFIN_PAINT_PLAIN] = "",
	[TCPFIN_PAINT_DIM] = "\033[2m",
	[TCPFIN_PAINT_BOLD] = "\033[1m",
	[TCPFIN_PAINT_RED] = "\033[1;31m",
	[TCPFIN_PAINT_GREEN] = "\033[32m",
	[TCPFIN_PAINT_YELLOW] = "\033[33m",
	[TCPFIN_PAINT_BLUE] = "\033[34m",
	[TCPFIN_PAINT_CYAN] = "\033[36m",
};

void tcpfin_canvas_clear(struct tcpfin_canvas *c)
{
	memset(c->cell, ' ', sizeof(c->cell));
	memset(c->paint, TCPFIN_PAINT_PLAIN, sizeof(c->paint));
}

void tcpfin_canvas_put(struct tcpfin_canvas *c, int at, unsigned int cell,
		       enum tcpfin_paint paint)
{
	if (at < 0 || at >= TCPFIN_CANVAS_WIDTH)
		return;
	c->cell[at] = (uint8_t)cell;
	c->paint[at] = (uint8_t)paint;
}

void tcpfin_canvas_text(struct tcpfin_canvas *c, int at, const char *text,
			enum tcpfin_paint paint)
{
	for (; *text; text++)
		tcpfin_canvas_put(c, at++, *text >= ' ' && *text <= '~' ?
				  (unsigned char)*text : '?', paint);
}

void tcpfin_canvas_text_left(struct tcpfin_canvas *c, int end,
			     const char *text, enum tcpfin_paint paint)
{
	tcpfin_canvas_text(c, end + 1 - (int)strlen(text), text, paint);
}

static void print_cell(const struct tcpfin_canvas *c, uint8_t cell)
{
	if (cell < TCPFIN_GLYPH_BAR)
		fputc(cell, c->out);
	else if (c->unicode)
		fputs(glyphs[cell - TCPFIN_GLYPH_BAR].utf8, c->out);
	else
		fputc(glyphs[cell - TCPFIN_GLYPH_BAR].ascii, c->out);
}

void tcpfin_canvas_print(const struct tcpfin_canvas *c)
{
	uint8_t paint = TCPFIN_PAINT_PLAIN;
	int i, width = TCPFIN_CANVAS_WIDTH;

	while (width && c->cell[width - 1] == ' ')
		width--;
	for (i = 0; i < width; i++) {
		if (c->colour && c->paint[i] != paint && c->cell[i] != ' ') {
			if (paint != TCPFIN_PAINT_PLAIN)
				fputs("\033[0m", c->out);
			paint = c->paint[i];
			fputs(paints[paint], c->out);
		}
		print_cell(c, c->cell[i]);
	}
	if (paint != TCPFIN_PAINT_PLAIN)
		fputs("\033[0m", c->out);
	fputc('\n', c->out);
}
