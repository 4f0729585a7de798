/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One end of a connection: its recorded state, and what follows from it alone.
 */
#ifndef TRACK_CONN_H
#define TRACK_CONN_H

#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "module/tcpfin.h"
#include "util/basics.h"

/* States of an active closer, of a passive closer, and of both */
#define ACTIVE_CLOSE	(BIT(TCP_FIN_WAIT1) | BIT(TCP_FIN_WAIT2) | \
			 BIT(TCP_CLOSING) | BIT(TCP_TIME_WAIT))
#define PASSIVE_CLOSE	(BIT(TCP_CLOSE_WAIT) | BIT(TCP_LAST_ACK))
#define TEARDOWN_STATES	(ACTIVE_CLOSE | PASSIVE_CLOSE)

/* Number of values of enum closer, and of enum how */
#define CLOSERS		(CLOSER_NONE + 1)
#define HOWS		(HOW_ERROR + 1)

/* Index that stands for "no end": no peer, or the end of a list. */
#define NO_CONN		UINT32_MAX

/* conn.flags */
#define CONN_BEGIN(slot)	(0x01U << (slot))	/* begin_ns[] known */
#define CONN_MINI	0x0008	/* a mini-socket replaced the full socket */
#define CONN_BIRTH	0x0010	/* mini_ns is known */
#define CONN_OWNER	0x0020	/* pid and comm are known */
#define CONN_UID		0x0040	/* uid and cgroup are known */
#define CONN_FIN		0x0080	/* fin_seq is known */
#define CONN_PEER_FIN	0x0100	/* peer_fin_seq is known */
#define CONN_MARK(which)	(0x0200U << (which))	/* mark[] is known */
#define CONN_UNSENT	0x0800	/* in CLOSING: our FIN was still unsent */
#define CONN_SENT	0x1000	/* in CLOSING: our FIN had been sent */
#define CONN_ACK_ALONE	0x2000	/* the peer's FIN was ACKed first */
#define CONN_ACK_WITH	0x4000	/* our FIN ACKed the peer's FIN */
#define CONN_ORPHAN	0x8000	/* no process holds the socket */
#define CONN_RST		0x10000	/* a RST was sent when the end ended */
#define CONN_ACKED	0x20000	/* all data and the FIN were acknowledged */
#define CONN_ENDED	0x40000	/* the end has ended */
#define CONN_LOST	0x80000	/* events were lost during its lifetime */
#define CONN_REFUSED	0x100000 /* the kernel refused the mini-socket */
#define CONN_INODE	0x200000 /* inode is known */
#define CONN_MPTCP	0x400000 /* a subflow of MPTCP */
#define CONN_TIMESTAMPS	0x800000 /* TIME_WAIT: the peer uses timestamps */
#define CONN_BOUND	0x1000000 /* TIME_WAIT: bind() chose the local port */
#define CONN_RST_NUMBERS	0x2000000 /* rst_seq and rst_ack are known */
/* nothing sent was unacknowledged when the peer's FIN came to CLOSE_WAIT */
#define CONN_QUIET	0x4000000
#define CONN_WRITE_SEQ	0x8000000 /* write_seq is known */
#define CONN_SHOWN	0x10000000 /* see pairing_early_fn */
#define CONN_INDEXED	0x20000000 /* is in the index of FINs, see pairing.c */
#define CONN_TRANSLATED	0x40000000 /* the peer has other addresses or ports */
#define CONN_AMBIGUOUS	0x80000000 /* several ends could be the translated peer: none is taken */

/* One end of a connection */
struct conn {
	/* socket cookie; @host, @netns and @cookie identify the end */
	uint64_t cookie;
	uint64_t cgroup;	/* see struct tcpfin_event */
	/*
	 * when states began, in one slot each, see conn_slot(): FIN_WAIT1 or
	 * CLOSE_WAIT (before them, the current state); FIN_WAIT2, CLOSING or
	 * LAST_ACK; TIME_WAIT
	 */
	uint64_t begin_ns[3];
	uint64_t mini_ns;	/* when the mini-socket was created */
	/* time of the latest event; of the last one once the end has ended */
	uint64_t touched_ns;
	uint8_t laddr[16];	/* local address as in the event */
	uint8_t raddr[16];	/* remote address */
	/* name of the owning process: any bytes, not always NUL-terminated */
	char comm[16];
	uint32_t netns;		/* see struct tcpfin_event */
	union {
		uint32_t pid;	/* last process to act on the full socket */
		uint32_t inode;	/* with CONN_INODE instead: the socket's inode */
	};
	uint32_t uid;		/* the socket's uid */
	uint32_t ifindex;	/* see struct tcpfin_event */
	uint32_t older;		/* list by age and hash chains, private to conn_table */
	uint32_t newer;
	uint32_t next_by_id;
	uint32_t next_by_ends;
	uint32_t peer;	/* index of the other end, NO_CONN if it was not seen */
	/* number of our FIN; without CONN_FIN the latest SND.NXT */
	uint32_t fin_seq;
	/* number of the peer's; without CONN_PEER_FIN RCV.NXT */
	uint32_t peer_fin_seq;
	uint32_t una;		/* SND.UNA at the latest event */
	/*
	 * active closer: RCV.NXT when the FIN was queued, and when the FIN was
	 * acknowledged. Passive closer: SND.NXT, and the end of the data that
	 * the process had written, when the peer's FIN came
	 */
	uint32_t mark[2];
	union {
		uint32_t rst_seq; /* number of the RST that ended the mini-socket */
		uint32_t write_seq; /* of a full socket that ended, see the event */
	};
	uint32_t rst_ack;	/* its acknowledgment number, 0 if it has none */
	uint32_t flags;		/* CONN_* */
	uint16_t lport;		/* local port */
	uint16_t rport;		/* remote port */
	uint16_t retransmitted;	/* repeated FINs sent; this and the next two saturate */
	uint16_t fin_again;	/* repeated FINs received in TIME_WAIT */
	uint16_t extended;	/* how often TIME_WAIT was restarted */
	uint16_t states;	/* the end was seen in, BIT(TCP_*) */
	uint8_t err;		/* error at the end, see struct tcpfin_event */
	uint8_t tries;		/* before a time-out, 0 if unknown; saturates */
	uint8_t detail;		/* detail at the end, without tries */
	uint8_t reason;		/* enum tcpfin_reason of the end */
	uint8_t old_state;	/* state in which the end ended, 0 if unknown */
	uint8_t state;		/* state after the latest event, 0 if unknown */
	uint8_t family;		/* address family as in the event */
	uint8_t host;		/* see struct item */
};

/* With its share of the hash tables' heads an end takes at most 208 bytes. */
_Static_assert(sizeof(struct conn) <= 192, "a connection is compact");

/* A process that held a socket on which none acted */
struct holder {
	uint32_t pid;
	char comm[16];	/* its name: any bytes, not always NUL-terminated */
};

/* Which FIN came first, as one end saw it */
enum closer {
	CLOSER_UNKNOWN,	/* not known */
	CLOSER_LOCAL,	/* this end closed first */
	CLOSER_REMOTE,	/* the peer closed first */
	/* both FINs were sent before either arrived (RFC 9293 3.6) */
	CLOSER_BOTH,
	CLOSER_NONE,	/* there was no FIN */
};

/* How a connection, or one end of it, ended */
enum how {
	HOW_UNKNOWN,		/* not known */
	HOW_OPEN,		/* not ended yet */
	/* FINs were exchanged, the passive closer's was ACKed */
	HOW_FIN,
	HOW_RST_SENT,		/* this end sent a RST */
	HOW_RST_RCVD,		/* this end received a RST */
	HOW_TIMEOUT,		/* retransmissions or probes were given up */
	HOW_FW2_TIMEOUT,	/* the peer's FIN did not come in time */
	HOW_KILLED,		/* tcp_abort(), which "ss -K" calls */
	HOW_NETNS,		/* the network namespace was removed */
	/* no mini-socket could be allocated to wait for the peer's FIN */
	HOW_REFUSED,
	/* this end gave up, and no RST is known to have been sent */
	HOW_ABORTED,
	HOW_TAKEN,	/* a new connection or a proxy rule took the ports */
	HOW_ERROR,		/* another error */
};

/* A number that may be unknown */
struct optional {
	bool known;	/* @value is known */
	uint64_t value;	/* the number, 0 if unknown */
};

/* Return a number that may be unknown; @value counts only if @known. */
static inline struct optional optional_of(bool known, uint64_t value)
{
	struct optional number = { known, known ? value : 0 };

	return number;
}

/* Return the time from one moment to another, in ns, if both are known. */
static inline struct optional optional_between(struct optional from, struct optional to)
{
	return optional_of(from.known && to.known, saturating_sub(to.value, from.value));
}

/* Set addresses and ports to those of an event. */
static inline void conn_set_ends(struct conn *conn, const struct tcpfin_event *ev)
{
	memcpy(conn->laddr, ev->laddr, sizeof(conn->laddr));
	memcpy(conn->raddr, ev->raddr, sizeof(conn->raddr));
	conn->lport = ev->lport;
	conn->rport = ev->rport;
	conn->family = ev->family;
	conn->ifindex = ev->ifindex;
}

/* Have two ends each other's addresses and ports? */
static inline bool conn_is_reversed(const struct conn *a, const struct conn *b)
{
	return a->lport == b->rport && a->rport == b->lport && a->family == b->family &&
	       !memcmp(a->laddr, b->raddr, sizeof(a->laddr)) &&
	       !memcmp(a->raddr, b->laddr, sizeof(a->raddr));
}

/* Is the socket connected to itself, so that there is only one end? */
static inline bool conn_is_self(const struct conn *conn)
{
	return conn_is_reversed(conn, conn);
}

/* Return BIT(state), or 0 if @state is not a TCP state. */
static inline unsigned int conn_bit(uint8_t state)
{
	return state < 16 ? BIT(state) : 0;
}

/* The index in begin_ns of a state (TCP_* or any number), see conn_slot() */
extern const uint8_t conn_slots[256];

static inline unsigned int conn_slot(uint8_t state)
{
	return conn_slots[state];
}

/* Get the time when the current state began. Return whether it is known. */
static inline bool conn_since(const struct conn *conn, uint64_t *since_ns)
{
	unsigned int slot = conn_slot(conn->state);

	*since_ns = conn->begin_ns[slot];
	return conn->state && conn->flags & CONN_BEGIN(slot);
}

/* Return how long the end has been in its state, in ns, if that was seen. */
static inline struct optional conn_age(const struct conn *conn, uint64_t now_ns)
{
	uint64_t since_ns;
	bool known = conn_since(conn, &since_ns);

	return optional_of(known, saturating_sub(now_ns, since_ns));
}

/* Was the mini-socket refused after the peer's FIN (no TIME_WAIT)? */
static inline bool conn_tw_refused(const struct conn *conn)
{
	return conn->flags & CONN_REFUSED && conn->detail == TCP_TIME_WAIT;
}

/* Was the last event of an end seen, so that its numbers are final? */
static inline bool conn_is_final(const struct conn *conn)
{
	return conn->flags & CONN_ENDED && conn->old_state;
}

/* Is the end known to have been in one of these states (BIT(TCP_*))? */
static inline bool conn_was_in(const struct conn *conn, unsigned int states)
{
	return conn->states & states;
}

/* Return when a state from FIN_WAIT1 on began, in ns, if that was seen. */
static inline struct optional conn_began(const struct conn *conn, uint8_t state)
{
	unsigned int slot = conn_slot(state);

	return optional_of(conn_was_in(conn, conn_bit(state)) &&
			   conn->flags & CONN_BEGIN(slot),
			   conn->begin_ns[slot]);
}

/* Return when the end ended, in ns, if it ended in @state. */
static inline struct optional conn_ended(const struct conn *conn, uint8_t state)
{
	return optional_of(conn->flags & CONN_ENDED && conn->old_state == state,
			   conn->touched_ns);
}

/* Return the sequence number after the last byte that the process wrote, if known. */
struct optional conn_written(const struct conn *conn);

/* Return how many bytes were written, and not acknowledged when the end ended. */
struct optional conn_unacknowledged(const struct conn *conn);

/* Return how many bytes were written, and never sent before the end ended. */
struct optional conn_unsent(const struct conn *conn);

/*
 * Return how many bytes this end wrote that @peer had not received when both had
 * ended, if that is known.
 */
struct optional conn_undelivered(const struct conn *conn, const struct conn *peer);

/* Return how this end ended. */
enum how conn_how(const struct conn *conn);

/* Return who closed first, as far as this end can tell. */
enum closer conn_closer(const struct conn *conn);

/*
 * Return the nanoseconds spent in a state from FIN_WAIT1 on: unknown if the end
 * never was in the state, still is, or entered or left the state unseen.
 */
struct optional conn_span(const struct conn *conn, uint8_t state);

/* Is a necessary transition missing, or the reason of the end? */
bool conn_is_partial(const struct conn *conn);

#endif /* TRACK_CONN_H */
