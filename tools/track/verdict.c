// SPDX-License-Identifier: GPL-2.0
/* Judges a connection from what was seen of its ends. */
#include <netinet/tcp.h>
#include <stddef.h>
#include <string.h>

#include "track/verdict.h"

#define BIT(state)	(1U << (state))

static struct tcpfin_fact unknown(void)
{
	return tcpfin_fact(false, 0);
}

/* The one that is known, the first if both are. */
static struct tcpfin_fact either(struct tcpfin_fact a, struct tcpfin_fact b)
{
	return a.known ? a : b;
}

static struct tcpfin_fact next_seq(struct tcpfin_fact seq)
{
	return tcpfin_fact(seq.known, (uint32_t)(seq.value + 1));
}

/* Refused, but the peer's FIN had come: TIME_WAIT had no length. */
static bool is_refused_time_wait(const struct tcpfin_conn *conn)
{
	return conn->flags & TCPFIN_CONN_REFUSED &&
	       conn->detail == TCP_TIME_WAIT;
}

static struct tcpfin_fact refused(const struct tcpfin_conn *conn)
{
	return tcpfin_fact(is_refused_time_wait(conn), conn->touched_ns);
}

static struct tcpfin_fact own_fin(const struct tcpfin_conn *conn)
{
	return conn ? tcpfin_fact(conn->flags & TCPFIN_CONN_FIN,
				  conn->fin_seq) : unknown();
}

static struct tcpfin_fact peer_fin(const struct tcpfin_conn *conn)
{
	return conn ? tcpfin_fact(conn->flags & TCPFIN_CONN_PEER_FIN,
				  conn->peer_fin_seq) : unknown();
}

static bool was_fin_acked(const struct tcpfin_conn *conn)
{
	return tcpfin_conn_was_in(conn, BIT(TCP_FIN_WAIT2) |
					BIT(TCP_TIME_WAIT)) ||
	       is_refused_time_wait(conn) ||
	       (conn->flags & TCPFIN_CONN_ENDED &&
		conn->old_state == TCP_LAST_ACK &&
		tcpfin_conn_how(conn) == TCPFIN_HOW_FIN);
}

/*
 * Has it acknowledged the other end's FIN? tcp_fin() does so before CLOSING and
 * TIME_WAIT. In LAST_ACK that may still wait behind what cannot be sent.
 */
static bool has_acked_fin(const struct tcpfin_conn *conn)
{
	return tcpfin_conn_was_in(conn, BIT(TCP_CLOSING) | BIT(TCP_TIME_WAIT)) ||
	       is_refused_time_wait(conn) ||
	       conn->flags & (TCPFIN_CONN_ACK_ALONE | TCPFIN_CONN_ACK_WITH) ||
	       (tcpfin_conn_was_in(conn, BIT(TCP_LAST_ACK)) &&
		was_fin_acked(conn));
}

/* When its FIN was queued. One that waited until a FIN came left some time. */
static struct tcpfin_fact fin_sent(const struct tcpfin_conn *conn)
{
	if (conn->flags & TCPFIN_CONN_UNSENT)
		return unknown();
	return either(tcpfin_conn_began(conn, TCP_FIN_WAIT1),
		      tcpfin_conn_began(conn, TCP_LAST_ACK));
}

static struct tcpfin_fact fin_acked(const struct tcpfin_conn *conn)
{
	if (!was_fin_acked(conn))
		return unknown();
	if (tcpfin_conn_was_in(conn, BIT(TCP_CLOSING)))
		return either(tcpfin_conn_began(conn, TCP_TIME_WAIT),
			      refused(conn));
	return either(tcpfin_conn_began(conn, TCP_FIN_WAIT2),
		      tcpfin_conn_ended(conn, TCP_LAST_ACK));
}

static struct tcpfin_fact fin_received(const struct tcpfin_conn *conn)
{
	struct tcpfin_fact when = either(tcpfin_conn_began(conn, TCP_CLOSE_WAIT),
					 tcpfin_conn_began(conn, TCP_CLOSING));

	if (when.known || !tcpfin_conn_was_in(conn, BIT(TCP_FIN_WAIT2)))
		return when;
	return either(tcpfin_conn_began(conn, TCP_TIME_WAIT), refused(conn));
}

/*
 * The FIN left between two moments, and what it acknowledged was the same at
 * both: until its own acknowledgment came, or the other end's FIN.
 */
static struct tcpfin_fact fin_ack(const struct tcpfin_conn *conn)
{
	const uint32_t crossed = TCPFIN_CONN_SENT | TCPFIN_CONN_PEER_FIN;
	bool same = false;

	if (conn->flags & TCPFIN_CONN_MARK(1))
		same = conn->mark[0] == conn->mark[1];
	else if ((conn->flags & crossed) == crossed)
		same = conn->mark[0] == conn->peer_fin_seq;
	return tcpfin_fact(same && conn->flags & TCPFIN_CONN_MARK(0) &&
			   tcpfin_conn_was_in(conn, BIT(TCP_FIN_WAIT1)),
			   conn->mark[0]);
}

/* One end's FIN, and its acknowledgment. Either end may not have been seen. */
static void judge_fin(const struct tcpfin_conn *sender,
		      const struct tcpfin_conn *receiver,
		      struct tcpfin_wave *fin, struct tcpfin_wave *ack)
{
	fin->seq = either(own_fin(sender), peer_fin(receiver));
	if (sender && sender->flags & TCPFIN_CONN_FIN) {
		fin->happened = true;
		fin->sent = fin_sent(sender);
		ack->happened = was_fin_acked(sender);
		ack->received = fin_acked(sender);
	}
	if (receiver) {
		fin->happened |= !!(receiver->flags & TCPFIN_CONN_PEER_FIN);
		fin->received = fin_received(receiver);
		ack->happened |= has_acked_fin(receiver);
	}
	if (ack->happened)
		ack->ack = next_seq(fin->seq);
}

/*
 * Wave 2 has the other end's SND.NXT, which from some moment on was y. Without
 * the other end it may have been y+1 as well: that its FIN had left before and
 * got lost is not to be seen from here.
 */
static struct tcpfin_fact wave2_seq(const struct tcpfin_verdict *v,
				    const struct tcpfin_conn *closer,
				    const struct tcpfin_conn *other)
{
	bool known = v->merged == TCPFIN_YES;

	if (v->closer == TCPFIN_CLOSER_BOTH)
		return next_seq(v->y);
	if (!other || !tcpfin_conn_was_in(other, BIT(TCP_CLOSE_WAIT)))
		return tcpfin_fact(v->y.known && known, v->y.value);
	if (closer && closer->flags & TCPFIN_CONN_MARK(0) &&
	    tcpfin_conn_was_in(closer, BIT(TCP_FIN_WAIT1)))
		known |= closer->mark[0] == v->y.value;
	if (other->flags & TCPFIN_CONN_MARK(0))
		known |= other->mark[0] == v->y.value;
	return tcpfin_fact(v->y.known && known, v->y.value);
}

static void judge_numbers(struct tcpfin_verdict *v,
			  const struct tcpfin_conn *closer,
			  const struct tcpfin_conn *other)
{
	struct tcpfin_wave *w = v->wave;

	if (closer)
		w[0].ack = fin_ack(closer);
	if (w[1].happened)
		w[1].seq = wave2_seq(v, closer, other);
	if (v->closer == TCPFIN_CLOSER_BOTH) {
		if (other)
			w[2].ack = fin_ack(other);
	} else if (w[2].happened && v->closer != TCPFIN_CLOSER_UNKNOWN) {
		w[2].ack = next_seq(v->x);
	}
	if (w[3].happened && v->closer != TCPFIN_CLOSER_UNKNOWN)
		w[3].seq = next_seq(v->x);
}

static void relate(struct tcpfin_wave *w, struct tcpfin_fact senders_fin,
		   struct tcpfin_fact receivers_fin)
{
	w->rel_seq_known = w->seq.known && senders_fin.known;
	if (w->rel_seq_known)
		w->rel_seq = (int32_t)(w->seq.value - senders_fin.value);
	w->rel_ack_known = w->ack.known && receivers_fin.known;
	if (w->rel_ack_known)
		w->rel_ack = (int32_t)(w->ack.value - receivers_fin.value);
}

static void judge_half_close(struct tcpfin_verdict *v,
			     const struct tcpfin_conn *closer,
			     const struct tcpfin_conn *other)
{
	if (closer && tcpfin_conn_was_in(closer, BIT(TCP_FIN_WAIT2)))
		v->half_close_ns = tcpfin_conn_span(closer, TCP_FIN_WAIT2);
	if (other && tcpfin_conn_was_in(other, BIT(TCP_CLOSE_WAIT)) &&
	    !v->half_close_ns.known)
		v->half_close_ns = tcpfin_conn_span(other, TCP_CLOSE_WAIT);
}

static void judge_half_close_bytes(struct tcpfin_verdict *v,
				   const struct tcpfin_conn *closer,
				   const struct tcpfin_conn *other)
{
	/* A FIN that never came says nothing of what did. */
	if (closer && tcpfin_conn_was_in(closer, BIT(TCP_FIN_WAIT2)))
		v->half_close_received =
			tcpfin_fact(closer->flags & TCPFIN_CONN_PEER_FIN &&
				    closer->flags & TCPFIN_CONN_MARK(1),
				    (uint32_t)(v->y.value - closer->mark[1]));
	if (other && tcpfin_conn_was_in(other, BIT(TCP_CLOSE_WAIT)))
		v->half_close_sent =
			tcpfin_fact(v->y.known &&
				    other->flags & TCPFIN_CONN_MARK(1),
				    (uint32_t)(v->y.value - other->mark[1]));
}

static void judge_waves(struct tcpfin_verdict *v,
			const struct tcpfin_conn *closer,
			const struct tcpfin_conn *other)
{
	struct tcpfin_wave *w = v->wave;

	judge_fin(closer, other, &w[0], &w[1]);
	judge_fin(other, closer, &w[2], &w[3]);
	v->x = w[0].happened ? w[0].seq : unknown();
	v->y = w[2].happened ? w[2].seq : unknown();
	w[0].seq = v->x;
	w[2].seq = v->y;
	if (other && other->flags & TCPFIN_CONN_ACK_WITH)
		v->merged = TCPFIN_YES;
	else if (other && other->flags & TCPFIN_CONN_ACK_ALONE)
		v->merged = TCPFIN_NO;
	judge_numbers(v, closer, other);
	relate(&w[0], v->x, v->y);
	relate(&w[1], v->y, v->x);
	relate(&w[2], v->y, v->x);
	relate(&w[3], v->x, v->y);
	judge_half_close_bytes(v, closer, other);
}

/* Did this end bring the connection's end about by itself? */
static bool is_acting(enum tcpfin_how how)
{
	switch (how) {
	case TCPFIN_HOW_UNKNOWN:
	case TCPFIN_HOW_OPEN:
	case TCPFIN_HOW_FIN:
	case TCPFIN_HOW_RST_RCVD:
		return false;
	default:
		return true;
	}
}

/* In what was not brought about: what is worst for whoever wants to know. */
static unsigned int weight(enum tcpfin_how how)
{
	switch (how) {
	case TCPFIN_HOW_RST_RCVD:
		return 3;
	case TCPFIN_HOW_OPEN:
		return 2;
	case TCPFIN_HOW_UNKNOWN:
		return 1;
	default:
		return 0;
	}
}

static void judge_how(struct tcpfin_verdict *v)
{
	enum tcpfin_how a, b;

	a = tcpfin_conn_how(v->end[0]);
	v->how = a;
	if (!v->end[1])
		return;
	b = tcpfin_conn_how(v->end[1]);
	if (is_acting(a) && is_acting(b))
		v->by = v->end[1]->touched_ns < v->end[0]->touched_ns;
	else if (is_acting(a) || is_acting(b))
		v->by = is_acting(b);
	else
		v->by = weight(b) > weight(a);
	v->how = v->by ? b : a;
}

enum tcpfin_closer tcpfin_closer_turned(enum tcpfin_closer closer)
{
	switch (closer) {
	case TCPFIN_CLOSER_LOCAL:
		return TCPFIN_CLOSER_REMOTE;
	case TCPFIN_CLOSER_REMOTE:
		return TCPFIN_CLOSER_LOCAL;
	default:
		return closer;
	}
}

/* An end that saw no FIN, or does not know, takes the other one's word. */
static enum tcpfin_closer agreed(enum tcpfin_closer a, enum tcpfin_closer b)
{
	if (a == b || b == TCPFIN_CLOSER_UNKNOWN || b == TCPFIN_CLOSER_NONE)
		return a == TCPFIN_CLOSER_UNKNOWN ? b : a;
	if (a == TCPFIN_CLOSER_UNKNOWN || a == TCPFIN_CLOSER_NONE)
		return b;
	/* Each of them sent a FIN before it got one. */
	return TCPFIN_CLOSER_BOTH;
}

/*
 * In FIN_WAIT1 and not seen to end there, so that the other end's FIN may still come before
 * this one's is acknowledged; or it has come, and that was not seen.
 */
static bool is_tentative(const struct tcpfin_conn *conn)
{
	return tcpfin_conn_was_in(conn, BIT(TCP_FIN_WAIT1)) &&
	       !tcpfin_conn_was_in(conn, BIT(TCP_FIN_WAIT2) |
					 BIT(TCP_CLOSING)) &&
	       !(conn->flags & TCPFIN_CONN_ENDED && conn->old_state);
}

/* Does an end leave open which of the two FINs was first, if both were? */
static bool is_undecided(const struct tcpfin_conn *conn)
{
	enum tcpfin_closer closer = tcpfin_conn_closer(conn);

	return tcpfin_conn_was_in(conn, BIT(TCP_FIN_WAIT1) | BIT(TCP_CLOSING) |
					BIT(TCP_TIME_WAIT)) &&
	       (closer == TCPFIN_CLOSER_LOCAL ||
		closer == TCPFIN_CLOSER_UNKNOWN);
}

static bool began_later(const struct tcpfin_conn *a,
			const struct tcpfin_conn *b)
{
	struct tcpfin_fact sent_a = fin_sent(a), sent_b = fin_sent(b);

	return sent_a.known && sent_b.known ? sent_b.value < sent_a.value :
					      b->touched_ns < a->touched_ns;
}

/* The closer comes first; of equals the one that was earlier. */
static void arrange(const struct tcpfin_conn *a, const struct tcpfin_conn *b,
		    struct tcpfin_verdict *v)
{
	bool swap;

	v->end[0] = a;
	v->closer = tcpfin_conn_closer(a);
	if (!b)
		return;
	v->closer = agreed(v->closer, tcpfin_closer_turned(tcpfin_conn_closer(b)));
	if (is_undecided(a) && is_undecided(b) &&
	    (is_tentative(a) || is_tentative(b)))
		v->closer = TCPFIN_CLOSER_UNKNOWN;
	if (v->closer == TCPFIN_CLOSER_LOCAL)
		swap = false;
	else if (v->closer == TCPFIN_CLOSER_REMOTE)
		swap = true;
	else
		swap = began_later(a, b);
	v->end[0] = swap ? b : a;
	v->end[1] = swap ? a : b;
	if (swap)
		v->closer = tcpfin_closer_turned(v->closer);
}

static bool is_open(const struct tcpfin_conn *conn)
{
	return !(conn->flags & TCPFIN_CONN_ENDED);
}

/* Of one end that closed second the closer is the one that was not seen. */
static const struct tcpfin_conn *closing_end(const struct tcpfin_verdict *v)
{
	return v->closer == TCPFIN_CLOSER_REMOTE ? NULL : v->end[0];
}

static const struct tcpfin_conn *other_end(const struct tcpfin_verdict *v)
{
	return v->closer == TCPFIN_CLOSER_REMOTE ? v->end[0] : v->end[1];
}

void tcpfin_verdict_brief(const struct tcpfin_conn *a,
			  const struct tcpfin_conn *b,
			  struct tcpfin_verdict *v)
{
	memset(v, 0, offsetof(struct tcpfin_verdict, x));
	arrange(a, b, v);
	judge_how(v);
	v->open = is_open(a) || (b && is_open(b));
	v->partial = tcpfin_conn_is_partial(a) ||
		     (b && tcpfin_conn_is_partial(b));
	v->lost = (a->flags | (b ? b->flags : 0)) & TCPFIN_CONN_LOST;
	judge_half_close(v, closing_end(v), other_end(v));
}

void tcpfin_verdict_make(const struct tcpfin_conn *a,
			 const struct tcpfin_conn *b,
			 struct tcpfin_verdict *v)
{
	memset(v, 0, sizeof(*v));
	tcpfin_verdict_brief(a, b, v);
	judge_waves(v, closing_end(v), other_end(v));
}
