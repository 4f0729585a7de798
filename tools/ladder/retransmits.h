/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Times of repeated FINs: the tracker counts them, a picture shows when.
 *
 * Room is limited. The tracker's counts include what is not kept here, so a
 * picture can tell how many it leaves out.
 */
#ifndef LADDER_RETRANSMITS_H
#define LADDER_RETRANSMITS_H

#include <stdint.h>

#include "source/source.h"
#include "track/tracker.h"

/* Most times kept for one end, and most ends with times */
#define RETRANSMIT_TIMES	32
#define RETRANSMIT_ENDS	16384

/* Times of one end */
struct retransmit {
	uint64_t sent_ns[RETRANSMIT_TIMES];	/* when it retransmitted its FIN */
	/* when the peer's FIN came again in TIME_WAIT */
	uint64_t came_ns[RETRANSMIT_TIMES];
	unsigned int sent;	/* number of @sent_ns */
	unsigned int came;	/* number of @came_ns */
};

struct retransmits;

/* Make an empty store. Return NULL if there is no memory. */
struct retransmits *retransmits_new(void);

/* Free a store; NULL is ignored. */
void retransmits_free(struct retransmits *store);

/*
 * Keep the time of an event of @conn if it is a repeated FIN that @conn already
 * counts. If the store is full, the end added first is dropped.
 */
void retransmits_take(struct retransmits *store, const struct item *item,
		      const struct conn *conn);

/* Return an end's times, valid until the next call, or NULL. */
const struct retransmit *retransmits_find(const struct retransmits *store,
					  const struct conn *conn);

/* Forget the times of an end. */
void retransmits_drop(struct retransmits *store, const struct conn *conn);

#endif /* LADDER_RETRANSMITS_H */
