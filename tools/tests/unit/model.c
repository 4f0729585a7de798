// SPDX-License-Identifier: GPL-2.0
/*
 * Plays the life of a connection: two ends, the segments between them, their
 * processes and timers, one random step after the other.
 *
 * What a socket does on a segment is what the kernel does (tcp_ack(),
 * tcp_rcv_state_process(), tcp_fin(), __tcp_close(),
 * tcp_timewait_state_process()), as far as a teardown shows it.
 */
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "check.h"
#include "model.h"

#define FLIGHT		8
#define STEPS		2000
#define RETRANS_MAX	6
#define US		1000ULL
#define SECOND		1000000000ULL
#define BIT(state)	(1U << (state))

#define DATA_STATES	(BIT(TCP_ESTABLISHED) | BIT(TCP_CLOSE_WAIT))
#define FIN_STATES	(BIT(TCP_FIN_WAIT1) | BIT(TCP_CLOSING) | \
			 BIT(TCP_LAST_ACK))
#define PEER_CLOSED	(BIT(TCP_CLOSE_WAIT) | BIT(TCP_LAST_ACK) | \
			 BIT(TCP_CLOSING))
#define NEED_RESET	(BIT(TCP_ESTABLISHED) | BIT(TCP_CLOSE_WAIT) | \
			 BIT(TCP_FIN_WAIT1) | BIT(TCP_FIN_WAIT2))

struct segment {
	uint32_t seq;
	uint32_t end;
	uint32_t ack;
	bool fin;
	bool rst;
	bool syn;
};

/* One end as it is now. After the FIN is queued, @write_seq has it in. */
struct end {
	uint8_t state;
	bool mini;
	bool over;
	bool orphan;
	bool stalled;
	bool fin_queued;
	bool ack_due;
	bool unread;
	bool long_wait;
	uint32_t snd_una;
	uint32_t snd_nxt;
	uint32_t write_seq;
	uint32_t rcv_nxt;
	uint32_t rcv_wup;
	struct segment flight[FLIGHT];
	unsigned int in_flight;
};

struct play {
	struct model_life *life;
	struct model_rng *rng;
	struct end end[2];
	uint64_t now_ns;
	bool impatient;
};

uint64_t model_random(struct model_rng *rng)
{
	uint64_t z = rng->state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

uint32_t model_below(struct model_rng *rng, uint32_t below)
{
	return (uint32_t)((model_random(rng) >> 32) * below >> 32);
}

bool model_chance(struct model_rng *rng, uint32_t percent)
{
	return model_below(rng, 100) < percent;
}

static struct model_side *side(const struct play *p, unsigned int i)
{
	return &p->life->side[i];
}

static bool in(const struct end *e, unsigned int states)
{
	return !e->over && !e->mini && BIT(e->state) & states;
}

/* The record that the module writes at this moment. */
static struct tcpfin_event *record(struct play *p, unsigned int i, uint8_t kind,
				   uint8_t old, uint8_t new)
{
	struct model_life *life = p->life;
	const struct model_link *link = &life->link;
	const struct end *e = &p->end[i];
	struct tcpfin_event *ev = &life->event[life->events];
	size_t size = link->family == AF_INET ? 4 : 16;

	assert_true(life->events < MODEL_EVENTS);
	life->who[life->events++] = (uint8_t)i;
	memset(ev, 0, sizeof(*ev));
	ev->time_ns = p->now_ns;
	ev->cookie = link->cookie[i];
	ev->netns = link->netns[i];
	ev->family = link->family;
	memcpy(ev->laddr, link->addr[i], size);
	memcpy(ev->raddr, link->addr[!i], size);
	ev->lport = link->port[i];
	ev->rport = link->port[!i];
	ev->kind = kind;
	ev->old_state = old;
	ev->new_state = new;
	ev->snd_nxt = e->snd_nxt;
	ev->rcv_nxt = e->rcv_nxt;
	if (e->mini && kind != TCPFIN_KIND_TW_BIRTH)
		return ev;
	ev->flags = TCPFIN_F_SNDBUF | TCPFIN_F_OWNER;
	if (e->orphan)
		ev->flags |= TCPFIN_F_ORPHAN;
	ev->snd_una = e->snd_una;
	ev->write_seq = e->write_seq;
	ev->uid = 1000 + i;
	ev->cgroup = 77 + i;
	return ev;
}

static void by_task(struct tcpfin_event *ev, uint32_t pid)
{
	ev->flags |= TCPFIN_F_TASK;
	ev->pid = pid;
	memcpy(ev->comm, "task", 4);
}

static void by_owner(struct play *p, unsigned int i, struct tcpfin_event *ev)
{
	struct model_side *s = side(p, i);

	s->pid = 100 + i + 2 * model_below(p->rng, 3);
	s->owner = true;
	by_task(ev, s->pid);
}

static void change(struct play *p, unsigned int i, uint8_t state)
{
	struct model_side *s = side(p, i);
	struct end *e = &p->end[i];

	s->left_ns[e->state] = p->now_ns;
	e->state = state;
	if (state != TCP_CLOSE)
		s->began_ns[state] = p->now_ns;
}

static struct tcpfin_event *step(struct play *p, unsigned int i, uint8_t state)
{
	struct tcpfin_event *ev = record(p, i, TCPFIN_KIND_STATE,
					 p->end[i].state, state);

	change(p, i, state);
	return ev;
}

/* Its life is over, whatever the record of that is. */
static void over(struct play *p, unsigned int i, enum tcpfin_how how,
		 uint8_t reason, uint32_t detail)
{
	static const char *const causes[] = TCPFIN_CAUSE_NAMES;
	struct model_side *s = side(p, i);
	struct end *e = &p->end[i];

	s->how = how;
	s->reason = reason;
	s->old_state = e->state;
	s->end_ns = p->now_ns;
	if (reason == TCPFIN_REASON_ABORTED || reason == TCPFIN_REASON_RST_SENT)
		s->cause = detail ? causes[detail] : NULL;
	change(p, i, TCP_CLOSE);
	e->over = true;
}

static void put(struct play *p, unsigned int i, struct segment seg)
{
	struct end *e = &p->end[i];

	if (e->in_flight < FLIGHT)
		e->flight[e->in_flight++] = seg;
}

static void put_rst(struct play *p, unsigned int i)
{
	struct segment seg = { .seq = p->end[i].snd_nxt, .rst = true };

	seg.end = seg.seq;
	put(p, i, seg);
}

/* A full socket comes to its end. */
static struct tcpfin_event *end_full(struct play *p, unsigned int i,
				     enum tcpfin_how how, uint8_t reason,
				     uint32_t detail, bool rst)
{
	struct tcpfin_event *ev = record(p, i, TCPFIN_KIND_STATE,
					 p->end[i].state, TCP_CLOSE);

	ev->reason = reason;
	ev->detail = detail;
	if (rst) {
		ev->flags |= TCPFIN_F_RST;
		put_rst(p, i);
	}
	over(p, i, how, reason, detail);
	return ev;
}

static struct tcpfin_event *end_mini(struct play *p, unsigned int i,
				     enum tcpfin_how how, uint8_t reason,
				     uint32_t detail)
{
	struct tcpfin_event *ev = record(p, i, TCPFIN_KIND_TW_DEATH,
					 p->end[i].state, TCP_CLOSE);

	ev->reason = reason;
	ev->detail = detail;
	if (reason == TCPFIN_REASON_RST_SENT) {
		ev->flags |= TCPFIN_F_RST;
		put_rst(p, i);
	}
	if (p->end[i].state == TCP_TIME_WAIT)
		how = TCPFIN_HOW_FIN;
	over(p, i, how, reason, detail);
	return ev;
}

/* tcp_time_wait() */
static void time_wait(struct play *p, unsigned int i, uint8_t substate)
{
	struct model_side *s = side(p, i);
	struct end *e = &p->end[i];
	struct tcpfin_event *ev;

	if (model_chance(p->rng, 5)) {
		ev = record(p, i, TCPFIN_KIND_TW_REFUSED, e->state, TCP_CLOSE);
		ev->reason = TCPFIN_REASON_REFUSED;
		ev->detail = substate;
		over(p, i, substate == TCP_TIME_WAIT ? TCPFIN_HOW_FIN :
						       TCPFIN_HOW_REFUSED,
		     TCPFIN_REASON_REFUSED, substate);
		return;
	}
	record(p, i, TCPFIN_KIND_TW_BIRTH, e->state, substate);
	if (substate != e->state)
		change(p, i, substate);
	e->mini = true;
	s->mini = true;
	s->mini_ns = p->now_ns;
}

/* Its FIN is about to be queued. */
static void note_fin(struct play *p, unsigned int i)
{
	struct model_side *s = side(p, i);
	const struct end *e = &p->end[i];

	s->fin_ns = p->now_ns;
	s->fin_seq = e->write_seq;
	if (e->state == TCP_ESTABLISHED)
		s->mark[0] = e->rcv_nxt;
}

static void send_new(struct play *p, unsigned int i)
{
	struct model_side *s = side(p, i);
	struct end *e = &p->end[i];
	struct segment seg = {
		.seq = e->snd_nxt, .end = e->write_seq, .ack = e->rcv_nxt,
		.fin = e->fin_queued && e->snd_nxt != e->write_seq,
	};

	/* The last byte and the FIN may go their own ways. */
	if (seg.fin && e->write_seq - e->snd_nxt > 1 &&
	    model_chance(p->rng, 50)) {
		seg.end--;
		seg.fin = false;
	}
	if (s->got_fin_ns && !s->ack_left) {
		s->ack_left = true;
		s->ack_seq = e->snd_nxt;
	}
	if (seg.fin && !s->fin_left) {
		s->fin_left = true;
		s->fin_first = !s->got_fin_ns;
		s->fin_ack = e->rcv_nxt;
	}
	e->snd_nxt = seg.end;
	e->rcv_wup = e->rcv_nxt;
	e->ack_due = false;
	put(p, i, seg);
}

static void send_again(struct play *p, unsigned int i)
{
	struct end *e = &p->end[i];
	struct segment seg = {
		.seq = e->snd_una, .end = e->snd_nxt, .ack = e->rcv_nxt,
		.fin = e->fin_queued && e->snd_nxt == e->write_seq,
	};

	if (seg.fin) {
		if (side(p, i)->retransmitted == RETRANS_MAX)
			return;
		record(p, i, TCPFIN_KIND_FIN_RETRANS, e->state, e->state);
		side(p, i)->retransmitted++;
	}
	e->rcv_wup = e->rcv_nxt;
	put(p, i, seg);
}

/* tcp_send_fin() after tcp_close_state(), by close() or shutdown() */
static void close_end(struct play *p, unsigned int i, bool orphan)
{
	struct model_side *s = side(p, i);
	struct end *e = &p->end[i];
	bool second = e->state == TCP_CLOSE_WAIT, at_once = false;
	struct tcpfin_event *ev;

	note_fin(p, i);
	ev = step(p, i, second ? TCP_LAST_ACK : TCP_FIN_WAIT1);
	by_owner(p, i, ev);
	if (second && e->rcv_wup == e->rcv_nxt) {
		ev->detail = TCPFIN_LAST_ACK_ALONE;
		s->merged = TCPFIN_NO;
	} else if (second && e->snd_una == e->write_seq && !e->stalled) {
		ev->detail = TCPFIN_LAST_ACK_WITH_FIN;
		s->merged = TCPFIN_YES;
		at_once = true;
	}
	e->write_seq++;
	e->fin_queued = true;
	e->orphan = orphan;
	if (at_once)
		send_new(p, i);
}

/* __tcp_close() after shutdown() */
static void let_go(struct play *p, unsigned int i)
{
	struct end *e = &p->end[i];

	e->orphan = true;
	if (e->state != TCP_FIN_WAIT2)
		return;
	if (model_chance(p->rng, 5))
		end_full(p, i, TCPFIN_HOW_RST_SENT, TCPFIN_REASON_ABORTED,
			 TCPFIN_CAUSE_LINGER2, true);
	else if (model_chance(p->rng, 20))
		e->long_wait = true;
	else
		time_wait(p, i, TCP_FIN_WAIT2);
}

/* An ACK took its FIN out of the queue. */
static void on_fin_acked(struct play *p, unsigned int i,
			 const struct segment *seg)
{
	struct end *e = &p->end[i];

	side(p, i)->fin_acked_ns = p->now_ns;
	switch (e->state) {
	case TCP_FIN_WAIT1:
		side(p, i)->mark[1] = e->rcv_nxt;
		step(p, i, TCP_FIN_WAIT2);
		if (!e->orphan)
			break;
		if (model_chance(p->rng, 3))
			end_full(p, i, TCPFIN_HOW_RST_SENT,
				 TCPFIN_REASON_ABORTED, TCPFIN_CAUSE_LINGER2,
				 true);
		else if (seg->end - seg->fin != seg->seq)
			end_full(p, i, TCPFIN_HOW_RST_SENT,
				 TCPFIN_REASON_ABORTED, TCPFIN_CAUSE_LATE_DATA,
				 true);
		else if (seg->fin || model_chance(p->rng, 10))
			e->long_wait = true;
		else
			time_wait(p, i, TCP_FIN_WAIT2);
		break;
	case TCP_CLOSING:
		time_wait(p, i, TCP_TIME_WAIT);
		break;
	case TCP_LAST_ACK:
		end_full(p, i, TCPFIN_HOW_FIN, TCPFIN_REASON_NONE, 0, false);
		break;
	}
}

/* tcp_send_ack() */
static void ack_now(struct play *p, unsigned int i)
{
	struct model_side *s = side(p, i);
	struct end *e = &p->end[i];
	struct segment seg = {
		.seq = e->snd_nxt, .end = e->snd_nxt, .ack = e->rcv_nxt,
	};

	if (s->got_fin_ns && !s->ack_left) {
		s->ack_left = true;
		s->ack_seq = e->snd_nxt;
	}
	e->rcv_wup = e->rcv_nxt;
	e->ack_due = false;
	put(p, i, seg);
}

/* tcp_fin(), after RCV.NXT went over it */
static void on_fin(struct play *p, unsigned int i)
{
	struct model_side *s = side(p, i);
	struct end *e = &p->end[i];

	s->got_fin_ns = p->now_ns;
	switch (e->state) {
	case TCP_ESTABLISHED:
		s->mark[0] = e->snd_nxt;
		s->mark[1] = e->write_seq;
		step(p, i, TCP_CLOSE_WAIT);
		break;
	case TCP_FIN_WAIT1:
		ack_now(p, i);
		step(p, i, TCP_CLOSING);
		break;
	case TCP_FIN_WAIT2:
		ack_now(p, i);
		time_wait(p, i, TCP_TIME_WAIT);
		break;
	}
}

/* The text of a segment that is in the window. */
static void take_text(struct play *p, unsigned int i, const struct segment *seg)
{
	struct end *e = &p->end[i];
	uint32_t bytes;

	e->ack_due = true;
	if ((int32_t)(seg->end - e->rcv_nxt) <= 0 ||
	    (int32_t)(seg->seq - e->rcv_nxt) > 0 || in(e, PEER_CLOSED))
		return;
	bytes = seg->end - seg->fin - e->rcv_nxt;
	if (bytes && e->orphan) {
		end_full(p, i, TCPFIN_HOW_RST_SENT, TCPFIN_REASON_RST_SENT,
			 TCPFIN_CAUSE_LATE_DATA, true);
		return;
	}
	if (bytes)
		e->unread = model_chance(p->rng, 10);
	e->rcv_nxt = seg->end;
	if (seg->fin)
		on_fin(p, i);
}

static void take(struct play *p, unsigned int i, const struct segment *seg)
{
	struct end *e = &p->end[i];

	if (seg->rst) {
		end_full(p, i, TCPFIN_HOW_RST_RCVD, TCPFIN_REASON_RST_RCVD, 0,
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
static void take_mini(struct play *p, unsigned int i, const struct segment *seg)
{
	struct model_side *s = side(p, i);
	struct end *e = &p->end[i];
	struct tcpfin_event *ev;

	if (seg->rst) {
		end_mini(p, i, TCPFIN_HOW_RST_RCVD, TCPFIN_REASON_RST_RCVD, 0);
		return;
	}
	if (e->state == TCP_TIME_WAIT) {
		ev = record(p, i, TCPFIN_KIND_TW_EXTEND, TCP_TIME_WAIT,
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
		end_mini(p, i, TCPFIN_HOW_RST_SENT, TCPFIN_REASON_RST_SENT,
			 TCPFIN_CAUSE_LATE_DATA);
		return;
	}
	e->rcv_nxt = seg->end;
	s->got_fin_ns = p->now_ns;
	ack_now(p, i);
	ev = record(p, i, TCPFIN_KIND_TW_FLIP, TCP_FIN_WAIT2, TCP_TIME_WAIT);
	ev->flags |= TCPFIN_F_FIN;
	change(p, i, TCP_TIME_WAIT);
}

/* The oldest segment that @i sent comes to the other end, or does not. */
static void arrive(struct play *p, unsigned int i)
{
	struct end *from = &p->end[i], *to = &p->end[!i];
	struct segment seg = from->flight[0];

	from->in_flight--;
	memmove(from->flight, from->flight + 1,
		from->in_flight * sizeof(from->flight[0]));
	if (model_chance(p->rng, 8))
		return;
	if (!to->over)
		(to->mini ? take_mini : take)(p, !i, &seg);
	else if (!seg.rst)
		put_rst(p, !i);
}

static void write_some(struct play *p, unsigned int i)
{
	p->end[i].write_seq += 1 + model_below(p->rng, 3000);
}

/* What ends a full socket before its time. */
static void break_full(struct play *p, unsigned int i)
{
	struct end *e = &p->end[i];
	bool need_reset = BIT(e->state) & NEED_RESET;
	struct tcpfin_event *ev;

	switch (model_below(p->rng, 6)) {
	case 0:
		ev = end_full(p, i, TCPFIN_HOW_KILLED, TCPFIN_REASON_KILLED, 0,
			      need_reset);
		by_task(ev, 9999);
		break;
	case 1:
		if (e->orphan) {
			end_full(p, i, TCPFIN_HOW_NETNS, TCPFIN_REASON_NETNS, 0,
				 false);
			break;
		}
		if (!need_reset)
			break;
		ev = end_full(p, i, TCPFIN_HOW_RST_SENT, TCPFIN_REASON_ABORTED,
			      model_chance(p->rng, 50) ?
				      TCPFIN_CAUSE_LINGER0 :
				      TCPFIN_CAUSE_DISCONNECT, true);
		by_owner(p, i, ev);
		break;
	case 2:
		if (e->snd_una != e->write_seq)
			end_full(p, i, TCPFIN_HOW_TIMEOUT,
				 TCPFIN_REASON_TIMEOUT,
				 1 + model_below(p->rng, 15), false);
		break;
	case 3:
		end_full(p, i, TCPFIN_HOW_ERROR, TCPFIN_REASON_ERROR, 0, false);
		break;
	case 4:
		if (e->orphan && e->state != TCP_FIN_WAIT2 &&
		    model_chance(p->rng, 50))
			end_full(p, i, TCPFIN_HOW_ABORTED,
				 TCPFIN_REASON_ABORTED, TCPFIN_CAUSE_ORPHANS,
				 false);
		else if (e->orphan && e->state != TCP_FIN_WAIT2)
			end_full(p, i, TCPFIN_HOW_RST_SENT,
				 TCPFIN_REASON_ABORTED, TCPFIN_CAUSE_ORPHANS,
				 true);
		break;
	case 5:
		if (e->orphan || !e->unread || !in(e, DATA_STATES))
			break;
		ev = end_full(p, i, TCPFIN_HOW_RST_SENT, TCPFIN_REASON_ABORTED,
			      TCPFIN_CAUSE_UNREAD_DATA, true);
		by_owner(p, i, ev);
		break;
	}
}

static void end_of_wait(struct play *p, unsigned int i)
{
	static const struct {
		uint8_t reason;
		uint8_t how;
	} ways[] = {
		{ TCPFIN_REASON_KILLED, TCPFIN_HOW_KILLED },
		{ TCPFIN_REASON_NETNS, TCPFIN_HOW_NETNS },
		{ TCPFIN_REASON_TW_REUSE, TCPFIN_HOW_TAKEN },
		{ TCPFIN_REASON_TPROXY, TCPFIN_HOW_TAKEN },
		{ TCPFIN_REASON_CALLER, TCPFIN_HOW_UNKNOWN },
		{ TCPFIN_REASON_SYN_REUSE, TCPFIN_HOW_FIN },
	};
	bool time_wait = p->end[i].state == TCP_TIME_WAIT;
	unsigned int way = model_below(p->rng, 16);
	struct tcpfin_event *ev;

	if (way >= (time_wait ? 6 : 5)) {
		p->now_ns += 60 * SECOND;
		end_mini(p, i, TCPFIN_HOW_FW2_TIMEOUT, TCPFIN_REASON_EXPIRED,
			 0);
		return;
	}
	ev = end_mini(p, i, ways[way].how, ways[way].reason,
		      ways[way].reason == TCPFIN_REASON_CALLER);
	if (ways[way].reason == TCPFIN_REASON_KILLED ||
	    ways[way].reason == TCPFIN_REASON_TW_REUSE)
		by_task(ev, 9999);
}

/* What its process or its timers do. */
static void act(struct play *p, unsigned int i)
{
	struct end *e = &p->end[i];

	if (e->stalled && model_chance(p->rng, 30))
		e->stalled = false;
	if (in(e, DATA_STATES) && model_chance(p->rng, 40))
		write_some(p, i);
	else if (in(e, DATA_STATES) &&
		 model_chance(p->rng, p->impatient ? 90 : 20))
		close_end(p, i, model_chance(p->rng, 70));
	else if (in(e, BIT(TCP_ESTABLISHED)) && model_chance(p->rng, 5))
		e->stalled = true;
	else if (e->fin_queued && !e->orphan && model_chance(p->rng, 30))
		let_go(p, i);
	else if (model_chance(p->rng, p->impatient ? 10 : 1))
		break_full(p, i);
	else if (e->long_wait && e->state == TCP_FIN_WAIT2 &&
		 model_chance(p->rng, 5))
		end_full(p, i, TCPFIN_HOW_FW2_TIMEOUT, TCPFIN_REASON_EXPIRED, 0,
			 true);
}

static void move_on(struct play *p, unsigned int i)
{
	struct end *e = &p->end[i];
	unsigned int what = model_below(p->rng, 10);

	if (what < 4 && e->in_flight) {
		arrive(p, i);
	} else if (e->over) {
		return;
	} else if (e->mini) {
		if (model_chance(p->rng, p->impatient ? 30 : 4))
			end_of_wait(p, i);
	} else if (what < 7 && !e->stalled &&
		   (e->snd_nxt != e->write_seq || e->ack_due)) {
		send_new(p, i);
	} else if (what == 7 && !e->ack_due && !e->in_flight &&
		   e->snd_una != e->snd_nxt) {
		send_again(p, i);
	} else {
		act(p, i);
	}
}

static void begin(struct play *p, unsigned int i)
{
	const struct model_link *link = &p->life->link;
	struct end *e = &p->end[i];

	e->state = i ? TCP_SYN_RECV : TCP_SYN_SENT;
	e->snd_una = link->iss[i];
	e->snd_nxt = e->snd_una;
	e->write_seq = e->snd_una;
	e->rcv_nxt = link->iss[!i];
	e->rcv_wup = e->rcv_nxt;
	if (link->scope_all)
		step(p, i, TCP_ESTABLISHED);
	e->state = TCP_ESTABLISHED;
}

void model_live(struct model_life *life, struct model_rng *rng,
		uint64_t start_ns)
{
	struct play p = { .life = life, .rng = rng, .now_ns = start_ns };
	struct model_link link = life->link;
	unsigned int steps;

	memset(life, 0, sizeof(*life));
	life->link = link;
	begin(&p, 0);
	p.now_ns += 1 + model_below(rng, 1000000);
	begin(&p, 1);
	for (steps = 0; !(p.end[0].over && p.end[1].over); steps++) {
		assert_true(steps < STEPS);
		p.now_ns += 1 + (model_random(rng) & 0xffffff) /
				(1 + model_below(rng, 16384));
		p.impatient = steps > 100 ||
			      life->events > MODEL_EVENTS - 40;
		move_on(&p, model_below(rng, 2));
	}
	life->end_ns = p.now_ns;
	life->seq[0] = p.end[0].write_seq;
	life->seq[1] = p.end[1].write_seq;
}
