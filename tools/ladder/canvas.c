// SPDX-License-Identifier: GPL-2.0
/* Builds a line of a picture and prints it, in box characters or in ASCII. */
#include <string.h>

#include "ladder/canvas.h"
#include "util/colour.h"

#define GLYPH(name)	[GLYPH_##name - GLYPH_BAR]

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

static const char *const paints[] = {
	[PAINT_PLAIN] = "",
	[PAINT_DIM] = COLOUR_QUIET,
	[PAINT_BOLD] = COLOUR_TITLE,
	[PAINT_RED] = COLOUR_BAD,
	[PAINT_GREEN] = COLOUR_GOOD,
	[PAINT_YELLOW] = COLOUR_WARNING,
	[PAINT_BLUE] = COLOUR_DATA,
	[PAINT_CYAN] = COLOUR_CLOSER,
};

void canvas_clear(struct canvas *c)
{
	memset(c->cell, ' ', sizeof(c->cell));
	memset(c->paint, PAINT_PLAIN, sizeof(c->paint));
}

void canvas_put(struct canvas *c, int at, unsigned int cell, enum paint paint)
{
	if (at < 0 || at >= CANVAS_WIDTH)
		return;
	c->cell[at] = (uint8_t)cell;
	c->paint[at] = (uint8_t)paint;
}

void canvas_text(struct canvas *c, int at, const char *text, enum paint paint)
{
	for (; *text; text++)
		canvas_put(c, at++, *text >= ' ' && *text <= '~' ?
			   (unsigned char)*text : '?', paint);
}

void canvas_text_left(struct canvas *c, int end, const char *text, enum paint paint)
{
	canvas_text(c, end + 1 - (int)strlen(text), text, paint);
}

static void print_cell(const struct canvas *c, uint8_t cell)
{
	if (cell < GLYPH_BAR)
		fputc(cell, c->out);
	else if (c->unicode)
		fputs(glyphs[cell - GLYPH_BAR].utf8, c->out);
	else
		fputc(glyphs[cell - GLYPH_BAR].ascii, c->out);
}

void canvas_print(const struct canvas *c)
{
	uint8_t paint = PAINT_PLAIN;
	int i, width = CANVAS_WIDTH;

	while (width && c->cell[width - 1] == ' ')
		width--;
	for (i = 0; i < width; i++) {
		if (c->colour && c->paint[i] != paint && c->cell[i] != ' ') {
			if (paint != PAINT_PLAIN)
				fputs(COLOUR_END, c->out);
			paint = c->paint[i];
			fputs(paints[paint], c->out);
		}
		print_cell(c, c->cell[i]);
	}
	if (paint != PAINT_PLAIN)
		fputs(COLOUR_END, c->out);
	fputc('\n', c->out);
}
