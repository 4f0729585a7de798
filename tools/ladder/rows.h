/* SPDX-License-Identifier: GPL-2.0 */
/* The rows of a ladder from the top down, for both ways of drawing. */
#ifndef LADDER_ROWS_H
#define LADDER_ROWS_H

#include "ladder/plan.h"

/* Kind of a row */
enum ladder_row_kind {
	LADDER_ROW_STATE,	/* a state that begins without an arrow */
	LADDER_ROW_ARROW,	/* an arrow, and states that begin with it */
	/* crossing FINs: each side's own FIN begins a state, the other FIN the next */
	LADDER_ROW_CROSS,
};

/* One row */
struct ladder_row {
	enum ladder_row_kind kind;
	/* the arrow; the first of two for a CROSS, NULL for a STATE */
	const struct ladder_arrow *arrow;
	int begins[2];	/* for each side the first state that begins, NO_STATE for none */
};

/* An iterator over rows */
struct ladder_rows {
	const struct ladder_plan *plan;	/* the plan */
	unsigned int arrow;	/* index of the next arrow */
	bool no_cross;	/* the next arrow does not cross the one after it */
	int next[2];	/* for each side the index of its next state */
};

/* Start after the states before the teardown. @plan must outlive @r. */
void ladder_rows_init(struct ladder_rows *r, const struct ladder_plan *plan);

/* Get the next row. Return false at the end. */
bool ladder_rows_next(struct ladder_rows *r, struct ladder_row *row);

#endif /* LADDER_ROWS_H */
