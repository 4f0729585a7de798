/* SPDX-License-Identifier: GPL-2.0 */
/* What stands in which row of a ladder, from the top down, however it is drawn. */
#ifndef TCPFIN_LADDER_ROWS_H
#define TCPFIN_LADDER_ROWS_H

#include "ladder/plan.h"

#define TCPFIN_NO_STATE	(-1)

/**
 * enum tcpfin_row_kind - what a row shows
 * @TCPFIN_ROW_STATE: a state that begins without an arrow
 * @TCPFIN_ROW_ARROW: an arrow, and states that begin with it
 * @TCPFIN_ROW_CROSS: two FINs that were on their way at once: each side sent its
 *	own, and began one state, and got the other's, and began the next
 */
enum tcpfin_row_kind {
	TCPFIN_ROW_STATE,
	TCPFIN_ROW_ARROW,
	TCPFIN_ROW_CROSS,
};

/**
 * struct tcpfin_row - one row
 * @kind: what it shows
 * @arrow: the arrow; of a CROSS the first of two; NULL for a STATE
 * @begins: for each side the index of the state that begins, TCPFIN_NO_STATE for
 *	none; of a CROSS the first of two
 */
struct tcpfin_row {
	enum tcpfin_row_kind kind;
	const struct tcpfin_arrow *arrow;
	int begins[2];
};

/**
 * struct tcpfin_rows - a way through a plan
 * @plan: the plan
 * @arrow: index of the next arrow
 * @looked: it was looked at whether that one crosses the one after it
 * @next: for each side its next state
 */
struct tcpfin_rows {
	const struct tcpfin_plan *plan;
	unsigned int arrow;
	bool looked;
	int next[2];
};

/**
 * tcpfin_rows_init() - start below the states before the teardown
 * @r: the way
 * @plan: the plan, which has to stay
 */
void tcpfin_rows_init(struct tcpfin_rows *r, const struct tcpfin_plan *plan);

/**
 * tcpfin_rows_next() - get the next row
 * @r: the way
 * @row: filled in
 *
 * Return: false at the end.
 */
bool tcpfin_rows_next(struct tcpfin_rows *r, struct tcpfin_row *row);

#endif /* TCPFIN_LADDER_ROWS_H */
