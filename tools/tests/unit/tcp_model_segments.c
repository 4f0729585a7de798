// SPDX-License-Identifier: GPL-2.0
/*
 * Sends and receives the segments between the ends.
 *
 * A socket handles a segment as the kernel does (tcp_ack(), tcp_fin(),
 * tcp_rcv_state_process(), __tcp_close(), tcp_timewait_state_process()), as far as the
 * module's records show.
 */
#include <limits.h>
#include <string.h>

#include "tcp_model_internal.h"

#define RETRANS_MAX 6
#define PEER_CLOSED (BIT(TCP_CLOSE_WAIT) | BIT(TCP_LAST_ACK) | BIT(TCP_CLOSING))

/* Note the facts of a FIN that is about to be queued. */
static void note_fin(struct sim *p, unsigned int i)
{
	struct model_side *s = model_side(p, i);
	const struct end *e = &p->end[i];

	s->fin_ns = p->now_ns;
	s->fin_seq = e->write_seq;
	if (e->state == TCP_ESTABLISHED)
		s->mark[0] = e->rcv_nxt;
}

void model_send_new(struct sim *p, unsigned int i)
{
	struct model_side *s = model_side(p, i);
	struct end *e = &p->end[i];
	struct segment seg = {
		.seq = e->snd_nxt,
		.end = e->write_seq,
		.ack = e->rcv_nxt,
		.fin = e->fin_queued && e->snd_nxt != e->write_seq,
	};

	/* The FIN may be in a segment of its own. */
	if (seg.fin && e->write_seq - e->snd_nxt > 1 &&
	    model_chance(p->rng, 50)) {
		seg.end--;
		seg.fin = false;
	}
	if (seg.fin && !s->fin_left) {
		s->fin_left = true;
		s->fin_first = !s->got_fin_ns;
		s->fin_ack = e->rcv_nxt;
	}
	e->snd_nxt = seg.end;
	e->rcv_wup = e->rcv_nxt;
	e->ack_due = false;
	model_put(p, i, seg);
}

void model_send_again(struct sim *p, unsigned int i)
{
	struct end *e = &p->end[i];
	struct segment seg = {
		.seq = e->snd_una,
		.end = e->snd_nxt,
		.ack = e->rcv_nxt,
		.fin = e->fin_queued && e->snd_nxt == e->write_seq,
	};

	/* Perhaps only the first part of what was sent. */
	if (e->snd_nxt - e->snd_una > 1 && model_chance(p->rng, 50)) {
		seg.end = e->snd_una + 1 +
			  model_below(p->rng, e->snd_nxt - e->snd_una - 1);
		seg.fin = false;
	}
	if (seg.fin) {
		if (model_side(p, i)->retransmitted == RETRANS_MAX)
			return;
		model_record(p, i, TCPFIN_KIND_FIN_RETRANS, e->state, e->state);
		model_side(p, i)->retransmitted++;
	}
	e->rcv_wup = e->rcv_nxt;
	e->ack_due = false;
	model_put(p, i, seg);
}

/* tcp_send_fin() after tcp_close_state(), by close() or shutdown() */
void model_close_end(struct sim *p, unsigned int i, bool orphan)
{
	struct model_side *s = model_side(p, i);
	struct end *e = &p->end[i];
	bool second = e->state == TCP_CLOSE_WAIT, at_once = false;
	struct tcpfin_event *ev;

	note_fin(p, i);
	ev = model_step(p, i, second ? TCP_LAST_ACK : TCP_FIN_WAIT1);
	model_by_owner(p, i, ev);
	if (second && e->rcv_wup == e->rcv_nxt) {
		ev->detail = TCPFIN_LAST_ACK_ALONE;
		s->merged = TRI_NO;
	} else if (second && e->snd_una == e->write_seq && !e->stalled) {
		ev->detail = TCPFIN_LAST_ACK_WITH_FIN;
		s->merged = TRI_YES;
		at_once = true;
	}
	e->write_seq++;
	e->fin_queued = true;
	e->orphan = orphan;
	if (at_once)
		model_send_new(p, i);
}

/* __tcp_close() after shutdown() */
void model_let_go(struct sim *p, unsigned int i)
{
	struct end *e = &p->end[i];

	e->orphan = true;
	if (e->state != TCP_FIN_WAIT2)
		return;
	if (model_chance(p->rng, 5))
		model_end_full(p, i, HOW_RST_SENT, TCPFIN_REASON_ABORTED,
			       TCPFIN_CAUSE_LINGER2, true);
	else if (model_chance(p->rng, 20))
		e->long_wait = true;
	else
		model_time_wait(p, i, TCP_FIN_WAIT2);
}

/* Does a segment bring more than a FIN that is next in order? */
static bool is_late_data(const struct end *e, const struct segment *seg)
{
	return seg->end != seg->seq &&
	       (int32_t)(seg->end - seg->fin - e->rcv_nxt) > 0;
}

/* The end's FIN was acknowledged. */
static void on_fin_acked(struct sim *p, unsigned int i,
			 const struct segment *seg)
{
	struct end *e = &p->end[i];

	model_side(p, i)->fin_acked_ns = p->now_ns;
	switch (e->state) {
	case TCP_FIN_WAIT1:
		model_side(p, i)->mark[1] = e->rcv_nxt;
		model_step(p, i, TCP_FIN_WAIT2);
		if (!e->orphan)
			break;
		if (model_chance(p->rng, 3))
			model_end_full(p, i, HOW_RST_SENT,
				       TCPFIN_REASON_ABORTED,
				       TCPFIN_CAUSE_LINGER2, true);
		else if (is_late_data(e, seg))
			model_end_full(p, i, HOW_RST_SENT,
				       TCPFIN_REASON_ABORTED,
				       TCPFIN_CAUSE_LATE_DATA, true);
		else if (seg->fin || model_chance(p->rng, 10))
			e->long_wait = true;
		else
			model_time_wait(p, i, TCP_FIN_WAIT2);
		break;
	case TCP_CLOSING:
		model_time_wait(p, i, TCP_TIME_WAIT);
		break;
	case TCP_LAST_ACK:
		model_end_full(p, i, HOW_FIN, TCPFIN_REASON_NONE, 0, false);
		break;
	}
}

/* tcp_send_ack() */
static void ack_now(struct sim *p, unsigned int i)
{
	struct end *e = &p->end[i];
	struct segment seg = {
		.seq = e->snd_nxt,
		.end = e->snd_nxt,
		.ack = e->rcv_nxt,
	};

	e->rcv_wup = e->rcv_nxt;
	e->ack_due = false;
	model_put(p, i, seg);
}

/* Answer the peer's FIN. Another system may do so with its own FIN, sent again. */
static void answer_fin(struct sim *p, unsigned int i)
{
	struct end *e = &p->end[i];
	struct segment again = {
		.seq = e->write_seq - 1,
		.end = e->write_seq,
		.ack = e->rcv_nxt,
		.fin = true,
	};

	if (p->life->link.foreign[i] && e->snd_nxt == e->write_seq &&
	    model_chance(p->rng, 50))
		model_put(p, i, again);
	else
		ack_now(p, i);
}

/* tcp_fin(); RCV.NXT includes the FIN already */
static void on_fin(struct sim *p, unsigned int i)
{
	struct model_side *s = model_side(p, i);
	struct end *e = &p->end[i];

	s->got_fin_ns = p->now_ns;
	switch (e->state) {
	case TCP_ESTABLISHED:
		s->mark[0] = e->snd_nxt;
		s->mark[1] = e->write_seq;
		s->quiet = e->snd_una == e->snd_nxt;
		model_step(p, i, TCP_CLOSE_WAIT);
		break;
	case TCP_FIN_WAIT1:
		answer_fin(p, i);
		model_step(p, i, TCP_CLOSING);
		break;
	case TCP_FIN_WAIT2:
		answer_fin(p, i);
		model_time_wait(p, i, TCP_TIME_WAIT);
		break;
	}
}

/* Receive data and FIN of a segment that is next in order. */
static void take_next(struct sim *p, unsigned int i, const struct segment *seg)
{
	struct end *e = &p->end[i];

	if (seg->end - seg->fin != e->rcv_nxt)
		e->unread = model_chance(p->rng, 10);
	e->rcv_nxt = seg->end;
	if (seg->fin)
		on_fin(p, i);
}

/* Can a full socket receive data or a FIN of this segment now? */
static bool is_next(const struct end *e, const struct segment *seg)
{
	return !e->over && !e->mini && !model_is_in(e, PEER_CLOSED) &&
	       (int32_t)(seg->end - e->rcv_nxt) > 0 &&
	       (int32_t)(seg->seq - e->rcv_nxt) <= 0;
}

/* tcp_ofo_queue() */
static void take_held(struct sim *p, unsigned int i)
{
	struct end *e = &p->end[i];
	unsigned int n;

	for (n = 0; n < e->holds; n++) {
		if (!is_next(e, &e->held[n]))
			continue;
		take_next(p, i, &e->held[n]);
		n = UINT_MAX;
	}
}

/* Receive data and FIN of a segment. */
static void take_text(struct sim *p, unsigned int i, const struct segment *seg)
{
	struct end *e = &p->end[i];

	e->ack_due = true;
	if (e->orphan && !model_is_in(e, PEER_CLOSED) && is_late_data(e, seg)) {
		model_end_full(p, i, HOW_RST_SENT, TCPFIN_REASON_RST_SENT,
			       TCPFIN_CAUSE_LATE_DATA, true);
		return;
	}
	if (is_next(e, seg)) {
		take_next(p, i, seg);
		take_held(p, i);
	} else if ((int32_t)(seg->seq - e->rcv_nxt) > 0 && e->holds < HELD) {
		e->held[e->holds++] = *seg;
	}
}

static void take(struct sim *p, unsigned int i, const struct segment *seg)
{
	struct end *e = &p->end[i];

	if (seg->rst) {
		model_end_full(p, i, HOW_RST_RCVD, TCPFIN_REASON_RST_RCVD, 0,
			       false);
		return;
	}
	if ((int32_t)(seg->ack - e->snd_una) > 0) {
		e->snd_una = seg->ack;
		if (e->fin_queued && e->snd_una == e->write_seq)
			on_fin_acked(p, i, seg);
	}
	if (!e->over && !e->mini && seg->end != seg->seq)
		take_text(p, i, seg);
}

/* tcp_timewait_state_process() */
static void take_mini(struct sim *p, unsigned int i, const struct segment *seg)
{
	struct model_side *s = model_side(p, i);
	struct end *e = &p->end[i];
	struct tcpfin_event *ev;

	if (seg->rst) {
		model_end_mini(p, i, HOW_RST_RCVD, TCPFIN_REASON_RST_RCVD, 0);
		return;
	}
	if (e->state == TCP_TIME_WAIT) {
		ev = model_record(p, i, TCPFIN_KIND_TW_EXTEND, TCP_TIME_WAIT,
				  TCP_TIME_WAIT);
		s->extended++;
		s->fin_again += seg->fin;
		if (seg->fin)
			ev->flags |= TCPFIN_F_FIN;
		if (seg->fin)
			ack_now(p, i);
		return;
	}
	if ((int32_t)(seg->end - e->rcv_nxt) <= 0 || seg->seq == seg->end)
		return;
	if (!seg->fin || seg->end != e->rcv_nxt + 1) {
		model_end_mini(p, i, HOW_RST_SENT, TCPFIN_REASON_RST_SENT,
			       TCPFIN_CAUSE_LATE_DATA);
		return;
	}
	e->rcv_nxt = seg->end;
	s->got_fin_ns = p->now_ns;
	ack_now(p, i);
	ev = model_record(p, i, TCPFIN_KIND_TW_FLIP, TCP_FIN_WAIT2,
			  TCP_TIME_WAIT);
	ev->flags |= TCPFIN_F_FIN;
	model_change(p, i, TCP_TIME_WAIT);
}

/* Take a segment out of the network; a copy of it may stay. */
static struct segment take_off(struct sim *p, unsigned int i)
{
	bool calm = p->life->link.calm;
	struct end *from = &p->end[i];
	unsigned int n = !calm && model_chance(p->rng, 20) ?
			 model_below(p->rng, from->in_flight) : 0;
	struct segment seg = from->flight[n];

	if (!calm && model_chance(p->rng, 5))
		return seg;
	from->in_flight--;
	memmove(from->flight + n, from->flight + n + 1,
		(from->in_flight - n) * sizeof(from->flight[0]));
	return seg;
}

/* A segment of @i, mostly the oldest, reaches its peer, or is lost. */
void model_arrive(struct sim *p, unsigned int i)
{
	struct end *to = &p->end[!i];
	struct segment seg = take_off(p, i);

	if (!p->life->link.calm && model_chance(p->rng, 8))
		return;
	if (!to->over)
		(to->mini ? take_mini : take)(p, !i, &seg);
	else if (!seg.rst)
		model_put_rst(p, !i);
}
