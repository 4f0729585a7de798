// SPDX-License-Identifier: GPL-2.0
/* Which two ends are those of one connection. */
#include "track/peers.h"

/*
 * Sequence numbers further apart belong to different connections. After a while a
 * new connection may have the addresses: then fewer numbers fit by chance.
 */
#define NEAR	(1U << 30)
#define NEAR_LATER	(1U << 24)
#define A_WHILE_NS	1000000000ULL

/* By how much times that are the same may differ, in ns */
#define SAME_TIME_NS	1000000000ULL

static uint32_t near(const struct conn *a, const struct conn *b)
{
	return a->touched_ns - b->touched_ns + A_WHILE_NS > 2 * A_WHILE_NS ?
	       NEAR_LATER : NEAR;
}

/*
 * Do sender and receiver agree about the sender's FIN? While the FIN is not
 * queued, their numbers need only be within @most. What was received was sent
 * before, and what was acknowledged was received before: this tells the
 * connection from another one with the same addresses and close numbers.
 */
static bool same_fin(const struct conn *sender, const struct conn *receiver,
		     uint32_t most)
{
	uint32_t missing = sender->fin_seq - receiver->peer_fin_seq;
	uint32_t unacked = receiver->peer_fin_seq - sender->una;
	bool fin = sender->flags & CONN_FIN;
	bool fin_came = receiver->flags & CONN_PEER_FIN;

	if (fin && fin_came)
		return !missing;
	if (missing >= most && ((fin || conn_is_final(sender)) || -missing >= most))
		return false;
	if (missing && missing < most && fin_came)
		return false;
	/* A number that was received earlier cannot be sent later. */
	if (missing >= most && sender->touched_ns > receiver->touched_ns &&
	    sender->host == receiver->host)
		return false;
	return unacked < most || !conn_is_final(receiver);
}

/* Did one of two fitting ends receive the other's FIN? A proof. */
static bool are_proved_peers(const struct conn *a, const struct conn *b)
{
	return (a->flags & CONN_FIN && b->flags & CONN_PEER_FIN) ||
	       (b->flags & CONN_FIN && a->flags & CONN_PEER_FIN);
}

/* Do both ends know both FINs, with the same numbers? */
static bool are_settled_peers(const struct conn *a, const struct conn *b)
{
	const uint32_t both = CONN_FIN | CONN_PEER_FIN;

	return !(~(a->flags & b->flags) & both) &&
	       a->fin_seq == b->peer_fin_seq && b->fin_seq == a->peer_fin_seq;
}

/*
 * Can two ends with the same addresses, reversed, belong to one connection?
 * True if the sequence numbers of neither contradict those of the other.
 */
static bool can_be_peers(const struct conn *a, const struct conn *b)
{
	uint32_t most = near(a, b);

	return same_fin(a, b, most) && same_fin(b, a, most);
}

bool peers_are_possible(const struct conn *conn, const struct conn *other)
{
	return other->peer == NO_CONN && can_be_peers(conn, other);
}

enum peers_fit peers_fit(const struct conn *a, const struct conn *b)
{
	if (are_settled_peers(a, b))
		return PEERS_PROVED;
	if (!can_be_peers(a, b))
		return PEERS_NO;
	return are_proved_peers(a, b) ? PEERS_PROVED : PEERS_POSSIBLE;
}

static uint64_t began_ns(const struct conn *conn)
{
	return conn->flags & CONN_BEGIN(0) ? conn->begin_ns[0] : conn->touched_ns;
}

/* Were both ends closing at the same time? */
static bool overlap(const struct conn *a, const struct conn *b)
{
	return began_ns(a) <= b->touched_ns + SAME_TIME_NS &&
	       began_ns(b) <= a->touched_ns + SAME_TIME_NS;
}

static bool do_ports_fit(const struct conn *a, const struct conn *b)
{
	if (a->lport == b->rport || a->rport == b->lport)
		return true;
	return memcmp(a->laddr, b->raddr, sizeof(a->laddr)) &&
	       memcmp(a->raddr, b->laddr, sizeof(a->raddr));
}

bool peers_are_translated(const struct conn *conn, const struct conn *other)
{
	return are_settled_peers(conn, other) && other->peer == NO_CONN &&
	       !((conn->flags | other->flags) & CONN_AMBIGUOUS) &&
	       other != conn && !conn_is_self(conn) && !conn_is_self(other) &&
	       overlap(conn, other) && do_ports_fit(conn, other);
}
