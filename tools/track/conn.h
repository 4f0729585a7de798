/* SPDX-License-Identifier: GPL-2.0 */
/* What one end of a connection tells by itself. */
#ifndef TRACK_CONN_H
#define TRACK_CONN_H

#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>

#include "module/tcpfin.h"
#include "util/basics.h"

/* States of an end that closes first, of one that closes second, and both. */
#define CLOSES_FIRST	(BIT(TCP_FIN_WAIT1) | BIT(TCP_FIN_WAIT2) | \
			 BIT(TCP_CLOSING) | BIT(TCP_TIME_WAIT))
#define CLOSES_SECOND	(BIT(TCP_CLOSE_WAIT) | BIT(TCP_LAST_ACK))
#define TEARDOWN_STATES	(CLOSES_FIRST | CLOSES_SECOND)

/* How many there are of enum closer, and of enum how. */
#define CLOSERS		(CLOSER_NONE + 1)
#define HOWS		(HOW_ERROR + 1)

/* Where there is no other end, and where a list ends. */
#define NO_CONN		UINT32_MAX

/* conn.flags */
#define CONN_BEGIN(step)	(0x01U << (step))	/* begin_ns[step] is known */
#define CONN_MINI	0x0008	/* a mini-socket has taken over */
#define CONN_BIRTH	0x0010	/* mini_ns is known */
#define CONN_OWNER	0x0020	/* pid and comm are known */
#define CONN_UID		0x0040	/* uid and cgroup are known */
#define CONN_FIN		0x0080	/* fin_seq is known */
#define CONN_PEER_FIN	0x0100	/* peer_fin_seq is known */
#define CONN_MARK(which)	(0x0200U << (which))	/* mark[which] is known */
#define CONN_UNSENT	0x0800	/* the peer's FIN came before ours left */
#define CONN_SENT	0x1000	/* the peer's FIN came after ours left */
#define CONN_ACK_ALONE	0x2000	/* wave 2 left before wave 3 */
#define CONN_ACK_WITH	0x4000	/* wave 3 took wave 2 along */
#define CONN_ORPHAN	0x8000	/* no process held it at its latest step */
#define CONN_RST		0x10000	/* a RST went out with its end */
#define CONN_ACKED	0x20000	/* all it sent was acknowledged, FIN too */
#define CONN_ENDED	0x40000	/* it is over */
#define CONN_LOST	0x80000	/* events were lost in its time */
#define CONN_REFUSED	0x100000 /* its mini-socket was refused */

/**
 * struct conn - one end of a connection
 * @cookie: with @netns and @host its identity
 * @cgroup: see struct tcpfin_event
 * @begin_ns: when its states began; they come in this order, see
 *	conn_slot(): FIN_WAIT1 or CLOSE_WAIT (before that, whatever it
 *	is in); FIN_WAIT2, CLOSING or LAST_ACK; TIME_WAIT
 * @mini_ns: when the mini-socket was born
 * @touched_ns: time of the latest event; its last one once it has ended
 * @laddr: local address as in the event
 * @raddr: remote address
 * @comm: the owner's name: any byte may be in it, no NUL need be
 * @netns: see struct tcpfin_event
 * @pid: the owner: the process that last acted on the full socket itself
 * @uid: the socket's
 * @ifindex: see struct tcpfin_event
 * @older: neighbour in the order of touching (the table's own)
 * @newer: likewise
 * @next_by_id: neighbour in the table's lists (the table's own)
 * @next_by_ends: likewise
 * @peer: the other end, NO_CONN if it was not seen
 * @fin_seq: sequence number of its own FIN. Without CONN_FIN its SND.NXT
 *	at the latest event
 * @peer_fin_seq: that of the other end's FIN. Without CONN_PEER_FIN its
 *	RCV.NXT at the latest event
 * @una: its SND.UNA at the latest event
 * @mark: if it closes first, its RCV.NXT when the FIN was queued, and when that
 *	was acknowledged; if not, its SND.NXT and the end of what the process
 *	had written when the other end's FIN came
 * @lport: local port
 * @rport: remote port
 * @retransmitted: how often its FIN was sent again; this and the next two are
 *	what was seen, and stay at their largest value
 * @fin_again: how often the other end's FIN came again in TIME_WAIT
 * @extended: how often TIME_WAIT started over
 * @states: those that it is known to have been in, 1 << TCP_*
 * @flags: CONN_*
 * @err: at the end, see struct tcpfin_event
 * @detail: at the end, likewise
 * @reason: at the end, enum tcpfin_reason
 * @old_state: the state in which it ended, 0 if it is not known
 * @state: as the latest event left it, 0 if it is not known
 * @family: as in the event
 * @host: see struct item
 */
struct conn {
	uint64_t cookie;
	uint64_t cgroup;
	uint64_t begin_ns[3];
	uint64_t mini_ns;
	uint64_t touched_ns;
	uint8_t laddr[16];
	uint8_t raddr[16];
	char comm[16];
	uint32_t netns;
	uint32_t pid;
	uint32_t uid;
	uint32_t ifindex;
	uint32_t older;
	uint32_t newer;
	uint32_t next_by_id;
	uint32_t next_by_ends;
	uint32_t peer;
	uint32_t fin_seq;
	uint32_t peer_fin_seq;
	uint32_t una;
	uint32_t mark[2];
	uint32_t flags;
	uint16_t lport;
	uint16_t rport;
	uint16_t retransmitted;
	uint16_t fin_again;
	uint16_t extended;
	uint16_t states;
	uint16_t err;
	uint8_t detail;
	uint8_t reason;
	uint8_t old_state;
	uint8_t state;
	uint8_t family;
	uint8_t host;
};

/* With the heads of its lists in two hash tables that makes at most 200 bytes. */
_Static_assert(sizeof(struct conn) <= 184, "a connection is compact");

/**
 * enum closer - whose FIN was first, as one end saw it
 * @CLOSER_UNKNOWN: not known
 * @CLOSER_LOCAL: this end's
 * @CLOSER_REMOTE: the other end's
 * @CLOSER_BOTH: both were sent before either arrived (RFC 9293 3.6)
 * @CLOSER_NONE: there was no FIN
 */
enum closer {
	CLOSER_UNKNOWN,
	CLOSER_LOCAL,
	CLOSER_REMOTE,
	CLOSER_BOTH,
	CLOSER_NONE,
};

/**
 * enum how - how a connection, or one end of it, ended
 * @HOW_UNKNOWN: not known
 * @HOW_OPEN: it has not ended yet
 * @HOW_FIN: both FINs were exchanged and, at an end that closed second,
 *	the last one was acknowledged
 * @HOW_RST_SENT: by a RST that this end sent
 * @HOW_RST_RCVD: by a RST that came
 * @HOW_TIMEOUT: retransmissions or probes were given up
 * @HOW_FW2_TIMEOUT: the other end's FIN did not come in time
 * @HOW_KILLED: by tcp_abort(), which is what "ss -K" calls
 * @HOW_NETNS: its network namespace went
 * @HOW_REFUSED: no mini-socket could be had to wait for the other FIN
 * @HOW_ABORTED: this end gave up, and it is not known that it sent a RST
 * @HOW_TAKEN: a new connection or a proxy rule took its place before
 *	the other end's FIN came
 * @HOW_ERROR: another error
 */
enum how {
	HOW_UNKNOWN,
	HOW_OPEN,
	HOW_FIN,
	HOW_RST_SENT,
	HOW_RST_RCVD,
	HOW_TIMEOUT,
	HOW_FW2_TIMEOUT,
	HOW_KILLED,
	HOW_NETNS,
	HOW_REFUSED,
	HOW_ABORTED,
	HOW_TAKEN,
	HOW_ERROR,
};

/**
 * struct fact - a number that may not be known
 * @known: it is
 * @value: the number, 0 if it is not known
 */
struct fact {
	bool known;
	uint64_t value;
};

/**
 * fact_of() - make a fact
 * @known: it is known
 * @value: then the number
 *
 * Return: the fact.
 */
static inline struct fact fact_of(bool known, uint64_t value)
{
	struct fact fact = { known, known ? value : 0 };

	return fact;
}

/**
 * fact_between() - the time between two moments
 * @from: the earlier moment
 * @to: the later moment
 *
 * Return: nanoseconds, if both moments are known.
 */
static inline struct fact fact_between(struct fact from, struct fact to)
{
	return fact_of(from.known && to.known,
		       saturating_sub(to.value, from.value));
}

/**
 * conn_bit() - a state in a set of states
 * @state: TCP_*, or anything
 *
 * Return: 1 << @state, 0 for what is no state.
 */
static inline unsigned int conn_bit(uint8_t state)
{
	return state < 16 ? BIT(state) : 0;
}

/**
 * conn_slot() - where in begin_ns a state's beginning is
 * @state: TCP_*, or anything
 *
 * Return: 0, 1 or 2.
 */
static inline unsigned int conn_slot(uint8_t state)
{
	const uint32_t slots = 1U << 2 * TCP_FIN_WAIT2 |
			       1U << 2 * TCP_CLOSING |
			       1U << 2 * TCP_LAST_ACK |
			       2U << 2 * TCP_TIME_WAIT;

	return state < 16 ? slots >> 2 * state & 3 : 0;
}

/**
 * conn_since() - when the state that an end is in began
 * @conn: the end
 * @since_ns: the time
 *
 * Return: whether it is known.
 */
static inline bool conn_since(const struct conn *conn, uint64_t *since_ns)
{
	unsigned int slot = conn_slot(conn->state);

	*since_ns = conn->begin_ns[slot];
	return conn->state && conn->flags & CONN_BEGIN(slot);
}

/**
 * conn_age() - how long an end has been in its state
 * @conn: the end
 * @now_ns: now
 *
 * Return: nanoseconds, if it was seen when the state began.
 */
static inline struct fact conn_age(const struct conn *conn, uint64_t now_ns)
{
	uint64_t since_ns;
	bool known = conn_since(conn, &since_ns);

	return fact_of(known, saturating_sub(now_ns, since_ns));
}

/**
 * conn_tw_refused() - did an end get no mini-socket for TIME_WAIT?
 * @conn: the end
 *
 * The peer's FIN had come: TIME_WAIT had no length.
 *
 * Return: true if so; false, too, if a mini-socket for FIN_WAIT2 was refused.
 */
static inline bool conn_tw_refused(const struct conn *conn)
{
	return conn->flags & CONN_REFUSED && conn->detail == TCP_TIME_WAIT;
}

/**
 * conn_was_in() - is an end known to have been in one of these states?
 * @conn: the end
 * @states: 1 << TCP_*, together
 *
 * Return: whether it is.
 */
static inline bool conn_was_in(const struct conn *conn, unsigned int states)
{
	return conn->states & states;
}

/**
 * conn_began() - when an end came into a state
 * @conn: the end
 * @state: TCP_FIN_WAIT1 or one after it
 *
 * Return: nanoseconds, if it was seen.
 */
static inline struct fact conn_began(const struct conn *conn, uint8_t state)
{
	unsigned int slot = conn_slot(state);

	return fact_of(conn_was_in(conn, conn_bit(state)) &&
			       conn->flags & CONN_BEGIN(slot),
		       conn->begin_ns[slot]);
}

/**
 * conn_ended() - when it ended in a state
 * @conn: the end
 * @state: TCP_*
 *
 * Return: nanoseconds, if it did.
 */
static inline struct fact conn_ended(const struct conn *conn, uint8_t state)
{
	return fact_of(conn->flags & CONN_ENDED && conn->old_state == state,
		       conn->touched_ns);
}

/**
 * conn_how() - how one end ended
 * @conn: the end
 *
 * Return: enum how.
 */
enum how conn_how(const struct conn *conn);

/**
 * conn_closer() - who closed first, as far as one end can tell
 * @conn: the end
 *
 * Return: enum closer.
 */
enum closer conn_closer(const struct conn *conn);

/**
 * conn_span() - how long an end was in a state
 * @conn: the end
 * @state: TCP_FIN_WAIT1 and those after it
 *
 * Return: nanoseconds; not known if it was never in it, still is, or one of the
 * state's ends was not seen.
 */
struct fact conn_span(const struct conn *conn, uint8_t state);

/**
 * conn_is_partial() - is a step of an end missing?
 * @conn: the end
 *
 * Return: true if a step that it must have made was not seen, or its end was,
 * but not why.
 */
bool conn_is_partial(const struct conn *conn);

#endif /* TRACK_CONN_H */
