// SPDX-License-Identifier: GPL-2.0
/* Records what an event tells about its end besides the state. */
#include <netinet/tcp.h>
#include <string.h>

#include "track/names.h"
#include "track/observe.h"

static void set_mark(struct conn *conn, unsigned int which, uint32_t seq)
{
	conn->mark[which] = seq;
	conn->flags |= CONN_MARK(which);
}

/* Record what only this transition shows. */
static void observe_marks(struct conn *conn, const struct tcpfin_event *ev)
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
		if (ev->snd_una == ev->snd_nxt)
			conn->flags |= CONN_QUIET;
		break;
	case TCP_CLOSING:
		conn->flags |= ev->snd_nxt == ev->write_seq ? CONN_SENT : CONN_UNSENT;
		break;
	case TCP_LAST_ACK:
		if (ev->detail == TCPFIN_LAST_ACK_ALONE)
			conn->flags |= CONN_ACK_ALONE;
		else if (ev->detail == TCPFIN_LAST_ACK_WITH_FIN)
			conn->flags |= CONN_ACK_WITH;
		break;
	}
}

/* A FIN that was queued but never sent does not count. */
static void forget_unsent_fin(struct conn *conn, const struct tcpfin_event *ev)
{
	if (!observe_is_full(ev) || !(conn->flags & CONN_FIN) ||
	    (int32_t)(ev->snd_nxt - conn->fin_seq) > 0)
		return;
	conn->flags &= ~CONN_FIN;
	conn->fin_seq = ev->snd_nxt;
}

static void observe_end(struct conn *conn, const struct tcpfin_event *ev)
{
	uint32_t tries = event_tries(ev);

	forget_unsent_fin(conn, ev);
	conn->flags |= CONN_ENDED;
	conn->reason = ev->reason;
	conn->detail = (uint8_t)ev->detail;
	conn->tries = (uint8_t)(tries < UINT8_MAX ? tries : UINT8_MAX);
	conn->err = ev->err;
	conn->old_state = ev->old_state ? ev->old_state : conn->state;
	if (ev->kind == TCPFIN_KIND_TW_REFUSED)
		conn->flags |= CONN_REFUSED;
	if (ev->flags & TCPFIN_F_RST)
		conn->flags |= CONN_RST;
	if (ev->flags & TCPFIN_F_RST_NUMBERS && !(ev->flags & TCPFIN_F_TASK)) {
		conn->rst_seq = ev->rst_seq;
		conn->rst_ack = ev->rst_ack;
		conn->flags |= CONN_RST_NUMBERS;
	}
	if (ev->flags & TCPFIN_F_FIN_ACKED)
		conn->flags |= CONN_ACK_ALONE;
	if (!observe_is_full(ev))
		return;
	conn->write_seq = ev->write_seq;
	conn->flags |= CONN_WRITE_SEQ;
	if (ev->snd_una == ev->write_seq)
		conn->flags |= CONN_ACKED;
}

static void count_up(uint16_t *count)
{
	if (*count < UINT16_MAX)
		++*count;
}

/* Record what decides whether connect() may take TIME_WAIT's port. */
static void observe_birth(struct conn *conn, const struct tcpfin_event *ev)
{
	if (ev->flags & TCPFIN_F_TIMESTAMPS)
		conn->flags |= CONN_TIMESTAMPS;
	if (ev->flags & TCPFIN_F_BOUND)
		conn->flags |= CONN_BOUND;
}

/* Until a process acts, the inode tells which process holds the socket. */
static void observe_inode(struct conn *conn, const struct tcpfin_event *ev)
{
	if (conn->flags & CONN_OWNER || !event_inode(ev))
		return;
	conn->inode = event_inode(ev);
	conn->flags |= CONN_INODE;
}

void observe_rare(struct conn *conn, const struct tcpfin_event *ev, bool ends)
{
	observe_inode(conn, ev);
	if (ev->flags & TCPFIN_F_MPTCP)
		conn->flags |= CONN_MPTCP;
	if (ev->kind == TCPFIN_KIND_STATE)
		observe_marks(conn, ev);
	else if (ev->kind == TCPFIN_KIND_TW_BIRTH)
		observe_birth(conn, ev);
	else if (ev->kind == TCPFIN_KIND_FIN_RETRANS)
		count_up(&conn->retransmitted);
	if (ev->kind == TCPFIN_KIND_TW_EXTEND && ev->flags & TCPFIN_F_FIN &&
	    ev->old_state == TCP_TIME_WAIT)
		count_up(&conn->fin_again);
	if (ends)
		observe_end(conn, ev);
}
