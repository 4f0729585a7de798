// SPDX-License-Identifier: GPL-2.0
/* Puts the states and arrows of a plan into rows. */
#include "ladder/rows.h"

void ladder_rows_init(struct ladder_rows *r, const struct ladder_plan *plan)
{
	*r = (struct ladder_rows){ .plan = plan, .next = { 1, 1 } };
}

static bool has_next(const struct ladder_rows *r, unsigned int side)
{
	return r->next[side] < r->plan->side[side].states;
}

static struct optional next_began(const struct ladder_rows *r, unsigned int side)
{
	return r->plan->side[side].state[r->next[side]].began;
}

/* Does one of the remaining arrows start this side's next state? */
static bool has_arrow(const struct ladder_rows *r, unsigned int side)
{
	unsigned int i;

	for (i = r->arrow; i < r->plan->arrows; i++)
		if (r->plan->arrow[i].state[side] >= r->next[side])
			return true;
	return false;
}

/* Does a side's next state begin before the arrow, without an own one? */
static bool comes_before(const struct ladder_rows *r, unsigned int side,
			 const struct ladder_arrow *arrow)
{
	if (!has_next(r, side))
		return false;
	if (r->next[side] < arrow->state[side])
		return true;
	return !has_arrow(r, side) && next_began(r, side).known &&
	       next_began(r, side).value < arrow->order_ns;
}

/* Do two FINs cross: did each side send before it received? */
static bool do_cross(const struct ladder_rows *r, const struct ladder_arrow *a)
{
	const struct ladder_arrow *b = a + 1;
	unsigned int side;

	if (b == r->plan->arrow + r->plan->arrows || a->from == b->from)
		return false;
	if (a->kind != LADDER_ARROW_FIN || b->kind != LADDER_ARROW_FIN ||
	    a->again || b->again)
		return false;
	for (side = 0; side < 2; side++) {
		const struct ladder_arrow *own = a->from == side ? a : b;
		const struct ladder_arrow *other = a->from == side ? b : a;

		if (own->state[side] != r->next[side] ||
		    other->state[side] != r->next[side] + 1)
			return false;
	}
	return true;
}

static bool take_cross(struct ladder_rows *r, struct ladder_row *row)
{
	unsigned int side;

	row->kind = LADDER_ROW_CROSS;
	for (side = 0; side < 2; side++) {
		row->begins[side] = r->next[side];
		r->next[side] += 2;
	}
	r->arrow += 2;
	return true;
}

static bool take_state(struct ladder_rows *r, struct ladder_row *row, unsigned int side)
{
	row->kind = LADDER_ROW_STATE;
	row->arrow = NULL;
	row->begins[side] = r->next[side]++;
	return true;
}

static bool take_arrow(struct ladder_rows *r, struct ladder_row *row)
{
	unsigned int side;

	row->kind = LADDER_ROW_ARROW;
	for (side = 0; side < 2; side++)
		if (row->arrow->state[side] == r->next[side])
			row->begins[side] = r->next[side]++;
	r->arrow++;
	r->no_cross = false;
	return true;
}

/* After the last arrow: the remaining states in order of time. */
static bool take_rest(struct ladder_rows *r, struct ladder_row *row)
{
	if (!has_next(r, 0) && !has_next(r, 1))
		return false;
	return take_state(r, row, !has_next(r, 0) ||
			  (has_next(r, 1) &&
			   next_began(r, 1).value < next_began(r, 0).value));
}

bool ladder_rows_next(struct ladder_rows *r, struct ladder_row *row)
{
	const struct ladder_arrow *arrow = &r->plan->arrow[r->arrow];
	unsigned int side;

	*row = (struct ladder_row){
		.arrow = arrow, .begins = { NO_STATE, NO_STATE },
	};
	if (r->arrow == r->plan->arrows)
		return take_rest(r, row);
	if (!r->no_cross && do_cross(r, arrow))
		return take_cross(r, row);
	r->no_cross = true;
	for (side = 0; side < 2; side++)
		if (comes_before(r, side, arrow))
			return take_state(r, row, side);
	return take_arrow(r, row);
}
