/* SPDX-License-Identifier: GPL-2.0 */
/* What one end of a connection tells by itself. */
#ifndef TCPFIN_CONN_H
#define TCPFIN_CONN_H

#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>

#include "tracker.h"

/**
 * enum tcpfin_closer - whose FIN was first, as one end saw it
 * @TCPFIN_CLOSER_UNKNOWN: not known
 * @TCPFIN_CLOSER_LOCAL: this end's
 * @TCPFIN_CLOSER_REMOTE: the other end's
 * @TCPFIN_CLOSER_BOTH: both were sent before either arrived (RFC 9293 3.6)
 * @TCPFIN_CLOSER_NONE: there was no FIN
 */
enum tcpfin_closer {
	TCPFIN_CLOSER_UNKNOWN,
	TCPFIN_CLOSER_LOCAL,
	TCPFIN_CLOSER_REMOTE,
	TCPFIN_CLOSER_BOTH,
	TCPFIN_CLOSER_NONE,
};

/**
 * enum tcpfin_how - how a connection, or one end of it, ended
 * @TCPFIN_HOW_UNKNOWN: not known
 * @TCPFIN_HOW_OPEN: it has not ended yet
 * @TCPFIN_HOW_FIN: both FINs were exchanged and, at an end that closed second,
 *	the last one was acknowledged
 * @TCPFIN_HOW_RST_SENT: by a RST that this end sent
 * @TCPFIN_HOW_RST_RCVD: by a RST that came
 * @TCPFIN_HOW_TIMEOUT: retransmissions or probes were given up
 * @TCPFIN_HOW_FW2_TIMEOUT: the other end's FIN did not come in time
 * @TCPFIN_HOW_KILLED: by tcp_abort(), which is what "ss -K" calls
 * @TCPFIN_HOW_NETNS: its network namespace went
 * @TCPFIN_HOW_REFUSED: no mini-socket could be had to wait for the other FIN
 * @TCPFIN_HOW_ABORTED: this end gave up, and it is not known that it sent a RST
 * @TCPFIN_HOW_TAKEN: a new connection or a proxy rule took its place before
 *	the other end's FIN came
 * @TCPFIN_HOW_ERROR: another error
 */
enum tcpfin_how {
	TCPFIN_HOW_UNKNOWN,
	TCPFIN_HOW_OPEN,
	TCPFIN_HOW_FIN,
	TCPFIN_HOW_RST_SENT,
	TCPFIN_HOW_RST_RCVD,
	TCPFIN_HOW_TIMEOUT,
	TCPFIN_HOW_FW2_TIMEOUT,
	TCPFIN_HOW_KILLED,
	TCPFIN_HOW_NETNS,
	TCPFIN_HOW_REFUSED,
	TCPFIN_HOW_ABORTED,
	TCPFIN_HOW_TAKEN,
	TCPFIN_HOW_ERROR,
};

/**
 * struct tcpfin_fact - a number that may not be known
 * @known: it is
 * @value: the number, 0 if it is not known
 */
struct tcpfin_fact {
	bool known;
	uint64_t value;
};

/**
 * tcpfin_fact() - make a fact
 * @known: it is known
 * @value: then the number
 *
 * Return: the fact.
 */
static inline struct tcpfin_fact tcpfin_fact(bool known, uint64_t value)
{
	struct tcpfin_fact fact = { known, known ? value : 0 };

	return fact;
}

/**
 * tcpfin_conn_bit() - a state in a set of states
 * @state: TCP_*, or anything
 *
 * Return: 1 << @state, 0 for what is no state.
 */
static inline unsigned int tcpfin_conn_bit(uint8_t state)
{
	return state < 16 ? 1U << state : 0;
}

/**
 * tcpfin_conn_slot() - where in begin_ns a state's beginning is
 * @state: TCP_*, or anything
 *
 * Return: 0, 1 or 2.
 */
static inline unsigned int tcpfin_conn_slot(uint8_t state)
{
	const uint32_t slots = 1U << 2 * TCP_FIN_WAIT2 |
			       1U << 2 * TCP_CLOSING |
			       1U << 2 * TCP_LAST_ACK |
			       2U << 2 * TCP_TIME_WAIT;

	return state < 16 ? slots >> 2 * state & 3 : 0;
}

/**
 * tcpfin_conn_since() - when the state that an end is in began
 * @conn: the end
 * @since_ns: the time
 *
 * Return: whether it is known.
 */
static inline bool tcpfin_conn_since(const struct tcpfin_conn *conn,
				     uint64_t *since_ns)
{
	unsigned int slot = tcpfin_conn_slot(conn->state);

	*since_ns = conn->begin_ns[slot];
	return conn->state && conn->flags & TCPFIN_CONN_BEGIN(slot);
}

/**
 * tcpfin_conn_was_in() - is an end known to have been in one of these states?
 * @conn: the end
 * @states: 1 << TCP_*, together
 *
 * Return: whether it is.
 */
static inline bool tcpfin_conn_was_in(const struct tcpfin_conn *conn,
				      unsigned int states)
{
	return conn->states & states;
}

/**
 * tcpfin_conn_began() - when an end came into a state
 * @conn: the end
 * @state: TCP_FIN_WAIT1 or one after it
 *
 * Return: nanoseconds, if it was seen.
 */
static inline struct tcpfin_fact
tcpfin_conn_began(const struct tcpfin_conn *conn, uint8_t state)
{
	unsigned int slot = tcpfin_conn_slot(state);

	return tcpfin_fact(tcpfin_conn_was_in(conn, tcpfin_conn_bit(state)) &&
				   conn->flags & TCPFIN_CONN_BEGIN(slot),
			   conn->begin_ns[slot]);
}

/**
 * tcpfin_conn_ended() - when it ended in a state
 * @conn: the end
 * @state: TCP_*
 *
 * Return: nanoseconds, if it did.
 */
static inline struct tcpfin_fact
tcpfin_conn_ended(const struct tcpfin_conn *conn, uint8_t state)
{
	return tcpfin_fact(conn->flags & TCPFIN_CONN_ENDED &&
				   conn->old_state == state,
			   conn->touched_ns);
}

/**
 * tcpfin_conn_how() - how one end ended
 * @conn: the end
 *
 * Return: enum tcpfin_how.
 */
enum tcpfin_how tcpfin_conn_how(const struct tcpfin_conn *conn);

/**
 * tcpfin_conn_closer() - who closed first, as far as one end can tell
 * @conn: the end
 *
 * Return: enum tcpfin_closer.
 */
enum tcpfin_closer tcpfin_conn_closer(const struct tcpfin_conn *conn);

/**
 * tcpfin_conn_span() - how long an end was in a state
 * @conn: the end
 * @state: TCP_FIN_WAIT1 and those after it
 *
 * Return: nanoseconds; not known if it was never in it, still is, or one of the
 * state's ends was not seen.
 */
struct tcpfin_fact tcpfin_conn_span(const struct tcpfin_conn *conn,
				    uint8_t state);

/**
 * tcpfin_conn_is_partial() - is a step of an end missing?
 * @conn: the end
 *
 * Return: true if a step that it must have made was not seen, or its end was,
 * but not why.
 */
bool tcpfin_conn_is_partial(const struct tcpfin_conn *conn);

#endif /* TCPFIN_CONN_H */
