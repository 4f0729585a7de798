// SPDX-License-Identifier: GPL-2.0
/*
 * Draws a ladder as text: a column for each side with its states, when each
 * state began and, below, how long it lasted; and arrows between the columns.
 */
#include <netinet/tcp.h>
#include <string.h>

#include "ladder/labels.h"
#include "ladder/rows.h"
#include "track/names.h"
#include "util/text.h"

/* Positions of the columns; the two bars are the inner borders. */
#define TIME_WIDTH	9
#define STATE_WIDTH	11
#define LEFT_STATE_END	(TIME_WIDTH + STATE_WIDTH)
#define LEFT_BAR	(LEFT_STATE_END + 2)
#define RIGHT_BAR	(CANVAS_WIDTH - 1 - LEFT_BAR)
#define RIGHT_STATE	(RIGHT_BAR + 2)
#define RIGHT_TIME	(RIGHT_STATE + STATE_WIDTH + 1)
#define LABEL		(LEFT_BAR + 6)
#define MIDDLE		((LEFT_BAR + RIGHT_BAR) / 2)
#define NOTE_WIDTH	(RIGHT_BAR - LEFT_BAR - 3)

/* A picture being drawn */
struct drawing {
	struct canvas line;			/* the current line */
	struct ladder_plan plan;		/* the picture's content */
	const struct ladder_style *style;	/* how to draw */
	const struct ladder_scene *scene;	/* sources of text besides the plan */
	/* for each side whether it has ended and has no bar any more */
	bool over[2];
	/* for each side the state whose span is printed next */
	const struct ladder_plan_state *due[2];
	/* for each side the text to be printed between the bars */
	char note[2][LADDER_LABEL_MAX];
};

/* Write a span, without its fraction if there is no room. */
static const char *short_span(uint64_t ns, size_t width, char buf[SPAN_TEXT_MAX])
{
	span_text(ns, buf);
	if (strlen(buf) > width)
		strcpy(strchr(buf, '.'), "s");
	return buf;
}

static void put_time(struct drawing *d, unsigned int side, struct optional at)
{
	char text[SPAN_TEXT_MAX] = "-";

	if (at.known && at.value <= d->plan.zero_ns)
		strcpy(text, "0");
	else if (at.known)
		short_span(at.value - d->plan.zero_ns, TIME_WIDTH, text);
	if (side)
		canvas_text(&d->line, RIGHT_TIME, text, PAINT_DIM);
	else
		canvas_text_left(&d->line, TIME_WIDTH - 1, text, PAINT_DIM);
}

static void put_state(struct drawing *d, unsigned int side, const char *text,
		      enum paint paint)
{
	if (side)
		canvas_text(&d->line, RIGHT_STATE, text, paint);
	else
		canvas_text_left(&d->line, LEFT_STATE_END, text, paint);
}

static int bar_of(unsigned int side)
{
	return side ? RIGHT_BAR : LEFT_BAR;
}

static void start_line(struct drawing *d)
{
	unsigned int side;

	canvas_clear(&d->line);
	for (side = 0; side < 2; side++) {
		if (!d->over[side])
			canvas_put(&d->line, bar_of(side),
				   d->plan.side[side].conn ? GLYPH_BAR : GLYPH_BAR_UNSEEN,
				   PAINT_PLAIN);
	}
}

static void put_note(struct drawing *d, unsigned int side, const char *text,
		     enum paint paint)
{
	char note[NOTE_WIDTH + 1];

	snprintf(note, sizeof(note), "%.*s", NOTE_WIDTH, text);
	if (side)
		canvas_text_left(&d->line, RIGHT_BAR - 2, note, paint);
	else
		canvas_text(&d->line, LEFT_BAR + 2, note, paint);
}

static void put_span(struct drawing *d, unsigned int side)
{
	const struct ladder_plan_state *s = d->due[side];
	char text[SPAN_TEXT_MAX];

	d->due[side] = NULL;
	if (s && s->span.known)
		put_state(d, side, short_span(s->span.value, STATE_WIDTH, text),
			  PAINT_DIM);
}

static bool take_note(struct drawing *d, unsigned int side)
{
	if (!d->note[side][0])
		return false;
	put_note(d, side, d->note[side], PAINT_PLAIN);
	d->note[side][0] = '\0';
	return true;
}

/* Draw a line between two others: spans of the states above, and notes. */
static void draw_between(struct drawing *d, const char *label)
{
	if (d->note[0][0] && d->note[1][0]) {
		start_line(d);
		take_note(d, 1);
		canvas_print(&d->line);
	}
	if (*label && (d->note[0][0] || d->note[1][0]))
		draw_between(d, "");
	start_line(d);
	put_span(d, 0);
	put_span(d, 1);
	if (!take_note(d, 0) && !take_note(d, 1))
		canvas_text(&d->line, LABEL, label, PAINT_PLAIN);
	canvas_print(&d->line);
}

/* Put the beginning of a side's state on the current line. */
static void put_begin(struct drawing *d, unsigned int side, int which)
{
	const struct ladder_side *s = &d->plan.side[side];
	const struct ladder_plan_state *state = &s->state[which];
	char name[NAME_TEXT_MAX];

	put_state(d, side, state_name(state->state, name), PAINT_BOLD);
	put_time(d, side, state->began);
	d->due[side] = state;
	if (state->state != TCP_CLOSE)
		return;
	d->over[side] = true;
	canvas_put(&d->line, bar_of(side), GLYPH_END, PAINT_PLAIN);
	ladder_end_note(s->conn, &d->scene->src->header, d->note[side]);
}

static void draw_state(struct drawing *d, const struct ladder_row *row)
{
	unsigned int side = row->begins[0] == NO_STATE;

	draw_between(d, "");
	start_line(d);
	put_begin(d, side, row->begins[side]);
	take_note(d, side);
	canvas_print(&d->line);
}

static enum paint arrow_paint(const struct ladder_arrow *arrow)
{
	if (arrow->kind == LADDER_ARROW_RST)
		return PAINT_RED;
	if (arrow->again)
		return PAINT_YELLOW;
	if (arrow->kind == LADDER_ARROW_ACK)
		return PAINT_GREEN;
	return arrow->kind == LADDER_ARROW_DATA ? PAINT_BLUE : PAINT_CYAN;
}

static unsigned int arrow_line(const struct ladder_arrow *arrow)
{
	if (arrow->kind == LADDER_ARROW_DATA)
		return GLYPH_DATA;
	return arrow->seen ? GLYPH_LINE : GLYPH_IMPLIED;
}

/* Draw the beginning of an arrow at a bar, or at the end of a bar. */
static void put_tail(struct drawing *d, unsigned int side)
{
	int at = bar_of(side);

	if (d->line.cell[at] == GLYPH_BAR)
		canvas_put(&d->line, at, side ? GLYPH_FROM_RIGHT : GLYPH_FROM_LEFT,
			   PAINT_PLAIN);
	else if (d->line.cell[at] == GLYPH_END)
		canvas_put(&d->line, at, side ? GLYPH_END_RIGHT : GLYPH_END_LEFT,
			   PAINT_PLAIN);
}

/* Leave one end of an arrow, at the bar of a side, open. */
static void put_unknown(struct drawing *d, unsigned int side, enum paint paint)
{
	int at, inward = side ? -1 : 1;

	for (at = 1; at <= 3; at++)
		canvas_put(&d->line, bar_of(side) + at * inward, at == 2 ? '?' : ' ',
			   paint);
}

/* The ends of an arrow of a socket that is connected to itself. */
static void put_turn(struct drawing *d, const struct ladder_arrow *arrow,
		     enum paint paint)
{
	canvas_put(&d->line, RIGHT_BAR, arrow->back ? GLYPH_LOW_RIGHT : GLYPH_TOP_RIGHT,
		   paint);
	if (arrow->back)
		canvas_put(&d->line, LEFT_BAR + 1, GLYPH_LEFT, paint);
	else
		put_tail(d, 0);
	d->over[1] = arrow->back;
}

static void put_ends(struct drawing *d, const struct ladder_arrow *arrow,
		     enum paint paint)
{
	unsigned int to = !arrow->from;

	if (arrow->nowhere)
		put_unknown(d, arrow->from, paint);
	else
		put_tail(d, arrow->from);
	if (arrow->arrived)
		canvas_put(&d->line, bar_of(to) + (to ? -1 : 1),
			   to ? GLYPH_RIGHT : GLYPH_LEFT, paint);
	else
		put_unknown(d, to, paint);
}

static void put_arrow(struct drawing *d, const struct ladder_arrow *arrow)
{
	enum paint paint = arrow_paint(arrow);
	unsigned int line = arrow_line(arrow);
	char label[LADDER_LABEL_MAX];
	int at;

	for (at = LEFT_BAR + 1; at < RIGHT_BAR; at++)
		canvas_put(&d->line, at, line, paint);
	if (d->plan.v->self)
		put_turn(d, arrow, paint);
	else
		put_ends(d, arrow, paint);
	canvas_put(&d->line, LABEL - 1, ' ', paint);
	ladder_label(&d->plan, arrow, d->style->absolute, label);
	canvas_text(&d->line, LABEL, label, paint);
	canvas_put(&d->line, LABEL + (int)strlen(label), ' ', paint);
}

static void draw_arrow(struct drawing *d, const struct ladder_row *row)
{
	const struct ladder_arrow *arrow = row->arrow;
	char label[LADDER_LABEL_MAX];
	unsigned int side;

	if (arrow->kind == LADDER_ARROW_MORE) {
		draw_between(d, ladder_label(&d->plan, arrow, false, label));
		return;
	}
	draw_between(d, ladder_prelabel(&d->plan, arrow, d->style->absolute, label));
	start_line(d);
	for (side = 0; side < 2; side++) {
		if (row->begins[side] != NO_STATE)
			put_begin(d, side, row->begins[side]);
		else if (arrow->at[side].known)
			put_time(d, side, arrow->at[side]);
	}
	put_arrow(d, arrow);
	canvas_print(&d->line);
}

static void draw_cross_labels(struct drawing *d, const struct ladder_arrow *a,
			      const struct ladder_arrow *b)
{
	char left[LADDER_LABEL_MAX], right[LADDER_LABEL_MAX];
	bool absolute = d->style->absolute;

	ladder_label(&d->plan, a->from ? b : a, absolute, left);
	ladder_label(&d->plan, a->from ? a : b, absolute, right);
	draw_between(d, "");
	start_line(d);
	put_note(d, 0, left, arrow_paint(a));
	if (strlen(left) + 2 + strlen(right) > NOTE_WIDTH) {
		canvas_print(&d->line);
		start_line(d);
	}
	put_note(d, 1, right, arrow_paint(b));
	canvas_print(&d->line);
}

static void draw_cross(struct drawing *d, const struct ladder_row *row)
{
	const struct ladder_arrow *a = row->arrow;
	enum paint paint = arrow_paint(a);
	int at, line;

	draw_cross_labels(d, a, a + 1);
	for (line = 0; line < 3; line++) {
		start_line(d);
		if (line == 1) {
			put_span(d, 0);
			put_span(d, 1);
			canvas_put(&d->line, MIDDLE, GLYPH_CROSS, paint);
			canvas_print(&d->line);
			continue;
		}
		put_begin(d, 0, row->begins[0] + line / 2);
		put_begin(d, 1, row->begins[1] + line / 2);
		for (at = LEFT_BAR + 1; at < RIGHT_BAR; at++)
			canvas_put(&d->line, at, GLYPH_LINE, paint);
		canvas_put(&d->line, MIDDLE, ' ', paint);
		canvas_put(&d->line, MIDDLE - 1, line ? GLYPH_LOW_RIGHT :
			   GLYPH_TOP_RIGHT, paint);
		canvas_put(&d->line, MIDDLE + 1, line ? GLYPH_LOW_LEFT :
			   GLYPH_TOP_LEFT, paint);
		if (line) {
			canvas_put(&d->line, LEFT_BAR + 1, GLYPH_LEFT, paint);
			canvas_put(&d->line, RIGHT_BAR - 1, GLYPH_RIGHT, paint);
		} else {
			put_tail(d, 0);
			put_tail(d, 1);
		}
		canvas_print(&d->line);
	}
}

static void draw_first_states(struct drawing *d)
{
	unsigned int side;

	start_line(d);
	for (side = 0; side < 2; side++) {
		const struct ladder_side *s = &d->plan.side[side];
		char name[NAME_TEXT_MAX];

		if (!d->over[side])
			put_state(d, side, s->conn ? state_name(s->state[0].state, name) :
					   "?", PAINT_BOLD);
	}
	canvas_print(&d->line);
}

/* Draw the remaining notes, and the bars of ends that are still open. */
static void draw_rest(struct drawing *d)
{
	unsigned int side;

	while (d->note[0][0] || d->note[1][0])
		draw_between(d, "");
	if ((d->over[0] || !d->plan.side[0].conn) &&
	    (d->over[1] || !d->plan.side[1].conn))
		return;
	canvas_clear(&d->line);
	for (side = 0; side < 2; side++) {
		put_span(d, side);
		if (d->plan.side[side].conn && !d->over[side])
			canvas_put(&d->line, bar_of(side), GLYPH_BAR_ON, PAINT_PLAIN);
	}
	canvas_print(&d->line);
}

void ladder_draw_text(FILE *out, const struct ladder_style *style,
		      const struct ladder_scene *scene, const struct verdict *v)
{
	struct drawing d = {
		.line = {
			.out = out, .unicode = style->unicode,
			.colour = style->colour,
		},
		.style = style, .scene = scene,
	};
	struct ladder_rows rows;
	struct ladder_row row;

	ladder_plan_make(v, scene->retransmits, &d.plan);
	d.over[1] = v->self;
	ladder_head(&d.line, &d.plan, scene);
	draw_first_states(&d);
	ladder_rows_init(&rows, &d.plan);
	while (ladder_rows_next(&rows, &row)) {
		if (row.kind == LADDER_ROW_CROSS)
			draw_cross(&d, &row);
		else if (row.kind == LADDER_ROW_ARROW)
			draw_arrow(&d, &row);
		else
			draw_state(&d, &row);
	}
	draw_rest(&d);
	ladder_foot(&d.line, &d.plan, scene);
}
