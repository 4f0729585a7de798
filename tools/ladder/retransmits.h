/* SPDX-License-Identifier: GPL-2.0 */
/*
 * When FINs came again: the tracker counts them, a picture wants their times.
 *
 * Room is limited. What is not kept here is still in the tracker's counts, so
 * that a picture can say how many it leaves out.
 */
#ifndef LADDER_RETRANSMITS_H
#define LADDER_RETRANSMITS_H

#include <stdint.h>

#include "source/source.h"
#include "track/tracker.h"

/* Times kept of one end, and ends of which any are kept, at most. */
#define RETRANSMIT_TIMES	32
#define RETRANSMIT_ENDS	16384

/**
 * struct retransmit - the times of one end
 * @sent_ns: when it sent its FIN again
 * @came_ns: when the other end's FIN came again in TIME_WAIT
 * @sent: how many there are in @sent_ns
 * @came: likewise
 */
struct retransmit {
	uint64_t sent_ns[RETRANSMIT_TIMES];
	uint64_t came_ns[RETRANSMIT_TIMES];
	unsigned int sent;
	unsigned int came;
};

struct retransmits;

/**
 * retransmits_new() - make a store of such times
 *
 * Return: it, or NULL without memory.
 */
struct retransmits *retransmits_new(void);

/**
 * retransmits_free() - undo retransmits_new()
 * @extras: the store, or NULL
 */
void retransmits_free(struct retransmits *extras);

/**
 * retransmits_take() - keep an event's time if it is one of these
 * @extras: the store; once it is full, the end that has been in it for longest
 *	leaves it
 * @item: an event
 * @conn: its end, with this event counted
 */
void retransmits_take(struct retransmits *extras, const struct item *item,
		      const struct conn *conn);

/**
 * retransmits_find() - the times of an end
 * @extras: the store
 * @conn: the end
 *
 * Return: they, valid until the next call with the store; NULL if it has none.
 */
const struct retransmit *retransmits_find(const struct retransmits *extras,
					  const struct conn *conn);

/**
 * retransmits_drop() - forget the times of an end
 * @extras: the store
 * @conn: the end
 */
void retransmits_drop(struct retransmits *extras, const struct conn *conn);

#endif /* LADDER_RETRANSMITS_H */
