/* SPDX-License-Identifier: GPL-2.0 */
/* The content of a ladder, before it is drawn: states and arrows, in order. */
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

/* Kind of an arrow */
enum ladder_arrow_kind {
	LADDER_ARROW_FIN,	/* wave 1 or 3 */
	LADDER_ARROW_ACK,	/* wave 2 or 4 */
	LADDER_ARROW_FIN_ACK,	/* waves 2 and 3 in one segment */
	LADDER_ARROW_DATA,	/* bytes in the half-closed connection */
	LADDER_ARROW_RST,	/* a RST */
	/* not an arrow: a number of repeated FINs that are not shown */
	LADDER_ARROW_MORE,
};

/* One arrow */
struct ladder_arrow {
	enum ladder_arrow_kind kind;	/* its kind */
	unsigned int from;	/* the side that sent it, 0 (left) or 1 */
	/* of a socket that is connected to itself: it comes back to the left side */
	bool back;
	bool nowhere;		/* neither side sent it */
	bool again;		/* a repetition */
	bool seen;		/* the sending or the arrival was seen */
	bool arrived;		/* it arrived, seen or implied */
	int state[2];	/* for each side the index of the state it starts */
	/* for each side when it was sent or arrived, for FINs only */
	struct optional at[2];
	uint64_t order_ns;	/* time that determines its position */
	uint64_t count;		/* DATA: bytes; MORE: number of FINs */
};

/* A state that an end was in */
struct ladder_plan_state {
	uint8_t state;		/* TCP_*, 0 if unknown */
	struct optional began;	/* when it began */
	struct optional span;	/* how long it lasted */
};

/* One column of the picture */
struct ladder_side {
	const struct conn *conn;	/* the end, NULL if it was not seen */
	const struct retransmit *retransmit;	/* times of repeated FINs, or NULL */
	/* its states; the first is the one before the teardown */
	struct ladder_plan_state state[LADDER_PLAN_STATES];
	int states;			/* number of @state */
};

/* The content of a ladder */
struct ladder_plan {
	const struct verdict *v;	/* the verdict */
	struct ladder_side side[2];	/* the active closer is on the left (0) */
	struct ladder_arrow arrow[LADDER_PLAN_ARROWS];	/* from the top down */
	unsigned int arrows;		/* number of @arrow */
	uint64_t zero_ns;		/* time of the first transition */
};

/* Plan the picture. @v and @retransmits (or NULL) must outlive @plan. */
void ladder_plan_make(const struct verdict *v, const struct retransmits *retransmits,
		      struct ladder_plan *plan);

#endif /* LADDER_PLAN_H */
