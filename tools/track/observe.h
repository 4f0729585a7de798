/* SPDX-License-Identifier: GPL-2.0 */
/* What an event tells of its end of a connection besides the step itself. */
#ifndef TRACK_OBSERVE_H
#define TRACK_OBSERVE_H

#include <string.h>

#include "track/conn.h"
#include "track/transition_table.h"

/**
 * struct observed_fins - what an event tells of the FINs of both ends
 * @own_known: @own is known
 * @peer_known: @peer is known
 * @own: sequence number of its own FIN
 * @peer: that of the other end's
 */
struct observed_fins {
	bool own_known;
	bool peer_known;
	uint32_t own;
	uint32_t peer;
};

/* Is it a step of a full socket, with all the sequence numbers? */
static inline bool observe_is_full(const struct tcpfin_event *ev)
{
	return ev->flags & TCPFIN_F_SNDBUF;
}

/**
 * observe_fins() - read the numbers of FINs off an event
 * @ev: the event
 * @bits: see TRANSITION_*
 *
 * A FIN takes one sequence number. Once it is queued, write_seq is one more
 * than that; once the peer's has come, rcv_nxt is. A mini-socket exists only
 * after its FIN was acknowledged, so its snd_nxt is one more, too. A mini-socket
 * that ended in an unknown sub-state has none to tell of the peer's FIN.
 *
 * Return: the numbers.
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
		fins.own_known = bits & (TRANSITION_FIN_BEFORE |
					 TRANSITION_FIN_NEXT);
		fins.own = ev->write_seq - !(bits & TRANSITION_FIN_NEXT);
	}
	if (bits & TRANSITION_RARE && ev->kind == TCPFIN_KIND_TW_REFUSED)
		fins.peer_known = ev->detail == TCP_TIME_WAIT;
	return fins;
}

/* There is no way back, nor from closing first to closing second. */
static inline bool observe_is_no_way(const struct conn *conn, uint32_t bits)
{
	return (bits & TRANSITION_NOT_FIRST && conn->states & CLOSES_FIRST) ||
	       (bits & TRANSITION_NOT_SECOND && conn->states & CLOSES_SECOND);
}

/**
 * observe_is_another() - does the event belong to another connection?
 * @conn: an end
 * @ev: an event of the same socket
 * @bits: see TRANSITION_*
 * @fins: see observe_fins()
 *
 * A socket that is disconnected and connected again keeps its cookie, but not
 * its sequence numbers, and it begins anew.
 *
 * Return: true if it does.
 */
static inline bool observe_is_another(const struct conn *conn,
				      const struct tcpfin_event *ev,
				      uint32_t bits,
				      const struct observed_fins *fins)
{
	if (conn->flags & CONN_FIN && fins->own_known &&
	    fins->own != conn->fin_seq)
		return true;
	if (conn->flags & CONN_PEER_FIN && fins->peer_known &&
	    fins->peer != conn->peer_fin_seq)
		return true;
	return ev->time_ns > conn->touched_ns && observe_is_no_way(conn, bits);
}

/**
 * observe_event() - take from an event its numbers, its owner, and its end
 * @conn: the end, with its state as it was before the event
 * @ev: the event
 * @bits: see TRANSITION_*
 * @fins: see observe_fins()
 * @is_late: it is older than another one
 * @ends: it is the end's last one
 */
void observe_event(struct conn *conn, const struct tcpfin_event *ev,
		   uint32_t bits, const struct observed_fins *fins,
		   bool is_late, bool ends);

#endif /* TRACK_OBSERVE_H */
