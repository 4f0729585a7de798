/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pairing: takes events, and reports each connection once it has ended, with
 * both ends if both were seen.
 *
 * The two ends of a connection have each other's addresses and the sequence
 * numbers of the same FINs. They may be in one network namespace, in several
 * or, with several recordings, on several hosts. Where addresses were translated
 * in between, the FINs alone make the pair.
 */
#ifndef TRACK_PAIRING_H
#define TRACK_PAIRING_H

#include "source/source.h"
#include "track/tracker.h"
#include "track/verdict.h"

struct pairing;

/* Called for a connection; @v is valid during the call. */
typedef void pairing_fn(void *data, const struct verdict *v);

/*
 * Make a pairing of @limit ends at most, which calls @ended with @data for each
 * connection whose seen ends are all over. An end that is over waits for the first
 * sign of its peer until pairing_time() tells that @grace_ns are over, or at least
 * as long if some thousand others wait, too. Return NULL if there is no memory.
 */
struct pairing *pairing_new(uint32_t limit, uint64_t grace_ns,
			    pairing_fn *ended, void *data);

/* From now on make verdicts by verdict_brief(), without waves. */
void pairing_be_brief(struct pairing *t);

/*
 * Called for a connection whose TIME_WAIT runs; @v says how it will have ended.
 * Return whether it was shown: then its ends have CONN_SHOWN from now on.
 */
typedef bool pairing_early_fn(void *data, const struct verdict *v);

/*
 * Note, after pairing_take() returned @conn, whether its connection may have
 * nothing left but TIME_WAIT, for pairing_early(). Without room, or memory, it
 * is not noted.
 */
void pairing_notice(struct pairing *t, const struct conn *conn);

/*
 * Call @fn for each connection that was noted since the last call and of which
 * each end that was seen is over or in TIME_WAIT.
 */
void pairing_early(struct pairing *t, pairing_early_fn *fn, void *data);

/* Free a pairing; NULL is ignored. */
void pairing_free(struct pairing *t);

/*
 * Process an item of type EVENT, LOST or MISSED. Return the end that the event
 * is about, valid until the next call, or NULL for a loss.
 */
const struct conn *pairing_take(struct pairing *t, const struct item *item);

/*
 * Report connections whose grace ended by @now_ns. Return the nanoseconds until
 * the next grace ends, UINT64_MAX if there is none.
 */
uint64_t pairing_time(struct pairing *t, uint64_t now_ns);

/*
 * Call @each with the verdict that each connection will have, whose only seen end is
 * over and whose grace is not.
 */
void pairing_waiting(const struct pairing *t, pairing_fn *each, void *data);

/*
 * At the end of input, report each connection with an end that is over; the
 * connection is reported as open if the other end is not over.
 */
void pairing_finish(struct pairing *t);

/* Call @each once for each connection with an end that is not over. */
void pairing_open(struct pairing *t, pairing_fn *each, void *data);

/* Call @fn once with the verdict on one connection as it is now. */
void pairing_one(struct pairing *t, struct conn *conn, pairing_fn *fn, void *data);

/* Return the tracker behind the pairing, for its counts. */
const struct tracker *pairing_tracker(const struct pairing *t);

#endif /* TRACK_PAIRING_H */
