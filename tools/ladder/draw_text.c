// SPDX-License-Identifier: GPL-2.0
/*
 * Draws a ladder: a column for each side, with its states, when each began and
 * under it how long it lasted, and the arrows between them.
 */
#include <netinet/tcp.h>
#include <string.h>

#include "ladder/labels.h"
#include "ladder/rows.h"
#include "track/names.h"
#include "util/text.h"

/* The columns; the left half ends and the right half begins with a bar. */
#define TIME_WIDTH	9
#define STATE_WIDTH	11
#define LEFT_STATE_END	(TIME_WIDTH + STATE_WIDTH)
#define LEFT_BAR	(LEFT_STATE_END + 2)
#define RIGHT_BAR	(TCPFIN_CANVAS_WIDTH - 1 - LEFT_BAR)
#define RIGHT_STATE	(RIGHT_BAR + 2)
#define RIGHT_TIME	(RIGHT_STATE + STATE_WIDTH + 1)
#define LABEL		(LEFT_BAR + 6)
#define MIDDLE		((LEFT_BAR + RIGHT_BAR) / 2)
#define NOTE_WIDTH	(RIGHT_BAR - LEFT_BAR - 3)

/**
 * struct drawing - a picture in the making
 * @line: the line at hand
 * @plan: what is drawn
 * @style: how
 * @scene: what else it needs
 * @over: for each side: it has ended, and has no bar any more
 * @due: for each side what is to stand under the line above, NULL for nothing
 * @note: likewise between the bars
 */
struct drawing {
	struct tcpfin_canvas line;
	struct tcpfin_plan plan;
	const struct tcpfin_ladder_style *style;
	const struct tcpfin_ladder_scene *scene;
	bool over[2];
	const struct tcpfin_plan_state *due[2];
	char note[2][TCPFIN_LABEL_MAX];
};

/* Without a fraction where there is no room for one. */
static const char *short_span(uint64_t ns, size_t width,
			      char buf[TCPFIN_SPAN_MAX])
{
	tcpfin_span_text(ns, buf);
	if (strlen(buf) > width)
		strcpy(strchr(buf, '.'), "s");
	return buf;
}

static void put_time(struct drawing *d, unsigned int side,
		     struct tcpfin_fact at)
{
	char text[TCPFIN_SPAN_MAX] = "-";

	if (at.known && at.value <= d->plan.zero_ns)
		strcpy(text, "0");
	else if (at.known)
		short_span(at.value - d->plan.zero_ns, TIME_WIDTH, text);
	if (side)
		tcpfin_canvas_text(&d->line, RIGHT_TIME, text,
				   TCPFIN_PAINT_DIM);
	else
		tcpfin_canvas_text_left(&d->line, TIME_WIDTH - 1, text,
					TCPFIN_PAINT_DIM);
}

static void put_state(struct drawing *d, unsigned int side, const char *text,
		      enum tcpfin_paint paint)
{
	if (side)
		tcpfin_canvas_text(&d->line, RIGHT_STATE, text, paint);
	else
		tcpfin_canvas_text_left(&d->line, LEFT_STATE_END, text, paint);
}

static int bar_of(unsigned int side)
{
	return side ? RIGHT_BAR : LEFT_BAR;
}

static void start_line(struct drawing *d)
{
	unsigned int side;

	tcpfin_canvas_clear(&d->line);
	for (side = 0; side < 2; side++) {
		if (!d->over[side])
			tcpfin_canvas_put(&d->line, bar_of(side),
					  d->plan.side[side].conn ?
						TCPFIN_GLYPH_BAR :
						TCPFIN_GLYPH_BAR_UNSEEN,
					  TCPFIN_PAINT_PLAIN);
	}
}

static void put_note(struct drawing *d, unsigned int side, const char *text,
		     enum tcpfin_paint paint)
{
	char note[NOTE_WIDTH + 1];

	snprintf(note, sizeof(note), "%.*s", NOTE_WIDTH, text);
	if (side)
		tcpfin_canvas_text_left(&d->line, RIGHT_BAR - 2, note, paint);
	else
		tcpfin_canvas_text(&d->line, LEFT_BAR + 2, note, paint);
}

static void put_span(struct drawing *d, unsigned int side)
{
	const struct tcpfin_plan_state *s = d->due[side];
	char text[TCPFIN_SPAN_MAX];

	d->due[side] = NULL;
	if (s && s->span.known)
		put_state(d, side, short_span(s->span.value, STATE_WIDTH, text),
			  TCPFIN_PAINT_DIM);
}

static bool take_note(struct drawing *d, unsigned int side)
{
	if (!d->note[side][0])
		return false;
	put_note(d, side, d->note[side], TCPFIN_PAINT_PLAIN);
	d->note[side][0] = '\0';
	return true;
}

/* The line between two others: how long the states above lasted. */
static void draw_between(struct drawing *d, const char *label)
{
	if (d->note[0][0] && d->note[1][0]) {
		start_line(d);
		take_note(d, 1);
		tcpfin_canvas_print(&d->line);
	}
	if (*label && (d->note[0][0] || d->note[1][0]))
		draw_between(d, "");
	start_line(d);
	put_span(d, 0);
	put_span(d, 1);
	if (!take_note(d, 0) && !take_note(d, 1))
		tcpfin_canvas_text(&d->line, LABEL, label,
				   TCPFIN_PAINT_PLAIN);
	tcpfin_canvas_print(&d->line);
}

/* A state of a side begins on this line. */
static void put_begin(struct drawing *d, unsigned int side, int which)
{
	const struct tcpfin_side *s = &d->plan.side[side];
	const struct tcpfin_plan_state *state = &s->state[which];
	char name[TCPFIN_NAME_MAX];

	put_state(d, side, tcpfin_state_name(state->state, name),
		  TCPFIN_PAINT_BOLD);
	put_time(d, side, state->began);
	d->due[side] = state;
	if (state->state != TCP_CLOSE)
		return;
	d->over[side] = true;
	tcpfin_canvas_put(&d->line, bar_of(side), TCPFIN_GLYPH_END,
			  TCPFIN_PAINT_PLAIN);
	tcpfin_ladder_end_note(s->conn, &d->scene->src->header,
			       d->note[side]);
}

/* A state that begins without an arrow. */
static void draw_alone(struct drawing *d, const struct tcpfin_row *row)
{
	unsigned int side = row->begins[0] == TCPFIN_NO_STATE;

	draw_between(d, "");
	start_line(d);
	put_begin(d, side, row->begins[side]);
	take_note(d, side);
	tcpfin_canvas_print(&d->line);
}

static enum tcpfin_paint arrow_paint(const struct tcpfin_arrow *arrow)
{
	if (arrow->kind == TCPFIN_ARROW_RST)
		return TCPFIN_PAINT_RED;
	if (arrow->again)
		return TCPFIN_PAINT_YELLOW;
	switch (arrow->kind) {
	case TCPFIN_ARROW_ACK:
		return TCPFIN_PAINT_GREEN;
	case TCPFIN_ARROW_DATA:
		return TCPFIN_PAINT_BLUE;
	default:
		return TCPFIN_PAINT_CYAN;
	}
}

static unsigned int arrow_line(const struct tcpfin_arrow *arrow)
{
	if (arrow->kind == TCPFIN_ARROW_DATA)
		return TCPFIN_GLYPH_DATA;
	return arrow->seen ? TCPFIN_GLYPH_LINE : TCPFIN_GLYPH_IMPLIED;
}

/* Where an arrow begins: from a bar, or from one that ends there. */
static void put_tail(struct drawing *d, unsigned int side)
{
	int at = bar_of(side);

	if (d->line.cell[at] == TCPFIN_GLYPH_BAR)
		tcpfin_canvas_put(&d->line, at, side ? TCPFIN_GLYPH_FROM_RIGHT :
						TCPFIN_GLYPH_FROM_LEFT,
				  TCPFIN_PAINT_PLAIN);
	else if (d->line.cell[at] == TCPFIN_GLYPH_END)
		tcpfin_canvas_put(&d->line, at, side ? TCPFIN_GLYPH_END_RIGHT :
						TCPFIN_GLYPH_END_LEFT,
				  TCPFIN_PAINT_PLAIN);
}

static void put_arrow(struct drawing *d, const struct tcpfin_arrow *arrow)
{
	enum tcpfin_paint paint = arrow_paint(arrow);
	unsigned int line = arrow_line(arrow);
	int at, head = arrow->from ? LEFT_BAR + 1 : RIGHT_BAR - 1;
	char label[TCPFIN_LABEL_MAX];

	for (at = LEFT_BAR + 1; at < RIGHT_BAR; at++)
		tcpfin_canvas_put(&d->line, at, line, paint);
	put_tail(d, arrow->from);
	if (arrow->arrived) {
		tcpfin_canvas_put(&d->line, head, arrow->from ?
				  TCPFIN_GLYPH_LEFT : TCPFIN_GLYPH_RIGHT,
				  paint);
	} else {
		for (at = head - 2; at <= head + 2; at++) {
			if (at > LEFT_BAR && at < RIGHT_BAR)
				tcpfin_canvas_put(&d->line, at, ' ', paint);
		}
		tcpfin_canvas_put(&d->line, arrow->from ? head + 1 : head - 1,
				  '?', paint);
	}
	tcpfin_canvas_put(&d->line, LABEL - 1, ' ', paint);
	tcpfin_ladder_label(&d->plan, arrow, d->style->absolute, label);
	tcpfin_canvas_text(&d->line, LABEL, label, paint);
	tcpfin_canvas_put(&d->line, LABEL + (int)strlen(label), ' ', paint);
}

static void draw_arrow(struct drawing *d, const struct tcpfin_row *row)
{
	const struct tcpfin_arrow *arrow = row->arrow;
	char label[TCPFIN_LABEL_MAX];
	unsigned int side;

	if (arrow->kind == TCPFIN_ARROW_MORE) {
		draw_between(d, tcpfin_ladder_label(&d->plan, arrow, false,
						    label));
		return;
	}
	draw_between(d, tcpfin_ladder_prelabel(&d->plan, arrow,
					       d->style->absolute, label));
	start_line(d);
	for (side = 0; side < 2; side++) {
		if (row->begins[side] != TCPFIN_NO_STATE)
			put_begin(d, side, row->begins[side]);
		else if (arrow->at[side].known)
			put_time(d, side, arrow->at[side]);
	}
	put_arrow(d, arrow);
	tcpfin_canvas_print(&d->line);
}

static void draw_cross_labels(struct drawing *d, const struct tcpfin_arrow *a,
			      const struct tcpfin_arrow *b)
{
	char left[TCPFIN_LABEL_MAX], right[TCPFIN_LABEL_MAX];
	bool absolute = d->style->absolute;

	tcpfin_ladder_label(&d->plan, a->from ? b : a, absolute, left);
	tcpfin_ladder_label(&d->plan, a->from ? a : b, absolute, right);
	draw_between(d, "");
	start_line(d);
	put_note(d, 0, left, arrow_paint(a));
	if (strlen(left) + 2 + strlen(right) > NOTE_WIDTH) {
		tcpfin_canvas_print(&d->line);
		start_line(d);
	}
	put_note(d, 1, right, arrow_paint(b));
	tcpfin_canvas_print(&d->line);
}

static void draw_cross(struct drawing *d, const struct tcpfin_row *row)
{
	const struct tcpfin_arrow *a = row->arrow;
	enum tcpfin_paint paint = arrow_paint(a);
	int at, line;

	draw_cross_labels(d, a, a + 1);
	for (line = 0; line < 3; line++) {
		start_line(d);
		if (line == 1) {
			put_span(d, 0);
			put_span(d, 1);
			tcpfin_canvas_put(&d->line, MIDDLE, TCPFIN_GLYPH_CROSS,
					  paint);
			tcpfin_canvas_print(&d->line);
			continue;
		}
		put_begin(d, 0, row->begins[0] + line / 2);
		put_begin(d, 1, row->begins[1] + line / 2);
		for (at = LEFT_BAR + 1; at < RIGHT_BAR; at++)
			tcpfin_canvas_put(&d->line, at, TCPFIN_GLYPH_LINE,
					  paint);
		tcpfin_canvas_put(&d->line, MIDDLE, ' ', paint);
		tcpfin_canvas_put(&d->line, MIDDLE - 1, line ?
				  TCPFIN_GLYPH_LOW_RIGHT :
				  TCPFIN_GLYPH_TOP_RIGHT, paint);
		tcpfin_canvas_put(&d->line, MIDDLE + 1, line ?
				  TCPFIN_GLYPH_LOW_LEFT :
				  TCPFIN_GLYPH_TOP_LEFT, paint);
		if (line) {
			tcpfin_canvas_put(&d->line, LEFT_BAR + 1,
					  TCPFIN_GLYPH_LEFT, paint);
			tcpfin_canvas_put(&d->line, RIGHT_BAR - 1,
					  TCPFIN_GLYPH_RIGHT, paint);
		} else {
			put_tail(d, 0);
			put_tail(d, 1);
		}
		tcpfin_canvas_print(&d->line);
	}
}

static void draw_first(struct drawing *d)
{
	unsigned int side;

	start_line(d);
	for (side = 0; side < 2; side++) {
		const struct tcpfin_side *s = &d->plan.side[side];
		char name[TCPFIN_NAME_MAX];

		put_state(d, side, s->conn ?
			  tcpfin_state_name(s->state[0].state, name) : "?",
			  TCPFIN_PAINT_BOLD);
	}
	tcpfin_canvas_print(&d->line);
}

/* Notes that had no room, and lines that go on. */
static void draw_last(struct drawing *d)
{
	unsigned int side;

	while (d->note[0][0] || d->note[1][0])
		draw_between(d, "");
	if ((d->over[0] || !d->plan.side[0].conn) &&
	    (d->over[1] || !d->plan.side[1].conn))
		return;
	tcpfin_canvas_clear(&d->line);
	for (side = 0; side < 2; side++) {
		put_span(d, side);
		if (d->plan.side[side].conn && !d->over[side])
			tcpfin_canvas_put(&d->line, bar_of(side),
					  TCPFIN_GLYPH_BAR_ON,
					  TCPFIN_PAINT_PLAIN);
	}
	tcpfin_canvas_print(&d->line);
}

void tcpfin_ladder_draw(FILE *out, const struct tcpfin_ladder_style *style,
			const struct tcpfin_ladder_scene *scene,
			const struct tcpfin_verdict *v)
{
	struct drawing d = {
		.line = {
			.out = out, .unicode = style->unicode,
			.colour = style->colour,
		},
		.style = style, .scene = scene,
	};
	struct tcpfin_rows rows;
	struct tcpfin_row row;

	tcpfin_plan_make(v, scene->extras, &d.plan);
	tcpfin_ladder_head(&d.line, &d.plan, scene);
	draw_first(&d);
	tcpfin_rows_init(&rows, &d.plan);
	while (tcpfin_rows_next(&rows, &row)) {
		if (row.kind == TCPFIN_ROW_CROSS)
			draw_cross(&d, &row);
		else if (row.kind == TCPFIN_ROW_ARROW)
			draw_arrow(&d, &row);
		else
			draw_alone(&d, &row);
	}
	draw_last(&d);
	tcpfin_ladder_foot(&d.line, &d.plan, scene);
}
