// SPDX-License-Identifier: GPL-2.0
/* What one end of a connection tells by itself. */
#include <netinet/tcp.h>

#include "track/conn.h"

#define BIT(state)	(1U << (state))

enum tcpfin_closer tcpfin_conn_closer(const struct tcpfin_conn *conn)
{
	if (tcpfin_conn_was_in(conn, BIT(TCP_CLOSING)))
		return conn->flags & TCPFIN_CONN_SENT ? TCPFIN_CLOSER_BOTH :
		       conn->flags & TCPFIN_CONN_UNSENT ?
			       TCPFIN_CLOSER_REMOTE : TCPFIN_CLOSER_UNKNOWN;
	if (tcpfin_conn_was_in(conn, BIT(TCP_FIN_WAIT2)))
		return TCPFIN_CLOSER_LOCAL;
	if (tcpfin_conn_was_in(conn, BIT(TCP_CLOSE_WAIT) | BIT(TCP_LAST_ACK)))
		return TCPFIN_CLOSER_REMOTE;
	/* From FIN_WAIT1 to TIME_WAIT there are two ways. */
	if (tcpfin_conn_was_in(conn, BIT(TCP_TIME_WAIT)))
		return TCPFIN_CLOSER_UNKNOWN;
	/* How it went on is not known if its end was not seen. */
	if (tcpfin_conn_was_in(conn, BIT(TCP_FIN_WAIT1)) &&
	    conn->flags & TCPFIN_CONN_FIN)
		return conn->flags & TCPFIN_CONN_ENDED && !conn->old_state ?
		       TCPFIN_CLOSER_UNKNOWN : TCPFIN_CLOSER_LOCAL;
	if (conn->flags & TCPFIN_CONN_ENDED && conn->old_state)
		return TCPFIN_CLOSER_NONE;
	return TCPFIN_CLOSER_UNKNOWN;
}

/* What a reason means wherever an end was. */
static enum tcpfin_how plain_how(uint8_t reason)
{
	switch (reason) {
	case TCPFIN_REASON_EXPIRED:
		return TCPFIN_HOW_FW2_TIMEOUT;
	case TCPFIN_REASON_RST_RCVD:
		return TCPFIN_HOW_RST_RCVD;
	case TCPFIN_REASON_RST_SENT:
		return TCPFIN_HOW_RST_SENT;
	case TCPFIN_REASON_KILLED:
		return TCPFIN_HOW_KILLED;
	case TCPFIN_REASON_NETNS:
		return TCPFIN_HOW_NETNS;
	}
	return TCPFIN_HOW_UNKNOWN;
}

static enum tcpfin_how mini_how(const struct tcpfin_conn *conn)
{
	if (conn->old_state == TCP_TIME_WAIT)
		return TCPFIN_HOW_FIN;
	if (conn->old_state != TCP_FIN_WAIT2)
		return TCPFIN_HOW_UNKNOWN;
	switch (conn->reason) {
	case TCPFIN_REASON_TW_REUSE:
	case TCPFIN_REASON_SYN_REUSE:
	case TCPFIN_REASON_TPROXY:
		return TCPFIN_HOW_TAKEN;
	}
	return plain_how(conn->reason);
}

static enum tcpfin_how full_how(const struct tcpfin_conn *conn)
{
	switch (conn->reason) {
	case TCPFIN_REASON_NONE:
		return conn->old_state == TCP_LAST_ACK &&
		       conn->flags & TCPFIN_CONN_ACKED ? TCPFIN_HOW_FIN :
							 TCPFIN_HOW_UNKNOWN;
	case TCPFIN_REASON_ABORTED:
		return conn->flags & TCPFIN_CONN_RST ? TCPFIN_HOW_RST_SENT :
						       TCPFIN_HOW_ABORTED;
	case TCPFIN_REASON_TIMEOUT:
		return TCPFIN_HOW_TIMEOUT;
	case TCPFIN_REASON_ERROR:
		return TCPFIN_HOW_ERROR;
	}
	return plain_how(conn->reason);
}

enum tcpfin_how tcpfin_conn_how(const struct tcpfin_conn *conn)
{
	if (!(conn->flags & TCPFIN_CONN_ENDED))
		return TCPFIN_HOW_OPEN;
	if (conn->flags & TCPFIN_CONN_REFUSED)
		return conn->detail == TCP_TIME_WAIT ? TCPFIN_HOW_FIN :
						       TCPFIN_HOW_REFUSED;
	return conn->flags & TCPFIN_CONN_MINI ? mini_how(conn) : full_how(conn);
}

/* When did it leave a state? There is but one way on from most of them. */
static struct tcpfin_fact left(const struct tcpfin_conn *conn, uint8_t state)
{
	switch (state) {
	case TCP_FIN_WAIT1:
		if (tcpfin_conn_was_in(conn, BIT(TCP_FIN_WAIT2)))
			return tcpfin_conn_began(conn, TCP_FIN_WAIT2);
		if (tcpfin_conn_was_in(conn, BIT(TCP_CLOSING)))
			return tcpfin_conn_began(conn, TCP_CLOSING);
		break;
	case TCP_CLOSE_WAIT:
		if (tcpfin_conn_was_in(conn, BIT(TCP_LAST_ACK)))
			return tcpfin_conn_began(conn, TCP_LAST_ACK);
		break;
	case TCP_FIN_WAIT2:
	case TCP_CLOSING:
		if (tcpfin_conn_was_in(conn, BIT(TCP_TIME_WAIT)))
			return tcpfin_conn_began(conn, TCP_TIME_WAIT);
		break;
	}
	return tcpfin_conn_ended(conn, state);
}

struct tcpfin_fact tcpfin_conn_span(const struct tcpfin_conn *conn,
				    uint8_t state)
{
	struct tcpfin_fact from = tcpfin_conn_began(conn, state);
	struct tcpfin_fact to = left(conn, state);

	return tcpfin_fact(from.known && to.known,
		    to.value > from.value ? to.value - from.value : 0);
}

/* The states whose beginning was not seen, if it was in them. */
static unsigned int begun_unseen(const struct tcpfin_conn *conn)
{
	unsigned int states = 0;

	if (!(conn->flags & TCPFIN_CONN_BEGIN(0)))
		states |= BIT(TCP_FIN_WAIT1) | BIT(TCP_CLOSE_WAIT);
	if (!(conn->flags & TCPFIN_CONN_BEGIN(1)))
		states |= BIT(TCP_FIN_WAIT2) | BIT(TCP_CLOSING) |
			  BIT(TCP_LAST_ACK);
	if (!(conn->flags & TCPFIN_CONN_BEGIN(2)))
		states |= BIT(TCP_TIME_WAIT);
	return states;
}

/* Was each step seen that it must have made, and its end? */
bool tcpfin_conn_is_partial(const struct tcpfin_conn *conn)
{
	unsigned int states = conn->states;

	if (states & begun_unseen(conn))
		return true;
	if (states & BIT(TCP_TIME_WAIT) &&
	    !(states & (BIT(TCP_FIN_WAIT2) | BIT(TCP_CLOSING))))
		return true;
	if (states & (BIT(TCP_FIN_WAIT2) | BIT(TCP_CLOSING)) &&
	    !(states & BIT(TCP_FIN_WAIT1)))
		return true;
	if (states & BIT(TCP_LAST_ACK) && !(states & BIT(TCP_CLOSE_WAIT)))
		return true;
	return !conn->cookie || tcpfin_conn_how(conn) == TCPFIN_HOW_UNKNOWN ||
	       (!(conn->flags & TCPFIN_CONN_ENDED) && !conn->state);
}
