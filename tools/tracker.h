/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tracker: events in, and for each of them what is known about its end of
 * a connection from the events before.
 *
 * An end is known by host, network namespace and cookie. What was not seen is
 * not known and is never guessed.
 */
#ifndef TCPFIN_TRACKER_H
#define TCPFIN_TRACKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source.h"
#include "tcpfin.h"

/* A million connections with both ends here, and some room. */
#define TCPFIN_TRACKED_MAX	((1U << 21) - 1)

/* Where there is no other end, and where a list ends. */
#define TCPFIN_NO_CONN		UINT32_MAX

/* tcpfin_conn.flags */
#define TCPFIN_CONN_BEGIN(step)	(0x01U << (step))	/* begin_ns[step] is known */
#define TCPFIN_CONN_MINI	0x0008	/* a mini-socket has taken over */
#define TCPFIN_CONN_BIRTH	0x0010	/* mini_ns is known */
#define TCPFIN_CONN_OWNER	0x0020	/* pid and comm are known */
#define TCPFIN_CONN_UID		0x0040	/* uid and cgroup are known */
#define TCPFIN_CONN_FIN		0x0080	/* fin_seq is known */
#define TCPFIN_CONN_PEER_FIN	0x0100	/* peer_fin_seq is known */
#define TCPFIN_CONN_MARK(which)	(0x0200U << (which))	/* mark[which] is known */
#define TCPFIN_CONN_UNSENT	0x0800	/* the peer's FIN came before ours left */
#define TCPFIN_CONN_SENT	0x1000	/* the peer's FIN came after ours left */
#define TCPFIN_CONN_ACK_ALONE	0x2000	/* wave 2 left before wave 3 */
#define TCPFIN_CONN_ACK_WITH	0x4000	/* wave 3 took wave 2 along */
#define TCPFIN_CONN_ORPHAN	0x8000	/* no process held it at its latest step */
#define TCPFIN_CONN_RST		0x10000	/* a RST went out with its end */
#define TCPFIN_CONN_ACKED	0x20000	/* all it sent was acknowledged, FIN too */
#define TCPFIN_CONN_ENDED	0x40000	/* it is over */
#define TCPFIN_CONN_LOST	0x80000	/* events were lost in its time */
#define TCPFIN_CONN_REFUSED	0x100000 /* its mini-socket was refused */

/**
 * struct tcpfin_conn - one end of a connection
 * @cookie: with @netns and @host its identity
 * @cgroup: see struct tcpfin_event
 * @begin_ns: when its states began; they come in this order, see
 *	tcpfin_conn_slot(): FIN_WAIT1 or CLOSE_WAIT (before that, whatever it
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
 * @peer: the other end, TCPFIN_NO_CONN if it was not seen
 * @fin_seq: sequence number of its own FIN. Without TCPFIN_CONN_FIN its SND.NXT
 *	at the latest event
 * @peer_fin_seq: that of the other end's FIN. Without TCPFIN_CONN_PEER_FIN its
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
 * @flags: TCPFIN_CONN_*
 * @err: at the end, see struct tcpfin_event
 * @detail: at the end, likewise
 * @reason: at the end, enum tcpfin_reason
 * @old_state: the state in which it ended, 0 if it is not known
 * @state: as the latest event left it, 0 if it is not known
 * @family: as in the event
 * @host: see struct tcpfin_item
 */
struct tcpfin_conn {
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
_Static_assert(sizeof(struct tcpfin_conn) <= 184, "a connection is compact");

/**
 * struct tcpfin_step - what the tracker adds to an event
 * @conn: the end after the event; valid until the next one, also when the event
 *	was its last
 * @span_ns: time in the old state
 * @mini_ns: time since the mini-socket's birth
 * @span_known: @span_ns is known
 * @mini_known: @mini_ns is known
 * @time_wait_over: a wait in TIME_WAIT ended; @span_ns is how long it was
 * @ended: the event was the end's last one
 */
struct tcpfin_step {
	struct tcpfin_conn *conn;
	uint64_t span_ns;
	uint64_t mini_ns;
	bool span_known;
	bool mini_known;
	bool time_wait_over;
	bool ended;
};

struct tcpfin_tracker;

/**
 * struct tcpfin_keeper - who keeps ends that are over, to make pairs of them
 * @leave: an end is about to be forgotten: the limit is reached, or its identity
 *	is used again
 * @data: for @leave
 */
struct tcpfin_keeper {
	void (*leave)(void *data, struct tcpfin_conn *conn);
	void *data;
};

/**
 * tcpfin_tracker_new() - make a tracker
 * @limit: ends that it follows at once, 1 to TCPFIN_TRACKED_MAX; beyond that the
 *	one that was quiet for longest is forgotten and counted
 * @keeper: with one, ends stay until tcpfin_tracker_remove(); or NULL
 *
 * Return: the tracker, or NULL without memory.
 */
struct tcpfin_tracker *tcpfin_tracker_new(uint32_t limit,
					  const struct tcpfin_keeper *keeper);

/**
 * tcpfin_tracker_free() - undo tcpfin_tracker_new()
 * @t: the tracker, or NULL
 */
void tcpfin_tracker_free(struct tcpfin_tracker *t);

/**
 * tcpfin_tracker_event() - take an event in
 * @t: the tracker
 * @host: see struct tcpfin_item
 * @ev: the event
 * @step: what is known about it
 */
void tcpfin_tracker_event(struct tcpfin_tracker *t, uint8_t host,
			  const struct tcpfin_event *ev,
			  struct tcpfin_step *step);

/**
 * tcpfin_is_full_step() - is an event one of a full socket?
 * @ev: the event
 *
 * Return: true if so.
 */
static inline bool tcpfin_is_full_step(const struct tcpfin_event *ev)
{
	return ev->kind == TCPFIN_KIND_STATE ||
	       ev->kind == TCPFIN_KIND_FIN_RETRANS;
}

/**
 * tcpfin_tracker_gap() - events were lost
 * @t: the tracker
 * @item: of type LOST or MISSED
 *
 * Ends that had no event since are uncertain: they may be over. Calls about
 * full sockets that were missed are nothing to mini-sockets, and the other way
 * round.
 */
void tcpfin_tracker_gap(struct tcpfin_tracker *t,
			const struct tcpfin_item *item);

/**
 * tcpfin_tracker_is_uncertain() - may this end have changed unseen?
 * @t: the tracker
 * @conn: one of its ends
 *
 * Return: true if events were lost since its latest one.
 */
bool tcpfin_tracker_is_uncertain(const struct tcpfin_tracker *t,
				 const struct tcpfin_conn *conn);

/**
 * tcpfin_tracker_find() - look an end up
 * @t: the tracker
 * @host: see struct tcpfin_item
 * @netns: its network namespace
 * @cookie: its cookie
 *
 * Return: the end, or NULL if it is not followed.
 */
struct tcpfin_conn *tcpfin_tracker_find(const struct tcpfin_tracker *t,
					uint8_t host, uint32_t netns,
					uint64_t cookie);

/**
 * tcpfin_tracker_first() - the end that was quiet for longest
 * @t: the tracker
 *
 * Return: the end, or NULL if there is none.
 */
struct tcpfin_conn *tcpfin_tracker_first(const struct tcpfin_tracker *t);

/**
 * tcpfin_tracker_after() - the next one, see tcpfin_tracker_first()
 * @t: the tracker
 * @conn: one of its ends
 *
 * Return: the end, or NULL if it was the last.
 */
struct tcpfin_conn *tcpfin_tracker_after(const struct tcpfin_tracker *t,
					 const struct tcpfin_conn *conn);

/**
 * tcpfin_tracker_peer() - the other end of a connection
 * @t: the tracker
 * @conn: one of its ends
 *
 * Return: what tcpfin_tracker_pair() found, or NULL.
 */
struct tcpfin_conn *tcpfin_tracker_peer(const struct tcpfin_tracker *t,
					const struct tcpfin_conn *conn);

/**
 * tcpfin_tracker_pair() - look for the other end of a connection, and keep it
 * @t: the tracker, with a keeper
 * @conn: an end
 *
 * The addresses have to be the same, and so have the sequence numbers of FINs.
 *
 * Return: what was taken for the other end so far, and turned out to be that of
 * another connection; or NULL.
 */
struct tcpfin_conn *tcpfin_tracker_pair(struct tcpfin_tracker *t, struct tcpfin_conn *conn);

/**
 * tcpfin_tracker_remove() - forget an end
 * @t: the tracker, with a keeper
 * @conn: the end; its fields can be read until the next event
 */
void tcpfin_tracker_remove(struct tcpfin_tracker *t, struct tcpfin_conn *conn);

/**
 * tcpfin_tracker_has() - is this place still an end's?
 * @t: the tracker
 * @conn: what was one of its ends once
 *
 * Return: false if it was removed, and no other end has taken its place since.
 */
bool tcpfin_tracker_has(const struct tcpfin_tracker *t,
			const struct tcpfin_conn *conn);

/**
 * tcpfin_tracker_evicted() - ends forgotten because of the limit
 * @t: the tracker
 *
 * Return: how many.
 */
uint64_t tcpfin_tracker_evicted(const struct tcpfin_tracker *t);

#endif /* TCPFIN_TRACKER_H */
