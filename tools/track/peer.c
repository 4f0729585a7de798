// SPDX-License-Identifier: GPL-2.0
/* Decides which two ends belong to one connection, by sequence numbers. */
#include "track/peer.h"

/* Sequence numbers further apart belong to different connections. */
#define NEAR	(1U << 30)

bool peer_is_final(const struct conn *conn)
{
	return conn->flags & CONN_ENDED && conn->old_state;
}

/*
 * Do sender and receiver agree about the sender's FIN? While the FIN is not
 * queued, their numbers need only be within NEAR. What was received was sent
 * before, and what was acknowledged was received before: this tells the
 * connection from another one with the same addresses and close numbers.
 */
static bool same_fin(const struct conn *sender, const struct conn *receiver)
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
	/* A number that was received earlier cannot be sent later. */
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
