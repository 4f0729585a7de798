// SPDX-License-Identifier: GPL-2.0
/*
 * Draws a ladder as SVG: a line for each end, coloured by its states, and
 * arrows between the lines. Horizontal positions are shares of the width,
 * vertical positions are pixels.
 */
#include <netinet/tcp.h>
#include <string.h>

#include "format/html.h"
#include "ladder/labels.h"
#include "ladder/rows.h"
#include "track/names.h"
#include "util/basics.h"
#include "util/text.h"

#define TOP		26
#define ROW		62
#define CROSS		76
/* Height of the first states, and of the space below the last row */
#define FIRST		36
#define BOTTOM		(-16)
/* How far an arrow falls, since a segment takes time */
#define FALL		14
#define LINE		13

/* Positions of the two lines, and of the tip of an arrow not seen to arrive */
static const char *const line_at[2] = { "27%", "73%" };
static const char *const short_at[2] = { "67%", "33%" };
static const char *const anchor[2] = { "end", "start" };
static const int outward[2] = { -12, 12 };

/* A picture being drawn */
struct drawing {
	FILE *out;	/* the page */
	const struct ladder_plan *plan;	/* the picture's content */
	const struct tcpfin_header *header;	/* holds the names of callers */
	int y;		/* top of the current row */
	int from[2];	/* for each side where its current state began */
	int state[2];	/* for each side the index of its current state */
	bool over[2];	/* for each side whether it has ended */
};

static int row_height(const struct ladder_row *row)
{
	return row->kind == LADDER_ROW_CROSS ? CROSS + ROW - FALL : ROW;
}

static int measure_height(const struct ladder_plan *plan, bool *whole)
{
	struct ladder_rows rows;
	struct ladder_row row;
	unsigned int n = 0;
	int y = TOP + FIRST;

	ladder_rows_init(&rows, plan);
	*whole = true;
	while (ladder_rows_next(&rows, &row)) {
		if (n++ == SVG_ROWS_MAX) {
			*whole = false;
			break;
		}
		y += row_height(&row);
	}
	return y + BOTTOM;
}

/* Put text beside the line of a side, on the outer side. */
static void put_text(struct drawing *d, unsigned int side, int y,
		     const char *class, const char *text)
{
	fprintf(d->out,
		"<text x=\"%s\" dx=\"%d\" y=\"%d\" text-anchor=\"%s\" class=\"%s\">",
		line_at[side], outward[side], y, anchor[side], class);
	html_text(d->out, text);
	fputs("</text>", d->out);
}

static const char *state_class(uint8_t state)
{
	static const char *const classes[] = {
		[TCP_FIN_WAIT1] = "s-fw1", [TCP_FIN_WAIT2] = "s-fw2",
		[TCP_CLOSING] = "s-closing", [TCP_TIME_WAIT] = "s-tw",
		[TCP_CLOSE_WAIT] = "s-cw", [TCP_LAST_ACK] = "s-la",
	};

	return state < ARRAY_SIZE(classes) && classes[state] ? classes[state] : "s-other";
}

/* Draw a side's line down to @y, in the colour of its current state. */
static void put_line(struct drawing *d, unsigned int side, int y)
{
	const struct ladder_side *s = &d->plan->side[side];
	const char *class;

	if (d->over[side] || y <= d->from[side])
		return;
	class = s->conn ? state_class(s->state[d->state[side]].state) :
			  "s-unseen";
	fprintf(d->out,
		"<line x1=\"%s\" x2=\"%s\" y1=\"%d\" y2=\"%d\" class=\"life %s\"/>",
		line_at[side], line_at[side], d->from[side], y, class);
	d->from[side] = y;
}

static const char *time_text(const struct drawing *d, struct optional at,
			     char buf[SPAN_TEXT_MAX + 4])
{
	char span[SPAN_TEXT_MAX];

	if (!at.known)
		return "at -";
	if (at.value <= d->plan->zero_ns)
		return "at 0";
	snprintf(buf, SPAN_TEXT_MAX + 4, "at %s",
		 span_text(at.value - d->plan->zero_ns, span));
	return buf;
}

/* Draw the end of a line and, on the inner side, why it ended. */
static void put_end(struct drawing *d, unsigned int side, int y)
{
	char note[LADDER_LABEL_MAX];

	d->over[side] = true;
	fprintf(d->out,
		"<rect x=\"%s\" y=\"%d\" width=\"12\" height=\"4\" class=\"stop\" transform=\"translate(-6 -2)\"/>",
		line_at[side], y);
	ladder_end_note(d->plan->side[side].conn, d->header, note);
	if (!note[0])
		return;
	fprintf(d->out,
		"<text x=\"%s\" dx=\"%d\" y=\"%d\" text-anchor=\"%s\" class=\"note\">",
		line_at[side], -outward[side], y + 17, anchor[!side]);
	html_text(d->out, note);
	fputs("</text>", d->out);
}

static void put_begin(struct drawing *d, unsigned int side, int which, int y)
{
	const struct ladder_plan_state *s = &d->plan->side[side].state[which];
	char time[SPAN_TEXT_MAX + 4], span[SPAN_TEXT_MAX];
	char name[NAME_TEXT_MAX], text[SPAN_TEXT_MAX + 8];

	put_line(d, side, y);
	d->state[side] = which;
	put_text(d, side, y + 4, "state", state_name(s->state, name));
	put_text(d, side, y + 4 + LINE, "dim", time_text(d, s->began, time));
	if (s->span.known) {
		snprintf(text, sizeof(text), "for %s", span_text(s->span.value, span));
		put_text(d, side, y + 4 + 2 * LINE, "dim", text);
	}
	if (s->state == TCP_CLOSE)
		put_end(d, side, y);
}

static const char *arrow_class(const struct ladder_arrow *arrow)
{
	if (arrow->kind == LADDER_ARROW_RST)
		return "a-rst";
	if (arrow->again)
		return "a-again";
	if (arrow->kind == LADDER_ARROW_ACK)
		return "a-ack";
	return arrow->kind == LADDER_ARROW_DATA ? "a-data" : "a-fin";
}

static void put_label(struct drawing *d, int y, const char *x, const char *text)
{
	fprintf(d->out,
		"<text x=\"%s\" y=\"%d\" text-anchor=\"middle\" class=\"label\">",
		x, y);
	html_text(d->out, text);
	fputs("</text>", d->out);
}

/* Tooltip: absolute sequence numbers, and how certain the arrow is */
static void put_title(struct drawing *d, const struct ladder_arrow *arrow)
{
	char label[LADDER_LABEL_MAX];

	fputs("<title>", d->out);
	html_format(d->out, "%s%s%s%s", ladder_label(d->plan, arrow, true, label),
		    arrow->seen ? "" : ", implied by what was seen",
		    arrow->arrived ? "" : ", not seen to arrive",
		    arrow->nowhere ? ", neither end sent it" : "");
	fputs("</title>", d->out);
}

/* Which side does the arrow come from in the picture? */
static unsigned int tail_side(const struct drawing *d, const struct ladder_arrow *arrow)
{
	return d->plan->v->self ? arrow->back : arrow->from;
}

static void put_unknown(struct drawing *d, const char *x, int dx, int y)
{
	fprintf(d->out,
		"<text x=\"%s\" dx=\"%d\" y=\"%d\" text-anchor=\"middle\" class=\"lost\">?</text>",
		x, dx, y);
}

static void put_shaft(struct drawing *d, const struct ladder_arrow *arrow,
		      int y, int fall)
{
	unsigned int from = tail_side(d, arrow);
	const char *class = arrow_class(arrow);

	fprintf(d->out, "<g class=\"arrow %s%s\">", class, arrow->seen ? "" : " implied");
	put_title(d, arrow);
	fprintf(d->out,
		"<line x1=\"%s\" x2=\"%s\" y1=\"%d\" y2=\"%d\"%s%s%s/>",
		arrow->nowhere ? short_at[!from] : line_at[from],
		arrow->arrived ? line_at[!from] : short_at[from], y, y + fall,
		arrow->arrived ? " marker-end=\"url(#m-" : "",
		arrow->arrived ? class : "", arrow->arrived ? ")\"" : "");
	if (!arrow->arrived)
		put_unknown(d, short_at[from], from ? -9 : 9, y + fall + 5);
	if (arrow->nowhere)
		put_unknown(d, short_at[!from], from ? 9 : -9, y + 5);
	fputs("</g>", d->out);
}

static void draw_arrow(struct drawing *d, const struct ladder_row *row)
{
	const struct ladder_arrow *arrow = row->arrow;
	char label[LADDER_LABEL_MAX], time[SPAN_TEXT_MAX + 4];
	unsigned int side;

	ladder_label(d->plan, arrow, false, label);
	if (arrow->kind == LADDER_ARROW_MORE) {
		put_label(d, d->y + FALL / 2, "50%", label);
		return;
	}
	for (side = 0; side < 2; side++) {
		int y = d->y + (side == tail_side(d, arrow) ? 0 : FALL);

		if (row->begins[side] != NO_STATE)
			put_begin(d, side, row->begins[side], y);
		else if (arrow->at[side].known)
			put_text(d, side, y + 4, "dim",
				 time_text(d, arrow->at[side], time));
	}
	put_shaft(d, arrow, d->y, FALL);
	put_label(d, d->y - 1, "50%", label);
}

static void draw_cross(struct drawing *d, const struct ladder_row *row)
{
	const struct ladder_arrow *a = row->arrow;
	char label[LADDER_LABEL_MAX];
	unsigned int i, side;

	for (side = 0; side < 2; side++) {
		put_begin(d, side, row->begins[side], d->y);
		put_begin(d, side, row->begins[side] + 1, d->y + CROSS);
	}
	for (i = 0; i < 2; i++) {
		put_shaft(d, &a[i], d->y, CROSS);
		put_label(d, d->y - 1, a[i].from ? "62%" : "38%",
			  ladder_label(d->plan, &a[i], false, label));
	}
}

static void draw_row(struct drawing *d, const struct ladder_row *row)
{
	unsigned int side = row->begins[0] == NO_STATE;

	if (row->kind == LADDER_ROW_CROSS)
		draw_cross(d, row);
	else if (row->kind == LADDER_ROW_ARROW)
		draw_arrow(d, row);
	else
		put_begin(d, side, row->begins[side], d->y);
	d->y += row_height(row);
}

static void draw_first(struct drawing *d)
{
	unsigned int side;

	for (side = 0; side < 2; side++) {
		const struct ladder_side *s = &d->plan->side[side];
		char name[NAME_TEXT_MAX];

		d->from[side] = d->y - 14;
		if (!d->over[side])
			put_text(d, side, d->y - 6, s->conn ? "state" : "dim",
				 s->conn ? state_name(s->state[0].state, name) :
					   "not seen");
	}
}

void ladder_draw_svg(FILE *out, const struct ladder_plan *plan,
		     const struct tcpfin_header *header, const char *label)
{
	struct drawing d = {
		.out = out, .plan = plan, .header = header, .y = TOP,
		.over[1] = plan->v->self,
	};
	struct ladder_rows rows;
	struct ladder_row row;
	unsigned int n = 0;
	bool whole;
	int height = measure_height(plan, &whole);

	fprintf(out,
		"<svg class=\"ladder\" width=\"100%%\" height=\"%d\" role=\"img\" aria-labelledby=\"%s\">",
		height, label);
	draw_first(&d);
	d.y += FIRST;
	ladder_rows_init(&rows, plan);
	while (n++ < SVG_ROWS_MAX && ladder_rows_next(&rows, &row))
		draw_row(&d, &row);
	put_line(&d, 0, height - 12);
	put_line(&d, 1, height - 12);
	if (!whole)
		put_label(&d, height - 2, "50%", "more steps are not drawn");
	fputs("</svg>\n", out);
}
