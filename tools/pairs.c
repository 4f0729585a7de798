// SPDX-License-Identifier: GPL-2.0
/* Which two ends that the tracker follows are those of one connection. */
#include "tracked.h"

/* Sequence numbers further apart than that are of different connections. */
#define NEAR	(1U << 30)

/* Is the end's last word known? */
static bool is_final(const struct tcpfin_conn *conn)
{
	return conn->flags & TCPFIN_CONN_ENDED && conn->old_state;
}

/*
 * What each end thinks of the same FIN; NEAR of it while it is not queued. What
 * came was sent, and what was acknowledged had come: that tells a connection
 * from another one of the same addresses, whose numbers may be close.
 */
static inline bool same_fin(const struct tcpfin_conn *sender,
			    const struct tcpfin_conn *receiver)
{
	uint32_t missing = sender->fin_seq - receiver->peer_fin_seq;
	uint32_t unacked = receiver->peer_fin_seq - sender->una;
	bool fin = sender->flags & TCPFIN_CONN_FIN;
	bool fin_came = receiver->flags & TCPFIN_CONN_PEER_FIN;

	if (fin && fin_came)
		return !missing;
	if (missing >= NEAR && ((fin || is_final(sender)) || -missing >= NEAR))
		return false;
	if (missing && missing < NEAR && fin_came)
		return false;
	/* What had come by then cannot be sent later. */
	if (missing >= NEAR && sender->touched_ns > receiver->touched_ns &&
	    sender->host == receiver->host)
		return false;
	return unacked < NEAR || !is_final(receiver);
}

static bool fits(const struct tcpfin_conn *conn,
		 const struct tcpfin_conn *other)
{
	return other->peer == TCPFIN_NO_CONN && same_fin(conn, other) &&
	       same_fin(other, conn);
}

/* A FIN that one sent and the other one got: there is no doubt. */
static bool is_proved(const struct tcpfin_conn *a, const struct tcpfin_conn *b)
{
	return (a->flags & TCPFIN_CONN_FIN && b->flags & TCPFIN_CONN_PEER_FIN) ||
	       (b->flags & TCPFIN_CONN_FIN && a->flags & TCPFIN_CONN_PEER_FIN);
}

/* One that may be over may have left its addresses to others. */
static bool is_doubtful(const struct tcpfin_tracker *t,
			const struct tcpfin_conn *conn)
{
	return !is_final(conn) && (conn->flags & TCPFIN_CONN_ENDED ||
				   tcpfin_tracker_is_uncertain(t, conn));
}

/* Each knows both FINs, and they are the same: that stays so. */
static bool is_settled(const struct tcpfin_conn *a, const struct tcpfin_conn *b)
{
	const uint32_t both = TCPFIN_CONN_FIN | TCPFIN_CONN_PEER_FIN;

	return !(~(a->flags & b->flags) & both) &&
	       a->fin_seq == b->peer_fin_seq && b->fin_seq == a->peer_fin_seq;
}

static bool belong_together(const struct tcpfin_tracker *t,
			    const struct tcpfin_conn *a,
			    const struct tcpfin_conn *b)
{
	if (is_settled(a, b))
		return true;
	return same_fin(a, b) && same_fin(b, a) &&
	       (is_proved(a, b) || !(is_doubtful(t, a) || is_doubtful(t, b)));
}

static void part(struct tcpfin_tracker *t, struct tcpfin_conn *conn)
{
	struct tcpfin_conn *other = tcpfin_tracker_peer(t, conn);

	if (other)
		other->peer = TCPFIN_NO_CONN;
	conn->peer = TCPFIN_NO_CONN;
}

struct tcpfin_conn *tcpfin_tracker_pair(struct tcpfin_tracker *t,
					struct tcpfin_conn *conn)
{
	struct tcpfin_conn *other, *parted = NULL;

	if (!conn->cookie)
		return NULL;
	other = tcpfin_tracker_peer(t, conn);
	if (other) {
		if (belong_together(t, conn, other))
			return NULL;
		part(t, conn);
		parted = other;
	}
	other = tcpfin_conntab_other(&t->tab, conn, fits);
	if (other && belong_together(t, conn, other)) {
		conn->peer = (uint32_t)(other - t->tab.pool);
		other->peer = (uint32_t)(conn - t->tab.pool);
	}
	return parted;
}

void tcpfin_tracker_remove(struct tcpfin_tracker *t, struct tcpfin_conn *conn)
{
	part(t, conn);
	tcpfin_conntab_remove(&t->tab, conn);
}
