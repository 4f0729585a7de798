/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tracker: takes events, and tells for each event what earlier events
 * showed about its end of a connection.
 *
 * An end is identified by host, network namespace and cookie. What was not seen
 * stays unknown and is never guessed.
 */
#ifndef TRACK_TRACKER_H
#define TRACK_TRACKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source/source.h"
#include "track/conn.h"
#include "track/step.h"

/* Enough for a million connections with both ends on this machine */
#define TRACKER_MAX	((1U << 21) - 1)

struct tracker;

/* Keeps ends that have ended, so that they can be paired */
struct keeper {
	/* called before an end is dropped at the limit, or its identity used again */
	void (*leave)(void *data, struct conn *conn);
	void *data;	/* for @leave */
};

/*
 * Make a tracker of @limit ends at most, 1 to TRACKER_MAX; at the limit the end
 * with the oldest latest event is dropped and counted. With a @keeper, ends stay
 * until tracker_remove(). Return NULL if there is no memory.
 */
struct tracker *tracker_new(uint32_t limit, const struct keeper *keeper);

/* Free a tracker; NULL is ignored. */
void tracker_free(struct tracker *t);

/*
 * Process an event of machine @host, see struct item; fill in @step with what is
 * known about the event.
 */
void tracker_event(struct tracker *t, uint8_t host,
		   const struct tcpfin_event *ev, struct step *step);

/*
 * Note lost events; @item is of type LOST or MISSED. Ends without an event
 * since then are uncertain: they may have ended. Missed calls about full
 * sockets do not concern mini-sockets, and vice versa.
 */
void tracker_loss(struct tracker *t, const struct item *item);

/* Were events lost since the latest event of this end? */
bool tracker_is_uncertain(const struct tracker *t, const struct conn *conn);

/* Return the end with this identity, or NULL if it is not tracked. */
struct conn *tracker_find(const struct tracker *t, uint8_t host, uint32_t netns,
			  uint64_t cookie);

/* Return the end whose latest event is oldest, or NULL if there are no ends. */
struct conn *tracker_first(const struct tracker *t);

/* Return the next end in the order of tracker_first(), or NULL. */
struct conn *tracker_after(const struct tracker *t, const struct conn *conn);

/* Return the other end that tracker_pair() found, or NULL. */
struct conn *tracker_peer(const struct tracker *t, const struct conn *conn);

/*
 * Look for the other end of a connection and remember it; needs a keeper. The
 * addresses must be the same, and so must be the sequence numbers of FINs.
 *
 * Return: the former peer, if it turned out to belong to another connection,
 * else NULL.
 */
struct conn *tracker_pair(struct tracker *t, struct conn *conn);

/* Remember that two ends with other addresses are those of one connection. */
void tracker_join_translated(struct tracker *t, struct conn *a, struct conn *b);

/* Remove an end (with a keeper); readable until the next event. */
void tracker_remove(struct tracker *t, struct conn *conn);

/* Is this pointer still an end's (perhaps another one in its place)? */
bool tracker_has(const struct tracker *t, const struct conn *conn);

/* Return the number of ends dropped because of the limit. */
uint64_t tracker_evicted(const struct tracker *t);

#endif /* TRACK_TRACKER_H */
