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

/* Widths of the columns on the outside of the two bars. */
#define TIME_WIDTH	9
#define STATE_WIDTH	11
#define GAP		2	/* between a state and its bar */

/* A picture being drawn */
struct drawing {
	struct canvas line;			/* the current line */
	struct ladder_plan plan;		/* the picture's content */
	const struct ladder_style *style;	/* how to draw */
	const struct ladder_scene *scene;	/* sources of text besides the plan */
	int bar[2];				/* where the two bars are */
	bool times;				/* there is room for them */
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

	if (!d->times)
		return;
	if (at.known && at.value <= d->plan.zero_ns)
		strcpy(text, "0");
	else if (at.known)
		short_span(at.value - d->plan.zero_ns, TIME_WIDTH, text);
	if (side)
		canvas_text(&d->line, d->bar[1] + GAP + STATE_WIDTH + 1, text, PAINT_DIM);
	else
		canvas_text_left(&d->line, TIME_WIDTH - 1, text, PAINT_DIM);
}

static void put_state(struct drawing *d, unsigned int side, const char *text,
		      enum paint paint)
{
	if (side)
		canvas_text(&d->line, d->bar[1] + GAP, text, paint);
	else
		canvas_text_left(&d->line, d->bar[0] - GAP, text, paint);
}

/* How much text has room between the bars. */
static int note_width(const struct drawing *d)
{
	return d->bar[1] - d->bar[0] - 3;
}

/* Where the label of an arrow begins. */
static int label_at(const struct drawing *d)
{
	return d->bar[0] + 6;
}

static void start_line(struct drawing *d)
{
	unsigned int side;

	canvas_clear(&d->line);
	for (side = 0; side < 2; side++) {
		if (!d->over[side])
			canvas_put(&d->line, d->bar[side],
				   d->plan.side[side].conn ? GLYPH_BAR : GLYPH_BAR_UNSEEN,
				   PAINT_PLAIN);
	}
}

static void put_note(struct drawing *d, unsigned int side, const char *text,
		     enum paint paint)
{
	char note[CANVAS_WIDTH];

	snprintf(note, sizeof(note), "%.*s", note_width(d), text);
	if (side)
		canvas_text_left(&d->line, d->bar[1] - 2, note, paint);
	else
		canvas_text(&d->line, d->bar[0] + 2, note, paint);
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
		canvas_text(&d->line, label_at(d), label, PAINT_PLAIN);
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
	canvas_put(&d->line, d->bar[side], GLYPH_END, PAINT_PLAIN);
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
	int at = d->bar[side];

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
		canvas_put(&d->line, d->bar[side] + at * inward, at == 2 ? '?' : ' ',
			   paint);
}

/* The ends of an arrow of a socket that is connected to itself. */
static void put_turn(struct drawing *d, const struct ladder_arrow *arrow,
		     enum paint paint)
{
	canvas_put(&d->line, d->bar[1], arrow->back ? GLYPH_LOW_RIGHT : GLYPH_TOP_RIGHT,
		   paint);
	if (arrow->back)
		canvas_put(&d->line, d->bar[0] + 1, GLYPH_LEFT, paint);
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
		canvas_put(&d->line, d->bar[to] + (to ? -1 : 1),
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

	for (at = d->bar[0] + 1; at < d->bar[1]; at++)
		canvas_put(&d->line, at, line, paint);
	if (d->plan.v->self)
		put_turn(d, arrow, paint);
	else
		put_ends(d, arrow, paint);
	at = label_at(d);
	canvas_put(&d->line, at - 1, ' ', paint);
	ladder_label(&d->plan, arrow, d->style->absolute, label);
	canvas_text(&d->line, at, label, paint);
	canvas_put(&d->line, at + (int)strlen(label), ' ', paint);
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
	if ((int)(strlen(left) + 2 + strlen(right)) > note_width(d)) {
		canvas_print(&d->line);
		start_line(d);
	}
	put_note(d, 1, right, arrow_paint(b));
	canvas_print(&d->line);
}

static void draw_cross(struct drawing *d, const struct ladder_row *row)
{
	const struct ladder_arrow *a = row->arrow;
	int at, line, middle = (d->bar[0] + d->bar[1]) / 2;
	enum paint paint = arrow_paint(a);

	draw_cross_labels(d, a, a + 1);
	for (line = 0; line < 3; line++) {
		start_line(d);
		if (line == 1) {
			put_span(d, 0);
			put_span(d, 1);
			canvas_put(&d->line, middle, GLYPH_CROSS, paint);
			canvas_print(&d->line);
			continue;
		}
		put_begin(d, 0, row->begins[0] + line / 2);
		put_begin(d, 1, row->begins[1] + line / 2);
		for (at = d->bar[0] + 1; at < d->bar[1]; at++)
			canvas_put(&d->line, at, GLYPH_LINE, paint);
		canvas_put(&d->line, middle, ' ', paint);
		canvas_put(&d->line, middle - 1, line ? GLYPH_LOW_RIGHT :
			   GLYPH_TOP_RIGHT, paint);
		canvas_put(&d->line, middle + 1, line ? GLYPH_LOW_LEFT :
			   GLYPH_TOP_LEFT, paint);
		if (line) {
			canvas_put(&d->line, d->bar[0] + 1, GLYPH_LEFT, paint);
			canvas_put(&d->line, d->bar[1] - 1, GLYPH_RIGHT, paint);
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
			canvas_put(&d->line, d->bar[side], GLYPH_BAR_ON, PAINT_PLAIN);
	}
	canvas_print(&d->line);
}

/* Place the columns in a picture that is as wide as the terminal allows. */
static void place_columns(struct drawing *d, unsigned int columns)
{
	int width = !columns || columns > CANVAS_WIDTH ? CANVAS_WIDTH : (int)columns;

	d->line.width = width < CANVAS_WIDTH_MIN ? CANVAS_WIDTH_MIN : width;
	d->times = width == CANVAS_WIDTH;
	d->bar[0] = STATE_WIDTH - 1 + GAP + (d->times ? TIME_WIDTH + 1 : 0);
	d->bar[1] = d->line.width - 1 - d->bar[0];
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

	place_columns(&d, style->columns);
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
