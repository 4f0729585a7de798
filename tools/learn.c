// SPDX-License-Identifier: GPL-2.0
/*
 * What an event tells of its end of a connection besides the step itself.
 *
 * A FIN takes one sequence number. Once it is queued, write_seq is one more
 * than that; once the peer's has come, rcv_nxt is. A mini-socket exists only
 * after its FIN was acknowledged, so its snd_nxt is one more, too.
 */
#include <netinet/tcp.h>
#include <string.h>

#include "learn.h"

#define BIT(state)	(1U << (state))

/* States with a FIN of our own in the queue or beyond. */
#define FIN_QUEUED	(BIT(TCP_FIN_WAIT1) | BIT(TCP_FIN_WAIT2) | \
			 BIT(TCP_CLOSING) | BIT(TCP_LAST_ACK))
/* States after the peer's FIN came. */
#define PEER_CLOSED	(BIT(TCP_CLOSE_WAIT) | BIT(TCP_LAST_ACK) | \
			 BIT(TCP_CLOSING) | BIT(TCP_TIME_WAIT))

static bool is_in(uint8_t state, unsigned int states)
{
	return state < 16 && BIT(state) & states;
}

/* Is it a step of a full socket, with all the sequence numbers? */
static bool is_full(const struct tcpfin_event *ev)
{
	return ev->flags & TCPFIN_F_SNDBUF;
}

/*
 * An end of a mini-socket without a sub-state has none to tell of the peer's
 * FIN, but a mini-socket's FIN is known all the same.
 */
static bool own_fin(const struct tcpfin_event *ev, uint32_t *seq)
{
	if (!is_full(ev)) {
		*seq = ev->snd_nxt - 1;
		return true;
	}
	if (ev->kind == TCPFIN_KIND_STATE &&
	    !is_in(ev->old_state, FIN_QUEUED)) {
		*seq = ev->write_seq;
		return ev->new_state == TCP_FIN_WAIT1 ||
		       ev->new_state == TCP_LAST_ACK;
	}
	*seq = ev->write_seq - 1;
	return true;
}

static bool peer_fin(const struct tcpfin_event *ev, uint32_t *seq)
{
	*seq = ev->rcv_nxt - 1;
	if (ev->kind == TCPFIN_KIND_TW_REFUSED)
		return ev->detail == TCP_TIME_WAIT;
	return is_in(ev->old_state, PEER_CLOSED) ||
	       is_in(ev->new_state, PEER_CLOSED);
}

/* There is no way back, nor from closing first to closing second. */
static bool is_no_way(const struct tcpfin_conn *conn,
		      const struct tcpfin_event *ev)
{
	const unsigned int first = BIT(TCP_FIN_WAIT1) | BIT(TCP_FIN_WAIT2) |
				   BIT(TCP_CLOSING) | BIT(TCP_TIME_WAIT);
	const unsigned int second = BIT(TCP_CLOSE_WAIT) | BIT(TCP_LAST_ACK);
	unsigned int was = conn->states;

	if (!ev->old_state || ev->time_ns <= conn->touched_ns)
		return false;
	return (was & first && !is_in(ev->old_state, first)) ||
	       (was & second && !is_in(ev->old_state, second));
}

bool tcpfin_learn_is_another(const struct tcpfin_conn *conn,
			     const struct tcpfin_event *ev)
{
	uint32_t seq;

	return is_no_way(conn, ev) ||
	       (conn->flags & TCPFIN_CONN_FIN && own_fin(ev, &seq) &&
		seq != conn->fin_seq) ||
	       (conn->flags & TCPFIN_CONN_PEER_FIN && peer_fin(ev, &seq) &&
		seq != conn->peer_fin_seq);
}

static void learn_fins(struct tcpfin_conn *conn, const struct tcpfin_event *ev)
{
	bool is_latest = ev->time_ns >= conn->touched_ns;
	uint32_t seq;

	/* All that a mini-socket has sent was acknowledged. */
	if (is_latest)
		conn->una = is_full(ev) ? ev->snd_una : ev->snd_nxt;
	if (own_fin(ev, &seq)) {
		conn->fin_seq = seq;
		conn->flags |= TCPFIN_CONN_FIN;
	} else if (is_latest && !(conn->flags & TCPFIN_CONN_FIN)) {
		conn->fin_seq = ev->snd_nxt;
	}
	if (peer_fin(ev, &seq)) {
		conn->peer_fin_seq = seq;
		conn->flags |= TCPFIN_CONN_PEER_FIN;
	} else if (is_latest && !(conn->flags & TCPFIN_CONN_PEER_FIN)) {
		conn->peer_fin_seq = ev->rcv_nxt;
	}
}

static void set_mark(struct tcpfin_conn *conn, unsigned int which, uint32_t seq)
{
	conn->mark[which] = seq;
	conn->flags |= TCPFIN_CONN_MARK(which);
}

/* What holds at this step only. */
static void learn_marks(struct tcpfin_conn *conn, const struct tcpfin_event *ev)
{
	switch (ev->new_state) {
	case TCP_FIN_WAIT1:
		set_mark(conn, 0, ev->rcv_nxt);
		break;
	case TCP_FIN_WAIT2:
		set_mark(conn, 1, ev->rcv_nxt);
		break;
	case TCP_CLOSE_WAIT:
		set_mark(conn, 0, ev->snd_nxt);
		set_mark(conn, 1, ev->write_seq);
		break;
	case TCP_CLOSING:
		conn->flags |= ev->snd_nxt == ev->write_seq ?
			       TCPFIN_CONN_SENT : TCPFIN_CONN_UNSENT;
		break;
	case TCP_LAST_ACK:
		if (ev->detail == TCPFIN_LAST_ACK_ALONE)
			conn->flags |= TCPFIN_CONN_ACK_ALONE;
		else if (ev->detail == TCPFIN_LAST_ACK_WITH_FIN)
			conn->flags |= TCPFIN_CONN_ACK_WITH;
		break;
	}
}

/*
 * Who acts on a full socket is its owner, but for the one who kills it; who
 * acts on a mini-socket is somebody else (a connect() that takes the ports).
 */
static void learn_owner(struct tcpfin_conn *conn, const struct tcpfin_event *ev)
{
	if (ev->flags & TCPFIN_F_OWNER) {
		conn->uid = ev->uid;
		conn->cgroup = ev->cgroup;
		conn->flags |= TCPFIN_CONN_UID;
	}
	if (ev->flags & TCPFIN_F_ORPHAN)
		conn->flags |= TCPFIN_CONN_ORPHAN;
	if (!(ev->flags & TCPFIN_F_TASK) || !is_full(ev) ||
	    ev->reason == TCPFIN_REASON_KILLED ||
	    ev->reason == TCPFIN_REASON_NETNS)
		return;
	conn->pid = ev->pid;
	memcpy(conn->comm, ev->comm, sizeof(conn->comm));
	conn->flags |= TCPFIN_CONN_OWNER;
}

/* A FIN that waited for its turn, and never left, is none. */
static void forget_unsent_fin(struct tcpfin_conn *conn,
			      const struct tcpfin_event *ev)
{
	if (!is_full(ev) || !(conn->flags & TCPFIN_CONN_FIN) ||
	    (int32_t)(ev->snd_nxt - conn->fin_seq) > 0)
		return;
	conn->flags &= ~TCPFIN_CONN_FIN;
	conn->fin_seq = ev->snd_nxt;
}

static void learn_end(struct tcpfin_conn *conn, const struct tcpfin_event *ev)
{
	forget_unsent_fin(conn, ev);
	conn->flags |= TCPFIN_CONN_ENDED;
	conn->reason = ev->reason;
	conn->detail = (uint8_t)ev->detail;
	conn->err = ev->err;
	conn->old_state = ev->old_state ? ev->old_state : conn->state;
	if (ev->kind == TCPFIN_KIND_TW_REFUSED)
		conn->flags |= TCPFIN_CONN_REFUSED;
	if (ev->flags & TCPFIN_F_RST)
		conn->flags |= TCPFIN_CONN_RST;
	if (is_full(ev) && ev->snd_una == ev->write_seq)
		conn->flags |= TCPFIN_CONN_ACKED;
}

static void count_up(uint16_t *count)
{
	if (*count < UINT16_MAX)
		++*count;
}

void tcpfin_learn(struct tcpfin_conn *conn, const struct tcpfin_event *ev,
		  bool ends)
{
	learn_owner(conn, ev);
	if (!conn->cookie)
		return;
	learn_fins(conn, ev);
	if (ev->kind == TCPFIN_KIND_STATE)
		learn_marks(conn, ev);
	else if (ev->kind == TCPFIN_KIND_FIN_RETRANS)
		count_up(&conn->retransmitted);
	if (ev->kind == TCPFIN_KIND_TW_EXTEND && ev->flags & TCPFIN_F_FIN &&
	    ev->old_state == TCP_TIME_WAIT)
		count_up(&conn->fin_again);
	if (ends)
		learn_end(conn, ev);
}
