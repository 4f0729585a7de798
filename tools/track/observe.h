/* SPDX-License-Identifier: GPL-2.0 */
/* What an event tells about its end besides the state: FINs, owner, reason. */
#ifndef TRACK_OBSERVE_H
#define TRACK_OBSERVE_H

#include <string.h>

#include "track/conn.h"
#include "track/transition_table.h"

/* Sequence numbers of both FINs, as an event tells them */
struct observed_fins {
	bool own_known;		/* @own is known */
	bool peer_known;	/* @peer is known */
	uint32_t own;		/* sequence number of this end's FIN */
	uint32_t peer;		/* sequence number of the peer's FIN */
};

/* Is this an event of a full socket, which has all sequence numbers? */
static inline bool observe_is_full(const struct tcpfin_event *ev)
{
	return ev->flags & TCPFIN_F_SNDBUF;
}

/*
 * Derive the FINs' sequence numbers from an event.
 *
 * A FIN takes one sequence number. Once it is queued, write_seq is one more
 * than its number; once the peer's FIN has arrived, rcv_nxt is. A mini-socket
 * exists only after its FIN was acknowledged, so its snd_nxt is one more, too.
 * A mini-socket that ended in an unknown sub-state does not tell the peer's
 * FIN.
 */
static inline struct observed_fins observe_fins(const struct tcpfin_event *ev,
						uint32_t bits)
{
	struct observed_fins fins = {
		.own_known = true, .own = ev->snd_nxt - 1,
		.peer_known = bits & TRANSITION_PEER_FIN,
		.peer = ev->rcv_nxt - 1,
	};

	if (observe_is_full(ev)) {
		fins.own_known = bits & (TRANSITION_FIN_BEFORE | TRANSITION_FIN_NEXT);
		fins.own = ev->write_seq - !(bits & TRANSITION_FIN_NEXT);
	}
	if (bits & TRANSITION_RARE && ev->kind == TCPFIN_KIND_TW_REFUSED)
		fins.peer_known = ev->detail == TCP_TIME_WAIT;
	return fins;
}

/* A teardown never goes back, and an end stays active or passive closer. */
static inline bool observe_goes_back(const struct conn *conn, uint32_t bits)
{
	return (bits & TRANSITION_NOT_ACTIVE && conn->states & ACTIVE_CLOSE) ||
	       (bits & TRANSITION_NOT_PASSIVE && conn->states & PASSIVE_CLOSE);
}

/*
 * Does the event belong to a later connection of the same socket? A socket that
 * is disconnected and connected again keeps its cookie, but gets new sequence
 * numbers and starts again from the first state.
 */
static inline bool observe_is_another(const struct conn *conn,
				      const struct tcpfin_event *ev, uint32_t bits,
				      const struct observed_fins *fins)
{
	if (conn->flags & CONN_FIN && fins->own_known && fins->own != conn->fin_seq)
		return true;
	if (conn->flags & CONN_PEER_FIN && fins->peer_known &&
	    fins->peer != conn->peer_fin_seq)
		return true;
	return ev->time_ns > conn->touched_ns && observe_goes_back(conn, bits);
}

/* Record what only some kinds of events tell. */
void observe_rare(struct conn *conn, const struct tcpfin_event *ev, bool ends);

static inline void observe_numbers(struct conn *conn, const struct tcpfin_event *ev,
				   const struct observed_fins *fins, bool is_late)
{
	/* Everything a mini-socket has sent was acknowledged. */
	if (!is_late)
		conn->una = observe_is_full(ev) ? ev->snd_una : ev->snd_nxt;
	if (fins->own_known) {
		conn->fin_seq = fins->own;
		conn->flags |= CONN_FIN;
	} else if (!is_late && !(conn->flags & CONN_FIN)) {
		conn->fin_seq = ev->snd_nxt;
	}
	if (fins->peer_known) {
		conn->peer_fin_seq = fins->peer;
		conn->flags |= CONN_PEER_FIN;
	} else if (!is_late && !(conn->flags & CONN_PEER_FIN)) {
		conn->peer_fin_seq = ev->rcv_nxt;
	}
}

/*
 * The process that acts on a full socket is its owner, unless it kills the
 * socket. The process that acts on a mini-socket is another one, such as a
 * connect() that takes the ports.
 */
static inline void observe_owner(struct conn *conn, const struct tcpfin_event *ev)
{
	if (ev->flags & TCPFIN_F_OWNER) {
		conn->uid = ev->uid;
		conn->cgroup = ev->cgroup;
		conn->flags |= CONN_UID;
	}
	if (ev->flags & TCPFIN_F_ORPHAN)
		conn->flags |= CONN_ORPHAN;
	if (!(ev->flags & TCPFIN_F_TASK) || !observe_is_full(ev) ||
	    ev->reason == TCPFIN_REASON_KILLED || ev->reason == TCPFIN_REASON_NETNS)
		return;
	conn->pid = ev->pid;
	memcpy(conn->comm, ev->comm, sizeof(conn->comm));
	conn->flags = (conn->flags & ~CONN_INODE) | CONN_OWNER;
}

/*
 * Record an event's sequence numbers, owner and reason. @conn is still in the
 * state before the event; @bits is from transition_bits(), @fins from
 * observe_fins(). @is_late: a newer event was already applied; @ends: this is
 * the last event of the end.
 */
static inline void observe_event(struct conn *conn, const struct tcpfin_event *ev,
				 uint32_t bits, const struct observed_fins *fins,
				 bool is_late, bool ends)
{
	observe_owner(conn, ev);
	/* Without a cookie the socket cannot be tracked. */
	if (!conn->cookie)
		return;
	observe_numbers(conn, ev, fins, is_late);
	if (ends || bits & (TRANSITION_STATE | TRANSITION_RARE | TRANSITION_BIRTH))
		observe_rare(conn, ev, ends);
}

#endif /* TRACK_OBSERVE_H */
