/* SPDX-License-Identifier: GPL-2.0 */
/* What stands in which row of a ladder, from the top down, however it is drawn. */
#ifndef LADDER_ROWS_H
#define LADDER_ROWS_H

#include "ladder/plan.h"

#define LADDER_NO_STATE	(-1)

/**
 * enum ladder_row_kind - what a row shows
 * @LADDER_ROW_STATE: a state that begins without an arrow
 * @LADDER_ROW_ARROW: an arrow, and states that begin with it
 * @LADDER_ROW_CROSS: two FINs that were on their way at once: each side sent
 *	its own, and began one state, and got the other's, and began the next
 */
enum ladder_row_kind {
	LADDER_ROW_STATE,
	LADDER_ROW_ARROW,
	LADDER_ROW_CROSS,
};

/**
 * struct ladder_row - one row
 * @kind: what it shows
 * @arrow: the arrow; of a CROSS the first of two; NULL for a STATE
 * @begins: for each side the index of the state that begins, LADDER_NO_STATE
 *	for none; of a CROSS the first of two
 */
struct ladder_row {
	enum ladder_row_kind kind;
	const struct ladder_arrow *arrow;
	int begins[2];
};

/**
 * struct ladder_rows - a way through a plan
 * @plan: the plan
 * @arrow: index of the next arrow
 * @looked: it was looked at whether that one crosses the one after it
 * @next: for each side its next state
 */
struct ladder_rows {
	const struct ladder_plan *plan;
	unsigned int arrow;
	bool looked;
	int next[2];
};

/**
 * ladder_rows_init() - start below the states before the teardown
 * @r: the way
 * @plan: the plan, which has to stay
 */
void ladder_rows_init(struct ladder_rows *r, const struct ladder_plan *plan);

/**
 * ladder_rows_next() - get the next row
 * @r: the way
 * @row: filled in
 *
 * Return: false at the end.
 */
bool ladder_rows_next(struct ladder_rows *r, struct ladder_row *row);

#endif /* LADDER_ROWS_H */
