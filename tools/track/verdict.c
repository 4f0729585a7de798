// SPDX-License-Identifier: GPL-2.0
/* Judges a connection by what was seen of its ends: closer, cause, waves. */
#include <netinet/tcp.h>
#include <stddef.h>
#include <string.h>

#include "track/names.h"
#include "track/verdict.h"

static struct optional unknown(void)
{
	return optional_of(false, 0);
}

/* Return the known one of two facts, @a if both are. */
static struct optional either(struct optional a, struct optional b)
{
	return a.known ? a : b;
}

static struct optional next_seq(struct optional seq)
{
	return optional_of(seq.known, (uint32_t)(seq.value + 1));
}

static struct optional refused(const struct conn *conn)
{
	return optional_of(conn_tw_refused(conn), conn->touched_ns);
}

static struct optional own_fin(const struct conn *conn)
{
	return conn ? optional_of(conn->flags & CONN_FIN, conn->fin_seq) : unknown();
}

static struct optional peer_fin(const struct conn *conn)
{
	return conn ? optional_of(conn->flags & CONN_PEER_FIN,
				  conn->peer_fin_seq) : unknown();
}

static bool was_fin_acked(const struct conn *conn)
{
	return conn_was_in(conn, BIT(TCP_FIN_WAIT2) |
				 BIT(TCP_TIME_WAIT)) ||
	       conn_tw_refused(conn) ||
	       (conn->flags & CONN_ENDED && conn->old_state == TCP_LAST_ACK &&
		conn_how(conn) == HOW_FIN);
}

/*
 * Has this end acknowledged the peer's FIN? tcp_fin() does so before CLOSING
 * and TIME_WAIT. In LAST_ACK the ACK may still wait behind unsent data.
 */
static bool has_acked_fin(const struct conn *conn)
{
	return conn_was_in(conn, BIT(TCP_CLOSING) | BIT(TCP_TIME_WAIT)) ||
	       conn_tw_refused(conn) ||
	       conn->flags & (CONN_ACK_ALONE | CONN_ACK_WITH) ||
	       (conn_was_in(conn, BIT(TCP_LAST_ACK)) && was_fin_acked(conn));
}

/*
 * Return when the FIN was queued; unknown for a FIN that was still unsent when
 * the peer's FIN came, since that FIN left some time later.
 */
static struct optional fin_sent(const struct conn *conn)
{
	if (conn->flags & CONN_UNSENT)
		return unknown();
	return either(conn_began(conn, TCP_FIN_WAIT1), conn_began(conn, TCP_LAST_ACK));
}

static struct optional fin_acked(const struct conn *conn)
{
	if (!was_fin_acked(conn))
		return unknown();
	if (conn_was_in(conn, BIT(TCP_CLOSING)))
		return either(conn_began(conn, TCP_TIME_WAIT), refused(conn));
	return either(conn_began(conn, TCP_FIN_WAIT2), conn_ended(conn, TCP_LAST_ACK));
}

static struct optional fin_received(const struct conn *conn)
{
	struct optional when = either(conn_began(conn, TCP_CLOSE_WAIT),
				      conn_began(conn, TCP_CLOSING));

	if (when.known || !conn_was_in(conn, BIT(TCP_FIN_WAIT2)))
		return when;
	return either(conn_began(conn, TCP_TIME_WAIT), refused(conn));
}

/*
 * Return the acknowledgment number of the FIN. The FIN left some time after it
 * was queued: the number is known if RCV.NXT was the same when the FIN was
 * queued and when its acknowledgment, or the peer's FIN, came.
 */
static struct optional fin_ack(const struct conn *conn)
{
	const uint32_t crossed = CONN_SENT | CONN_PEER_FIN;
	bool same = false;

	if (conn->flags & CONN_MARK(1))
		same = conn->mark[0] == conn->mark[1];
	else if ((conn->flags & crossed) == crossed)
		same = conn->mark[0] == conn->peer_fin_seq;
	return optional_of(same && conn->flags & CONN_MARK(0) &&
			   conn_was_in(conn, BIT(TCP_FIN_WAIT1)), conn->mark[0]);
}

/* Judge a FIN and its acknowledgment. Either end may be NULL (not seen). */
static void judge_fin(const struct conn *sender, const struct conn *receiver,
		      struct wave *fin, struct wave *ack)
{
	fin->seq = either(own_fin(sender), peer_fin(receiver));
	if (sender && sender->flags & CONN_FIN) {
		fin->happened = true;
		fin->sent = fin_sent(sender);
		ack->happened = was_fin_acked(sender);
		ack->received = fin_acked(sender);
	}
	if (receiver) {
		fin->happened |= !!(receiver->flags & CONN_PEER_FIN);
		fin->received = fin_received(receiver);
		ack->happened |= has_acked_fin(receiver);
	}
	if (ack->happened)
		ack->ack = next_seq(fin->seq);
}

/*
 * Was the peer's FIN received before this end's FIN left? Then each FIN that it
 * sent acknowledged the peer's.
 */
static bool answered_fin(const struct conn *conn)
{
	return conn && (conn_was_in(conn, BIT(TCP_CLOSE_WAIT)) ||
			conn->flags & CONN_UNSENT);
}

/*
 * Did an end that had sent its FIN acknowledge the peer's by a plain ACK, with
 * the number after its own FIN (RFC 9293 3.10.7.4)? It did if nothing was left
 * to be sent again: its FIN was acknowledged before the peer's FIN, or by that.
 * In CLOSING the ACK leaves first, but a FIN sent again may overtake it.
 */
static bool acked_after_fin(const struct conn *conn, const struct conn *peer)
{
	return conn_was_in(conn, BIT(TCP_FIN_WAIT2)) || answered_fin(peer) ||
	       (conn->flags & CONN_SENT && !conn->retransmitted &&
		!(conn->flags & CONN_LOST));
}

/* Number of the segment by which an end first acknowledged the peer's FIN. */
static struct optional ack_seq(const struct conn *conn, const struct conn *peer,
			       struct optional own_fin)
{
	return optional_of(own_fin.known && conn && acked_after_fin(conn, peer),
			   (uint32_t)(own_fin.value + 1));
}

/*
 * Number of the segment by which an end in CLOSE_WAIT, or after it, first
 * acknowledged the peer's FIN: SND.NXT when that came, unless data had to be
 * sent again. If it was known to be the peer's RCV.NXT before that, the peer's
 * FIN acknowledged all data.
 */
static struct optional quiet_seq(const struct verdict *v, const struct conn *closer,
				 const struct conn *other)
{
	const uint32_t quiet = CONN_QUIET | CONN_MARK(0);

	if (v->merged == TRI_YES)
		return v->y;
	if ((other->flags & quiet) == quiet)
		return optional_of(true, other->mark[0]);
	return optional_of(v->y.known && closer && closer->flags & CONN_MARK(0) &&
			   conn_was_in(closer, BIT(TCP_FIN_WAIT1)) &&
			   closer->mark[0] == v->y.value, v->y.value);
}

static struct optional wave2_seq(const struct verdict *v, const struct conn *closer,
				 const struct conn *other)
{
	if (other && conn_was_in(other, BIT(TCP_CLOSE_WAIT)))
		return quiet_seq(v, closer, other);
	return v->closer == CLOSER_BOTH ? ack_seq(other, closer, v->y) : unknown();
}

static void judge_numbers(struct verdict *v, const struct conn *closer,
			  const struct conn *other)
{
	struct wave *w = v->wave;

	if (closer)
		w[0].ack = fin_ack(closer);
	if (w[1].happened)
		w[1].seq = wave2_seq(v, closer, other);
	if (w[2].happened && answered_fin(other))
		w[2].ack = next_seq(v->x);
	else if (other)
		w[2].ack = fin_ack(other);
	if (w[3].happened)
		w[3].seq = ack_seq(closer, other, v->x);
}

static void relate(struct wave *w, struct optional senders_fin, struct optional receivers_fin)
{
	w->rel_seq_known = w->seq.known && senders_fin.known;
	if (w->rel_seq_known)
		w->rel_seq = (int32_t)(w->seq.value - senders_fin.value);
	w->rel_ack_known = w->ack.known && receivers_fin.known;
	if (w->rel_ack_known)
		w->rel_ack = (int32_t)(w->ack.value - receivers_fin.value);
}

/* What a socket that is connected to itself sends, it receives. */
static void judge_self(struct verdict *v, const struct conn *conn)
{
	struct wave *w = v->wave;

	judge_fin(conn, conn, &w[0], &w[1]);
	v->x = w[0].happened ? w[0].seq : unknown();
	w[0].seq = v->x;
	w[0].ack = fin_ack(conn);
	if (w[1].happened)
		w[1].seq = ack_seq(conn, conn, v->x);
	relate(&w[0], v->x, v->x);
	relate(&w[1], v->x, v->x);
}

static void judge_half_close(struct verdict *v, const struct conn *closer,
			     const struct conn *other)
{
	if (closer && conn_was_in(closer, BIT(TCP_FIN_WAIT2)))
		v->half_close_ns = conn_span(closer, TCP_FIN_WAIT2);
	if (other && conn_was_in(other, BIT(TCP_CLOSE_WAIT)) && !v->half_close_ns.known)
		v->half_close_ns = conn_span(other, TCP_CLOSE_WAIT);
}

static void judge_half_close_bytes(struct verdict *v, const struct conn *closer,
				   const struct conn *other)
{
	/* Without the FIN the number of bytes before it is unknown. */
	if (closer && conn_was_in(closer, BIT(TCP_FIN_WAIT2)))
		v->half_close_received =
			optional_of(closer->flags & CONN_PEER_FIN &&
				    closer->flags & CONN_MARK(1),
				    (uint32_t)(v->y.value - closer->mark[1]));
	if (other && conn_was_in(other, BIT(TCP_CLOSE_WAIT)))
		v->half_close_sent =
			optional_of(v->y.known &&
				    other->flags & CONN_MARK(1),
				    (uint32_t)(v->y.value - other->mark[1]));
}

static void judge_waves(struct verdict *v, const struct conn *closer,
			const struct conn *other)
{
	struct wave *w = v->wave;

	if (v->self) {
		judge_self(v, v->end[0]);
		return;
	}
	judge_fin(closer, other, &w[0], &w[1]);
	judge_fin(other, closer, &w[2], &w[3]);
	v->x = w[0].happened ? w[0].seq : unknown();
	v->y = w[2].happened ? w[2].seq : unknown();
	w[0].seq = v->x;
	w[2].seq = v->y;
	if (other && other->flags & CONN_ACK_WITH)
		v->merged = TRI_YES;
	else if (other && other->flags & CONN_ACK_ALONE)
		v->merged = TRI_NO;
	judge_numbers(v, closer, other);
	relate(&w[0], v->x, v->y);
	relate(&w[1], v->y, v->x);
	relate(&w[2], v->y, v->x);
	relate(&w[3], v->x, v->y);
	judge_half_close_bytes(v, closer, other);
}

/* Did this end initiate the end of the connection? */
static bool is_acting(enum how how)
{
	switch (how) {
	case HOW_UNKNOWN:
	case HOW_OPEN:
	case HOW_FIN:
	case HOW_RST_RCVD:
		return false;
	default:
		return true;
	}
}

/* If neither end initiated the close, report the more severe outcome. */
static unsigned int severity(enum how how)
{
	switch (how) {
	case HOW_RST_RCVD:
		return 3;
	case HOW_OPEN:
		return 2;
	case HOW_UNKNOWN:
		return 1;
	default:
		return 0;
	}
}

static void judge_how(struct verdict *v)
{
	enum how a, b;

	a = conn_how(v->end[0]);
	v->how = a;
	if (!v->end[1])
		return;
	b = conn_how(v->end[1]);
	if (is_acting(a) && is_acting(b))
		v->by = v->end[1]->touched_ns < v->end[0]->touched_ns;
	else if (is_acting(a) || is_acting(b))
		v->by = is_acting(b);
	else
		v->by = severity(b) > severity(a);
	v->how = v->by ? b : a;
}

/*
 * Did this end go on when the other one received a RST, so that it sent none? After
 * its end its machine may have sent one.
 */
static bool went_on(const struct conn *conn, const struct conn *reset)
{
	const uint32_t doubtful = CONN_RST | CONN_LOST | CONN_MPTCP;
	enum how how = conn_how(conn);

	return !(conn->flags & doubtful) && conn->host == reset->host &&
	       conn->touched_ns > reset->touched_ns &&
	       (how == HOW_OPEN || how == HOW_FIN || how == HOW_RST_RCVD) &&
	       conn->reason != TCPFIN_REASON_RST_SENT;
}

static bool was_reset_by_neither(const struct conn *conn, const struct conn *other)
{
	return conn->flags & CONN_ENDED && conn->reason == TCPFIN_REASON_RST_RCVD &&
	       !(conn->flags & (CONN_LOST | CONN_MPTCP)) && went_on(other, conn);
}

/* The RST that neither end sent is what ended the connection. */
static void judge_injection(struct verdict *v)
{
	const struct conn *const *end = v->end;

	if (!end[1] || v->how != HOW_RST_RCVD)
		return;
	if (was_reset_by_neither(end[0], end[1]))
		v->by = 0;
	else if (was_reset_by_neither(end[1], end[0]))
		v->by = 1;
	else
		return;
	v->injected = true;
}

const char *verdict_cause(const struct verdict *v)
{
	const struct conn *by = v->end[v->by];

	if (v->injected)
		return CAUSE_INJECTED;
	return by->flags & CONN_ENDED ? cause_name(by->reason, by->detail) : NULL;
}

enum closer closer_turned(enum closer closer)
{
	switch (closer) {
	case CLOSER_LOCAL:
		return CLOSER_REMOTE;
	case CLOSER_REMOTE:
		return CLOSER_LOCAL;
	default:
		return closer;
	}
}

/* An end that saw no FIN, or does not know, adopts the other end's view. */
static enum closer agree_closer(enum closer a, enum closer b)
{
	if (a == b || b == CLOSER_UNKNOWN || b == CLOSER_NONE)
		return a == CLOSER_UNKNOWN ? b : a;
	if (a == CLOSER_UNKNOWN || a == CLOSER_NONE)
		return b;
	/* Each end sent its FIN before it received the other's. */
	return CLOSER_BOTH;
}

/*
 * Is the end in FIN_WAIT1, as far as was seen? The peer's FIN may still come
 * before this end's FIN is acknowledged, or has come unseen.
 */
static bool is_tentative(const struct conn *conn)
{
	return conn_was_in(conn, BIT(TCP_FIN_WAIT1)) &&
	       !conn_was_in(conn, BIT(TCP_FIN_WAIT2) |
				  BIT(TCP_CLOSING)) &&
	       !(conn->flags & CONN_ENDED && conn->old_state);
}

/* Can this end not tell which of two FINs was first? */
static bool is_undecided(const struct conn *conn)
{
	enum closer closer = conn_closer(conn);

	return conn_was_in(conn, ACTIVE_CLOSE) &&
	       (closer == CLOSER_LOCAL || closer == CLOSER_UNKNOWN);
}

static bool began_later(const struct conn *a, const struct conn *b)
{
	struct optional sent_a = fin_sent(a), sent_b = fin_sent(b);

	return sent_a.known && sent_b.known ? sent_b.value < sent_a.value :
					      b->touched_ns < a->touched_ns;
}

/* Put the active closer first; if both or none closed, the earlier end. */
static void order_ends(const struct conn *a, const struct conn *b, struct verdict *v)
{
	bool swap;

	v->end[0] = a;
	v->closer = conn_closer(a);
	if (!b)
		return;
	v->closer = agree_closer(v->closer, closer_turned(conn_closer(b)));
	if (is_undecided(a) && is_undecided(b) && (is_tentative(a) || is_tentative(b)))
		v->closer = CLOSER_UNKNOWN;
	if (v->closer == CLOSER_LOCAL)
		swap = false;
	else if (v->closer == CLOSER_REMOTE)
		swap = true;
	else
		swap = began_later(a, b);
	v->end[0] = swap ? b : a;
	v->end[1] = swap ? a : b;
	if (swap)
		v->closer = closer_turned(v->closer);
}

static bool is_open(const struct conn *conn)
{
	return !(conn->flags & CONN_ENDED);
}

bool verdict_only_waits(const struct verdict *v)
{
	unsigned int i;

	for (i = 0; i < 2 && v->end[i]; i++)
		if (is_open(v->end[i]) && v->end[i]->state != TCP_TIME_WAIT)
			return false;
	return v->open;
}

/* If only the passive closer was seen, the active closer is unknown (NULL). */
static const struct conn *active_closer(const struct verdict *v)
{
	return v->closer == CLOSER_REMOTE ? NULL : v->end[0];
}

static const struct conn *passive_closer(const struct verdict *v)
{
	return v->closer == CLOSER_REMOTE ? v->end[0] : v->end[1];
}

void verdict_brief(const struct conn *a, const struct conn *b, struct verdict *v)
{
	memset(v, 0, offsetof(struct verdict, x));
	order_ends(a, b, v);
	judge_how(v);
	v->open = is_open(a) || (b && is_open(b));
	v->partial = conn_is_partial(a) || (b && conn_is_partial(b));
	v->lost = (a->flags | (b ? b->flags : 0)) & CONN_LOST;
	/* Such a socket gets no FIN before it sends its own. */
	v->self = !b && conn_is_self(a) && v->closer != CLOSER_REMOTE;
	v->translated = b && a->flags & CONN_TRANSLATED;
	judge_injection(v);
	judge_half_close(v, active_closer(v), passive_closer(v));
}

void verdict_of(const struct conn *a, const struct conn *b, struct verdict *v)
{
	memset(v, 0, sizeof(*v));
	verdict_brief(a, b, v);
	judge_waves(v, active_closer(v), passive_closer(v));
}
