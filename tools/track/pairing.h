/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Teardowns: events in, and each connection out once it has ended, with both
 * of its ends if both were seen.
 *
 * The two ends of a connection have each other's addresses and the sequence
 * numbers of the same FINs. They may be in one network namespace, in several,
 * or, with several recordings, on several hosts.
 */
#ifndef TCPFIN_TEARDOWNS_H
#define TCPFIN_TEARDOWNS_H

#include "source/source.h"
#include "track/tracker.h"
#include "track/verdict.h"

struct tcpfin_teardowns;

/**
 * typedef tcpfin_teardown_fn - what is told about each connection
 * @data: the caller's
 * @v: the verdict, valid during the call
 */
typedef void tcpfin_teardown_fn(void *data, const struct tcpfin_verdict *v);

/**
 * tcpfin_teardowns_new() - make one
 * @limit: ends that are followed at once, at most
 * @grace_ns: how long an end that is over waits for the first sign of the other
 * @ended: called for each connection of which every end that was seen is over
 * @data: for @ended
 *
 * Return: it, or NULL without memory.
 */
struct tcpfin_teardowns *tcpfin_teardowns_new(uint32_t limit, uint64_t grace_ns,
					      tcpfin_teardown_fn *ended,
					      void *data);

/**
 * tcpfin_teardowns_be_brief() - nobody looks at the waves
 * @t: it
 *
 * From now on verdicts are those of tcpfin_verdict_brief().
 */
void tcpfin_teardowns_be_brief(struct tcpfin_teardowns *t);

/**
 * tcpfin_teardowns_free() - undo tcpfin_teardowns_new()
 * @t: it, or NULL
 */
void tcpfin_teardowns_free(struct tcpfin_teardowns *t);

/**
 * tcpfin_teardowns_take() - take an event or a gap in
 * @t: the teardowns
 * @item: of type EVENT, LOST or MISSED
 *
 * Return: the end that an event is about, valid until the next call; NULL for
 * a gap.
 */
const struct tcpfin_conn *
tcpfin_teardowns_take(struct tcpfin_teardowns *t,
		      const struct tcpfin_item *item);

/**
 * tcpfin_teardowns_time() - nothing came up to now: end what waited long enough
 * @t: the teardowns
 * @now_ns: now
 *
 * Return: nanoseconds until it should be called again, UINT64_MAX if nobody
 * waits.
 */
uint64_t tcpfin_teardowns_time(struct tcpfin_teardowns *t, uint64_t now_ns);

/**
 * tcpfin_teardowns_finish() - nothing will come any more
 * @t: the teardowns
 *
 * Connections of which an end is over are told, as open if another is not.
 */
void tcpfin_teardowns_finish(struct tcpfin_teardowns *t);

/**
 * tcpfin_teardowns_open() - tell what has not ended
 * @t: the teardowns
 * @each: called once for each connection with an end that is not over
 * @data: for @each
 */
void tcpfin_teardowns_open(struct tcpfin_teardowns *t,
			   tcpfin_teardown_fn *each, void *data);

/**
 * tcpfin_teardowns_one() - tell of one connection as it is now
 * @t: the teardowns
 * @conn: an end of it that is followed
 * @fn: called once
 * @data: for @fn
 */
void tcpfin_teardowns_one(struct tcpfin_teardowns *t, struct tcpfin_conn *conn,
			  tcpfin_teardown_fn *fn, void *data);

/**
 * tcpfin_teardowns_tracker() - what follows the ends
 * @t: the teardowns
 *
 * Return: the tracker, for its counts.
 */
const struct tcpfin_tracker *
tcpfin_teardowns_tracker(const struct tcpfin_teardowns *t);

#endif /* TCPFIN_TEARDOWNS_H */
