/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tracker: events in, and for each of them what is known about its
 * connection from the events before.
 *
 * A connection's end is known by (netns, cookie). What was not seen is not
 * known and is never guessed.
 */
#ifndef TCPFIN_TRACKER_H
#define TCPFIN_TRACKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tcpfin.h"

#define TCPFIN_TRACKED_MAX	(1U << 20)

/* tcpfin_conn.flags */
#define TCPFIN_CONN_SINCE	0x01	/* since_ns is known */
#define TCPFIN_CONN_MINI	0x02	/* a mini-socket has taken over */
#define TCPFIN_CONN_BIRTH	0x04	/* mini_ns is known */
#define TCPFIN_CONN_OWNER	0x08	/* pid and comm are known */
#define TCPFIN_CONN_UID		0x10	/* uid is known */

/**
 * struct tcpfin_conn - one end of a connection
 * @cookie: with @netns its identity
 * @since_ns: when @state began
 * @mini_ns: when the mini-socket was born
 * @touched_ns: time of the latest event
 * @raddr: remote address as in the event
 * @comm: the owner's name: any byte may be in it, no NUL need be
 * @netns: see struct tcpfin_event
 * @pid: the owner: the process that last acted on the full socket itself
 * @uid: the socket's
 * @older: neighbour in the order of touching (the tracker's own)
 * @newer: likewise
 * @lport: local port
 * @rport: remote port
 * @extended: how often TIME_WAIT started over, as far as it was seen; it stays
 *	at its largest value
 * @state: as the latest event left it, 0 if it is not known
 * @family: as in the event
 * @flags: TCPFIN_CONN_*
 */
struct tcpfin_conn {
	uint64_t cookie;
	uint64_t since_ns;
	uint64_t mini_ns;
	uint64_t touched_ns;
	uint8_t raddr[16];
	char comm[16];
	uint32_t netns;
	uint32_t pid;
	uint32_t uid;
	uint32_t older;
	uint32_t newer;
	uint16_t lport;
	uint16_t rport;
	uint16_t extended;
	uint8_t state;
	uint8_t family;
	uint8_t flags;
};

_Static_assert(sizeof(struct tcpfin_conn) <= 96, "a connection is compact");

/**
 * struct tcpfin_step - what the tracker adds to an event
 * @conn: the connection after the event; valid until the next one, also when
 *	the event was its end
 * @span_ns: time in the old state
 * @mini_ns: time since the mini-socket's birth
 * @span_known: @span_ns is known
 * @mini_known: @mini_ns is known
 * @time_wait_over: a wait in TIME_WAIT ended; @span_ns is how long it was
 */
struct tcpfin_step {
	const struct tcpfin_conn *conn;
	uint64_t span_ns;
	uint64_t mini_ns;
	bool span_known;
	bool mini_known;
	bool time_wait_over;
};

struct tcpfin_tracker;

/**
 * tcpfin_tracker_new() - make a tracker
 * @limit: connections that it follows at once, at most; beyond that the one
 *	that was quiet for longest is forgotten and counted
 *
 * Return: the tracker, or NULL without memory.
 */
struct tcpfin_tracker *tcpfin_tracker_new(uint32_t limit);

/**
 * tcpfin_tracker_free() - undo tcpfin_tracker_new()
 * @t: the tracker, or NULL
 */
void tcpfin_tracker_free(struct tcpfin_tracker *t);

/**
 * tcpfin_tracker_event() - take an event in
 * @t: the tracker
 * @ev: the event
 * @step: what is known about it
 */
void tcpfin_tracker_event(struct tcpfin_tracker *t,
			  const struct tcpfin_event *ev,
			  struct tcpfin_step *step);

/**
 * tcpfin_tracker_gap() - events were lost
 * @t: the tracker
 * @time_ns: all of them are older than this
 *
 * Connections that had no event since are uncertain: they may be gone.
 */
void tcpfin_tracker_gap(struct tcpfin_tracker *t, uint64_t time_ns);

/**
 * tcpfin_tracker_is_uncertain() - may this connection have changed unseen?
 * @t: the tracker
 * @conn: one of its connections
 *
 * Return: true if events were lost since its latest one.
 */
bool tcpfin_tracker_is_uncertain(const struct tcpfin_tracker *t,
				 const struct tcpfin_conn *conn);

/**
 * tcpfin_tracker_first() - the connection that was quiet for longest
 * @t: the tracker
 *
 * Return: the connection, or NULL if there is none.
 */
const struct tcpfin_conn *tcpfin_tracker_first(const struct tcpfin_tracker *t);

/**
 * tcpfin_tracker_after() - the next one, see tcpfin_tracker_first()
 * @t: the tracker
 * @conn: one of its connections
 *
 * Return: the connection, or NULL at the end.
 */
const struct tcpfin_conn *tcpfin_tracker_after(const struct tcpfin_tracker *t,
					       const struct tcpfin_conn *conn);

/**
 * tcpfin_tracker_evicted() - connections forgotten because of the limit
 * @t: the tracker
 *
 * Return: how many.
 */
uint64_t tcpfin_tracker_evicted(const struct tcpfin_tracker *t);

#endif /* TCPFIN_TRACKER_H */
