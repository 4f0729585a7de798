/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Teardowns: events in, and each connection out once it has ended, with both
 * of its ends if both were seen.
 *
 * The two ends of a connection have each other's addresses and the sequence
 * numbers of the same FINs. They may be in one network namespace, in several,
 * or, with several recordings, on several hosts.
 */
#ifndef TRACK_PAIRING_H
#define TRACK_PAIRING_H

#include "source/source.h"
#include "track/tracker.h"
#include "track/verdict.h"

struct pairing;

/**
 * typedef pairing_fn - what is told about each connection
 * @data: the caller's
 * @v: the verdict, valid during the call
 */
typedef void pairing_fn(void *data, const struct verdict *v);

/**
 * pairing_new() - make one
 * @limit: ends that are followed at once, at most
 * @grace_ns: how long an end that is over waits for the first sign of the other
 * @ended: called for each connection of which every end that was seen is over
 * @data: for @ended
 *
 * Return: it, or NULL without memory.
 */
struct pairing *pairing_new(uint32_t limit, uint64_t grace_ns,
			    pairing_fn *ended, void *data);

/**
 * pairing_be_brief() - nobody looks at the waves
 * @t: it
 *
 * From now on verdicts are those of verdict_brief().
 */
void pairing_be_brief(struct pairing *t);

/**
 * pairing_free() - undo pairing_new()
 * @t: it, or NULL
 */
void pairing_free(struct pairing *t);

/**
 * pairing_take() - take an event or a gap in
 * @t: the teardowns
 * @item: of type EVENT, LOST or MISSED
 *
 * Return: the end that an event is about, valid until the next call; NULL for
 * a gap.
 */
const struct conn *
pairing_take(struct pairing *t,
	     const struct item *item);

/**
 * pairing_time() - nothing came up to now: end what waited long enough
 * @t: the teardowns
 * @now_ns: now
 *
 * Return: nanoseconds until it should be called again, UINT64_MAX if nobody
 * waits.
 */
uint64_t pairing_time(struct pairing *t, uint64_t now_ns);

/**
 * pairing_finish() - nothing will come any more
 * @t: the teardowns
 *
 * Connections of which an end is over are told, as open if another is not.
 */
void pairing_finish(struct pairing *t);

/**
 * pairing_open() - tell what has not ended
 * @t: the teardowns
 * @each: called once for each connection with an end that is not over
 * @data: for @each
 */
void pairing_open(struct pairing *t,
		  pairing_fn *each, void *data);

/**
 * pairing_one() - tell of one connection as it is now
 * @t: the teardowns
 * @conn: an end of it that is followed
 * @fn: called once
 * @data: for @fn
 */
void pairing_one(struct pairing *t, struct conn *conn, pairing_fn *fn,
		 void *data);

/**
 * pairing_tracker() - what follows the ends
 * @t: the teardowns
 *
 * Return: the tracker, for its counts.
 */
const struct tracker *pairing_tracker(const struct pairing *t);

#endif /* TRACK_PAIRING_H */
