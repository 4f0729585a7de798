// SPDX-License-Identifier: GPL-2.0
/*
 * Draws a ladder: a column for each side, with its states, when each began and
 * under it how long it lasted, and the arrows between them.
 */
#include <netinet/tcp.h>
#include <string.h>

#include "ladder_words.h"
#include "names.h"
#include "text.h"

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
 * @next: for each side its next state
 * @over: for each side: it has ended, and has no bar any more
 * @due: for each side what is to stand under the line above, NULL for nothing
 * @note: likewise between the bars
 */
struct drawing {
	struct tcpfin_canvas line;
	struct tcpfin_plan plan;
	const struct tcpfin_ladder_style *style;
	const struct tcpfin_ladder_scene *scene;
	int next[2];
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

/* The next state of a side goes on this line, unless it stands there already. */
static void put_next(struct drawing *d, unsigned int side)
{
	const struct tcpfin_side *s = &d->plan.side[side];
	const struct tcpfin_plan_state *state = &s->state[d->next[side]++];
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
static void draw_alone(struct drawing *d, unsigned int side)
{
	draw_between(d, "");
	start_line(d);
	put_next(d, side);
	take_note(d, side);
	tcpfin_canvas_print(&d->line);
}

static bool has_next(const struct drawing *d, unsigned int side)
{
	return d->next[side] < d->plan.side[side].states;
}

/* Does an arrow from @from on bring this side's next state with it? */
static bool has_arrow(const struct drawing *d, unsigned int side,
		      unsigned int from)
{
	unsigned int i;

	for (i = from; i < d->plan.arrows; i++) {
		if (d->plan.arrow[i].state[side] >= d->next[side])
			return true;
	}
	return false;
}

static struct tcpfin_fact next_began(const struct drawing *d, unsigned int side)
{
	return d->plan.side[side].state[d->next[side]].began;
}

/* States that come before an arrow and have none of their own. */
static void draw_before(struct drawing *d, unsigned int which)
{
	const struct tcpfin_arrow *arrow = &d->plan.arrow[which];
	unsigned int side;

	for (side = 0; side < 2; side++) {
		while (has_next(d, side) &&
		       (d->next[side] < arrow->state[side] ||
			(!has_arrow(d, side, which) &&
			 next_began(d, side).known &&
			 next_began(d, side).value < arrow->order_ns)))
			draw_alone(d, side);
	}
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

static void draw_arrow(struct drawing *d, const struct tcpfin_arrow *arrow)
{
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
		if (arrow->state[side] == d->next[side])
			put_next(d, side);
		else if (arrow->at[side].known)
			put_time(d, side, arrow->at[side]);
	}
	put_arrow(d, arrow);
	tcpfin_canvas_print(&d->line);
}

/*
 * Two FINs that were on their way at once: each side had sent its own when it
 * got the other's.
 */
static bool do_cross(const struct drawing *d, const struct tcpfin_arrow *a)
{
	const struct tcpfin_arrow *b = a + 1;
	unsigned int side;

	if (b == d->plan.arrow + d->plan.arrows || a->from == b->from)
		return false;
	if (a->kind != TCPFIN_ARROW_FIN || b->kind != TCPFIN_ARROW_FIN ||
	    a->again || b->again)
		return false;
	for (side = 0; side < 2; side++) {
		const struct tcpfin_arrow *own = a->from == side ? a : b;
		const struct tcpfin_arrow *other = a->from == side ? b : a;

		if (own->state[side] != d->next[side] ||
		    other->state[side] != d->next[side] + 1)
			return false;
	}
	return true;
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

static void draw_cross(struct drawing *d, const struct tcpfin_arrow *a)
{
	enum tcpfin_paint paint = arrow_paint(a);
	int at, row;

	draw_cross_labels(d, a, a + 1);
	for (row = 0; row < 3; row++) {
		start_line(d);
		if (row == 1) {
			put_span(d, 0);
			put_span(d, 1);
			tcpfin_canvas_put(&d->line, MIDDLE, TCPFIN_GLYPH_CROSS,
					  paint);
			tcpfin_canvas_print(&d->line);
			continue;
		}
		put_next(d, 0);
		put_next(d, 1);
		for (at = LEFT_BAR + 1; at < RIGHT_BAR; at++)
			tcpfin_canvas_put(&d->line, at, TCPFIN_GLYPH_LINE,
					  paint);
		tcpfin_canvas_put(&d->line, MIDDLE, ' ', paint);
		tcpfin_canvas_put(&d->line, MIDDLE - 1, row ?
				  TCPFIN_GLYPH_LOW_RIGHT :
				  TCPFIN_GLYPH_TOP_RIGHT, paint);
		tcpfin_canvas_put(&d->line, MIDDLE + 1, row ?
				  TCPFIN_GLYPH_LOW_LEFT :
				  TCPFIN_GLYPH_TOP_LEFT, paint);
		if (row) {
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
		d->next[side] = 1;
	}
	tcpfin_canvas_print(&d->line);
}

/* What is left: states without arrows, in the order of their times. */
static void draw_rest(struct drawing *d)
{
	unsigned int side;

	while (has_next(d, 0) || has_next(d, 1)) {
		side = !has_next(d, 0) ||
		       (has_next(d, 1) &&
			next_began(d, 1).value < next_began(d, 0).value);
		draw_alone(d, side);
	}
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
	unsigned int i;

	tcpfin_plan_make(v, scene->extras, &d.plan);
	tcpfin_ladder_head(&d.line, &d.plan, scene);
	draw_first(&d);
	for (i = 0; i < d.plan.arrows; i++) {
		if (do_cross(&d, &d.plan.arrow[i])) {
			draw_cross(&d, &d.plan.arrow[i++]);
			continue;
		}
		draw_before(&d, i);
		draw_arrow(&d, &d.plan.arrow[i]);
	}
	draw_rest(&d);
	tcpfin_ladder_foot(&d.line, &d.plan, scene);
}
