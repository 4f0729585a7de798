// SPDX-License-Identifier: GPL-2.0
/* Which two ends are those of one connection. */
#include "track/peer.h"

/* Sequence numbers further apart than that are of different connections. */
#define NEAR	(1U << 30)

bool peer_is_final(const struct conn *conn)
{
	return conn->flags & CONN_ENDED && conn->old_state;
}

/*
 * What each end thinks of the same FIN; NEAR of it while it is not queued. What
 * came was sent, and what was acknowledged had come: that tells a connection
 * from another one of the same addresses, whose numbers may be close.
 */
static bool same_fin(const struct conn *sender,
			    const struct conn *receiver)
{
	uint32_t missing = sender->fin_seq - receiver->peer_fin_seq;
	uint32_t unacked = receiver->peer_fin_seq - sender->una;
	bool fin = sender->flags & CONN_FIN;
	bool fin_came = receiver->flags & CONN_PEER_FIN;

	if (fin && fin_came)
		return !missing;
	if (missing >= NEAR &&
	    ((fin || peer_is_final(sender)) || -missing >= NEAR))
		return false;
	if (missing && missing < NEAR && fin_came)
		return false;
	/* What had come by then cannot be sent later. */
	if (missing >= NEAR && sender->touched_ns > receiver->touched_ns &&
	    sender->host == receiver->host)
		return false;
	return unacked < NEAR || !peer_is_final(receiver);
}

bool peer_is_proved(const struct conn *a, const struct conn *b)
{
	return (a->flags & CONN_FIN && b->flags & CONN_PEER_FIN) ||
	       (b->flags & CONN_FIN && a->flags & CONN_PEER_FIN);
}

bool peer_is_settled(const struct conn *a, const struct conn *b)
{
	const uint32_t both = CONN_FIN | CONN_PEER_FIN;

	return !(~(a->flags & b->flags) & both) &&
	       a->fin_seq == b->peer_fin_seq && b->fin_seq == a->peer_fin_seq;
}

bool peer_fits(const struct conn *a, const struct conn *b)
{
	return same_fin(a, b) && same_fin(b, a);
}
