/* SPDX-License-Identifier: GPL-2.0 */
/* What a ladder shows, before any of it is drawn: states and arrows, in order. */
#ifndef LADDER_PLAN_H
#define LADDER_PLAN_H

#include "ladder/retransmits.h"
#include "track/verdict.h"

/* The state before, the six of a teardown, and CLOSE. */
#define LADDER_PLAN_STATES	8
/*
 * Four waves; of each end FINs sent again, and those that came again with their
 * answers; what of these was not kept; data; a RST from each end.
 */
#define LADDER_PLAN_ARROWS	(4 + 6 * RETRANSMIT_TIMES + 4 + 1 + 2)

/**
 * enum ladder_arrow_kind - what an arrow stands for
 * @LADDER_ARROW_FIN: wave 1 or 3
 * @LADDER_ARROW_ACK: wave 2 or 4
 * @LADDER_ARROW_FIN_ACK: wave 3 that took wave 2 along
 * @LADDER_ARROW_DATA: bytes in the half-closed direction
 * @LADDER_ARROW_RST: a RST
 * @LADDER_ARROW_MORE: none: so many FINs that were sent again, and are not
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
 * @from: the side that it comes from, 0 (left) or 1
 * @again: not for the first time
 * @seen: at least one of its ends was
 * @arrived: it did, seen or implied
 * @state: for each side the index of the state that begins with it, -1 for none
 * @at: for each side when it left or came, for FINs only
 * @order_ns: when it is to stand among the others
 * @count: DATA: bytes; MORE: how many
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
 * @state: TCP_*, 0 if it is not known
 * @began: when
 * @span: for how long
 */
struct ladder_plan_state {
	uint8_t state;
	struct fact began;
	struct fact span;
};

/**
 * struct ladder_side - one column of the picture
 * @conn: the end, NULL if it was not seen
 * @extra: FINs that came again, or NULL
 * @state: its states; the first one is that before the teardown
 * @states: how many
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
 * @side: the closer's is the left one
 * @arrow: from the top down
 * @arrows: how many
 * @zero_ns: the time of the first step
 */
struct ladder_plan {
	const struct verdict *v;
	struct ladder_side side[2];
	struct ladder_arrow arrow[LADDER_PLAN_ARROWS];
	unsigned int arrows;
	uint64_t zero_ns;
};

/**
 * ladder_plan_make() - find out what to draw of a connection
 * @v: the verdict; it and @extras have to stay
 * @extras: where FINs that came again are, or NULL
 * @plan: the result
 */
void ladder_plan_make(const struct verdict *v, const struct retransmits *extras,
		      struct ladder_plan *plan);

#endif /* LADDER_PLAN_H */
