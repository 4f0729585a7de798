// SPDX-License-Identifier: GPL-2.0
/* What one end of a connection tells by itself: who closed, how, how long. */
#include <netinet/tcp.h>

#include "track/conn.h"

const uint8_t conn_slots[256] = {
	[TCP_FIN_WAIT2] = 1, [TCP_CLOSING] = 1, [TCP_LAST_ACK] = 1,
	[TCP_TIME_WAIT] = 2,
};

enum closer conn_closer(const struct conn *conn)
{
	if (conn_was_in(conn, BIT(TCP_CLOSING)))
		return conn_is_self(conn) ? CLOSER_LOCAL :
		       conn->flags & CONN_SENT ? CLOSER_BOTH :
		       conn->flags & CONN_UNSENT ? CLOSER_REMOTE : CLOSER_UNKNOWN;
	if (conn_was_in(conn, BIT(TCP_FIN_WAIT2)))
		return CLOSER_LOCAL;
	if (conn_was_in(conn, BIT(TCP_CLOSE_WAIT) | BIT(TCP_LAST_ACK)))
		return CLOSER_REMOTE;
	/* Either FIN_WAIT2 or CLOSING came before TIME_WAIT. */
	if (conn_was_in(conn, BIT(TCP_TIME_WAIT)))
		return CLOSER_UNKNOWN;
	/* If the end was not seen, the states after FIN_WAIT1 are unknown. */
	if (conn_was_in(conn, BIT(TCP_FIN_WAIT1)) && conn->flags & CONN_FIN)
		return conn->flags & CONN_ENDED && !conn->old_state ?
		       CLOSER_UNKNOWN : CLOSER_LOCAL;
	if (conn->flags & CONN_ENDED && conn->old_state)
		return CLOSER_NONE;
	return CLOSER_UNKNOWN;
}

/* Reasons that mean the same for full sockets and mini-sockets. */
static enum how common_how(uint8_t reason)
{
	switch (reason) {
	case TCPFIN_REASON_EXPIRED:
		return HOW_FW2_TIMEOUT;
	case TCPFIN_REASON_RST_RCVD:
		return HOW_RST_RCVD;
	case TCPFIN_REASON_RST_SENT:
		return HOW_RST_SENT;
	case TCPFIN_REASON_KILLED:
		return HOW_KILLED;
	case TCPFIN_REASON_NETNS:
		return HOW_NETNS;
	}
	return HOW_UNKNOWN;
}

static enum how mini_how(const struct conn *conn)
{
	if (conn->old_state == TCP_TIME_WAIT)
		return HOW_FIN;
	if (conn->old_state != TCP_FIN_WAIT2)
		return HOW_UNKNOWN;
	switch (conn->reason) {
	case TCPFIN_REASON_TW_REUSE:
	case TCPFIN_REASON_SYN_REUSE:
	case TCPFIN_REASON_TPROXY:
		return HOW_TAKEN;
	}
	return common_how(conn->reason);
}

static enum how full_how(const struct conn *conn)
{
	switch (conn->reason) {
	case TCPFIN_REASON_NONE:
		return conn->old_state == TCP_LAST_ACK &&
		       conn->flags & CONN_ACKED ? HOW_FIN :
							 HOW_UNKNOWN;
	case TCPFIN_REASON_ABORTED:
		return conn->flags & CONN_RST ? HOW_RST_SENT : HOW_ABORTED;
	case TCPFIN_REASON_TIMEOUT:
		return HOW_TIMEOUT;
	case TCPFIN_REASON_ERROR:
		return HOW_ERROR;
	}
	return common_how(conn->reason);
}

enum how conn_how(const struct conn *conn)
{
	if (!(conn->flags & CONN_ENDED))
		return HOW_OPEN;
	if (conn->flags & CONN_REFUSED)
		return conn_tw_refused(conn) ? HOW_FIN : HOW_REFUSED;
	return conn->flags & CONN_MINI ? mini_how(conn) : full_how(conn);
}

/* When did the end leave a state? Most states have only one successor. */
static struct optional state_left(const struct conn *conn, uint8_t state)
{
	switch (state) {
	case TCP_FIN_WAIT1:
		if (conn_was_in(conn, BIT(TCP_FIN_WAIT2)))
			return conn_began(conn, TCP_FIN_WAIT2);
		if (conn_was_in(conn, BIT(TCP_CLOSING)))
			return conn_began(conn, TCP_CLOSING);
		break;
	case TCP_CLOSE_WAIT:
		if (conn_was_in(conn, BIT(TCP_LAST_ACK)))
			return conn_began(conn, TCP_LAST_ACK);
		break;
	case TCP_FIN_WAIT2:
	case TCP_CLOSING:
		if (conn_was_in(conn, BIT(TCP_TIME_WAIT)))
			return conn_began(conn, TCP_TIME_WAIT);
		break;
	}
	return conn_ended(conn, state);
}

struct optional conn_span(const struct conn *conn, uint8_t state)
{
	return optional_between(conn_began(conn, state), state_left(conn, state));
}

/* States in which a process may have written data, without and with a FIN behind */
#define OPEN_STATES	(BIT(TCP_ESTABLISHED) | BIT(TCP_CLOSE_WAIT))
#define FIN_STATES	(BIT(TCP_FIN_WAIT1) | BIT(TCP_FIN_WAIT2) | \
			 BIT(TCP_CLOSING) | BIT(TCP_LAST_ACK))

struct optional conn_written(const struct conn *conn)
{
	unsigned int state = conn_bit(conn->old_state);

	if (conn->flags & CONN_MINI)
		return optional_of(conn->flags & CONN_FIN, conn->fin_seq);
	return optional_of(conn->flags & CONN_WRITE_SEQ && state & (OPEN_STATES | FIN_STATES),
			   conn->write_seq - !!(state & FIN_STATES));
}

/* Return how many numbers there are from one to the other, 0 if it is behind. */
static struct optional bytes_between(uint32_t from, struct optional to)
{
	uint32_t count = (uint32_t)to.value - from;

	return optional_of(to.known, (int32_t)count > 0 ? count : 0);
}

struct optional conn_unacknowledged(const struct conn *conn)
{
	return bytes_between(conn->una, conn_written(conn));
}

/* A FIN that was sent follows all data; without one fin_seq is SND.NXT. */
struct optional conn_unsent(const struct conn *conn)
{
	return bytes_between(conn->fin_seq, conn_written(conn));
}

struct optional conn_undelivered(const struct conn *conn, const struct conn *peer)
{
	struct optional written = conn_written(conn);

	written.known &= conn_is_final(conn) && conn_is_final(peer);
	return bytes_between(peer->peer_fin_seq, written);
}

/* Return the states of which the end has no beginning. */
static unsigned int states_without_begin(const struct conn *conn)
{
	unsigned int states = 0;

	if (!(conn->flags & CONN_BEGIN(0)))
		states |= BIT(TCP_FIN_WAIT1) | BIT(TCP_CLOSE_WAIT);
	if (!(conn->flags & CONN_BEGIN(1)))
		states |= BIT(TCP_FIN_WAIT2) | BIT(TCP_CLOSING) |
			  BIT(TCP_LAST_ACK);
	if (!(conn->flags & CONN_BEGIN(2)))
		states |= BIT(TCP_TIME_WAIT);
	return states;
}

bool conn_is_partial(const struct conn *conn)
{
	unsigned int states = conn->states;

	if (states & states_without_begin(conn))
		return true;
	if (states & BIT(TCP_TIME_WAIT) &&
	    !(states & (BIT(TCP_FIN_WAIT2) | BIT(TCP_CLOSING))))
		return true;
	if (states & (BIT(TCP_FIN_WAIT2) | BIT(TCP_CLOSING)) &&
	    !(states & BIT(TCP_FIN_WAIT1)))
		return true;
	if (states & BIT(TCP_LAST_ACK) && !(states & BIT(TCP_CLOSE_WAIT)))
		return true;
	return !conn->cookie || conn_how(conn) == HOW_UNKNOWN ||
	       (!(conn->flags & CONN_ENDED) && !conn->state);
}
