/* SPDX-License-Identifier: GPL-2.0 */
/* What a ladder shows, before it is drawn: states and arrows, in order. */
#ifndef LADDER_PLAN_H
#define LADDER_PLAN_H

#include "ladder/retransmits.h"
#include "track/verdict.h"

#define NO_STATE	(-1)	/* index of a state that is not there */

/* States of a side: before the teardown, six of the teardown, CLOSE */
#define LADDER_PLAN_STATES	8
/*
 * Four waves; for each end its retransmitted FINs, and the peer's repeated FINs
 * with their ACKs, and twice a number of FINs not kept; data; a RST from each
 * end.
 */
#define LADDER_PLAN_ARROWS	(4 + 6 * RETRANSMIT_TIMES + 4 + 1 + 2)

/**
 * enum ladder_arrow_kind - what an arrow stands for
 * @LADDER_ARROW_FIN: wave 1 or 3
 * @LADDER_ARROW_ACK: wave 2 or 4
 * @LADDER_ARROW_FIN_ACK: waves 2 and 3 in one segment
 * @LADDER_ARROW_DATA: bytes in the half-closed connection
 * @LADDER_ARROW_RST: a RST
 * @LADDER_ARROW_MORE: not an arrow: a number of repeated FINs that are not
 *	shown
 */
enum ladder_arrow_kind {
	LADDER_ARROW_FIN,
	LADDER_ARROW_ACK,
	LADDER_ARROW_FIN_ACK,
	LADDER_ARROW_DATA,
	LADDER_ARROW_RST,
	LADDER_ARROW_MORE,
};

/**
 * struct ladder_arrow - one arrow
 * @kind: what it stands for
 * @from: the side that sent it, 0 (left) or 1
 * @again: a repetition
 * @seen: the sending or the arrival was seen
 * @arrived: it arrived, seen or implied
 * @state: for each side the index of the state that begins with it,
 *	NO_STATE for none
 * @at: for each side when it was sent or arrived, for FINs only
 * @order_ns: time that determines its position
 * @count: DATA: bytes; MORE: number of FINs
 */
struct ladder_arrow {
	enum ladder_arrow_kind kind;
	unsigned int from;
	bool again;
	bool seen;
	bool arrived;
	int state[2];
	struct fact at[2];
	uint64_t order_ns;
	uint64_t count;
};

/**
 * struct ladder_plan_state - a state that an end was in
 * @state: TCP_*, 0 if unknown
 * @began: when it began
 * @span: how long it lasted
 */
struct ladder_plan_state {
	uint8_t state;
	struct fact began;
	struct fact span;
};

/**
 * struct ladder_side - one column of the picture
 * @conn: the end, NULL if it was not seen
 * @extra: times of repeated FINs, or NULL
 * @state: its states; the first is the one before the teardown
 * @states: number of @state
 */
struct ladder_side {
	const struct conn *conn;
	const struct retransmit *extra;
	struct ladder_plan_state state[LADDER_PLAN_STATES];
	int states;
};

/**
 * struct ladder_plan - what a ladder shows
 * @v: the verdict
 * @side: the active closer is on the left (0)
 * @arrow: from the top down
 * @arrows: number of @arrow
 * @zero_ns: time of the first transition
 */
struct ladder_plan {
	const struct verdict *v;
	struct ladder_side side[2];
	struct ladder_arrow arrow[LADDER_PLAN_ARROWS];
	unsigned int arrows;
	uint64_t zero_ns;
};

/*
 * Plan the picture of a connection. @v and @extras (or NULL) must outlive
 * @plan.
 */
void ladder_plan_make(const struct verdict *v, const struct retransmits *extras,
		      struct ladder_plan *plan);

#endif /* LADDER_PLAN_H */
