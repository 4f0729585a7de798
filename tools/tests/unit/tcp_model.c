// SPDX-License-Identifier: GPL-2.0
/*
 * Simulates a connection: two ends, the segments between them, their processes and
 * timers, one random step after the other.
 */
#include <string.h>

#include "check.h"
#include "tcp_model_internal.h"

#define STEPS 2000
#define SECOND 1000000000ULL
#define DATA_STATES (BIT(TCP_ESTABLISHED) | BIT(TCP_CLOSE_WAIT))
#define NEED_RESET                                                         \
	(BIT(TCP_ESTABLISHED) | BIT(TCP_CLOSE_WAIT) | BIT(TCP_FIN_WAIT1) | \
	 BIT(TCP_FIN_WAIT2))

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

static void write_some(struct sim *p, unsigned int i)
{
	p->end[i].write_seq += 1 + model_below(p->rng, 3000);
}

/* Perhaps end a full socket early: kill, abort, timeout, error. */
static void break_full(struct sim *p, unsigned int i)
{
	struct end *e = &p->end[i];
	bool need_reset = BIT(e->state) & NEED_RESET;
	struct tcpfin_event *ev;

	switch (model_below(p->rng, 6)) {
	case 0:
		ev = model_end_full(p, i, HOW_KILLED, TCPFIN_REASON_KILLED, 0,
				    need_reset);
		model_by_task(ev, 9999);
		break;
	case 1:
		if (e->orphan) {
			model_end_full(p, i, HOW_NETNS, TCPFIN_REASON_NETNS, 0,
				       false);
			break;
		}
		if (!need_reset)
			break;
		ev = model_end_full(p, i, HOW_RST_SENT, TCPFIN_REASON_ABORTED,
				    model_chance(p->rng, 50)
					    ? TCPFIN_CAUSE_LINGER0
					    : TCPFIN_CAUSE_DISCONNECT,
				    true);
		model_by_owner(p, i, ev);
		break;
	case 2:
		if (e->snd_una != e->write_seq)
			model_end_full(p, i, HOW_TIMEOUT, TCPFIN_REASON_TIMEOUT,
				       TCPFIN_TIMEOUT_DETAIL(1 + model_below(p->rng, 4),
							     model_below(p->rng, 15)),
				       false);
		break;
	case 3:
		model_end_full(p, i, HOW_ERROR, TCPFIN_REASON_ERROR, 0, false);
		break;
	case 4:
		if (e->orphan && e->state != TCP_FIN_WAIT2 &&
		    model_chance(p->rng, 50))
			model_end_full(p, i, HOW_ABORTED, TCPFIN_REASON_ABORTED,
				       TCPFIN_CAUSE_ORPHANS, false);
		else if (e->orphan && e->state != TCP_FIN_WAIT2)
			model_end_full(p, i, HOW_RST_SENT,
				       TCPFIN_REASON_ABORTED,
				       TCPFIN_CAUSE_ORPHANS, true);
		break;
	case 5:
		if (e->orphan || !e->unread || !model_is_in(e, DATA_STATES))
			break;
		ev = model_end_full(p, i, HOW_RST_SENT, TCPFIN_REASON_ABORTED,
				    TCPFIN_CAUSE_UNREAD_DATA, true);
		model_by_owner(p, i, ev);
		break;
	}
}

static void end_of_wait(struct sim *p, unsigned int i)
{
	static const struct {
		uint8_t reason;
		uint8_t how;
	} ways[] = {
		{TCPFIN_REASON_KILLED, HOW_KILLED},
		{TCPFIN_REASON_NETNS, HOW_NETNS},
		{TCPFIN_REASON_TW_REUSE, HOW_TAKEN},
		{TCPFIN_REASON_TPROXY, HOW_TAKEN},
		{TCPFIN_REASON_CALLER, HOW_UNKNOWN},
		{TCPFIN_REASON_SYN_REUSE, HOW_FIN},
	};
	bool time_wait = p->end[i].state == TCP_TIME_WAIT;
	unsigned int way = model_below(p->rng, 16);
	struct tcpfin_event *ev;

	if (way >= (time_wait ? 6 : 5)) {
		p->now_ns += 60 * SECOND;
		model_end_mini(p, i, HOW_FW2_TIMEOUT, TCPFIN_REASON_EXPIRED, 0);
		return;
	}
	ev = model_end_mini(p, i, ways[way].how, ways[way].reason,
			    ways[way].reason == TCPFIN_REASON_CALLER);
	if (ways[way].reason == TCPFIN_REASON_KILLED ||
	    ways[way].reason == TCPFIN_REASON_TW_REUSE)
		model_by_task(ev, 9999);
}

/* A random action of the process or a timer. */
static void act(struct sim *p, unsigned int i)
{
	struct end *e = &p->end[i];

	if (e->stalled && model_chance(p->rng, 30))
		e->stalled = false;
	if (model_is_in(e, DATA_STATES) && model_chance(p->rng, 40))
		write_some(p, i);
	else if (model_is_in(e, DATA_STATES) &&
		 model_chance(p->rng, p->impatient ? 90 : 20))
		model_close_end(p, i, model_chance(p->rng, 70));
	else if (model_is_in(e, BIT(TCP_ESTABLISHED)) &&
		 model_chance(p->rng, 5))
		e->stalled = true;
	else if (e->fin_queued && !e->orphan && model_chance(p->rng, 30))
		model_let_go(p, i);
	else if (model_chance(p->rng, p->impatient ? 10 : 1))
		break_full(p, i);
	else if (e->long_wait && e->state == TCP_FIN_WAIT2 &&
		 model_chance(p->rng, 5))
		model_end_full(p, i, HOW_FW2_TIMEOUT, TCPFIN_REASON_EXPIRED, 0,
			       true);
}

static void move_on(struct sim *p, unsigned int i)
{
	struct end *e = &p->end[i];
	unsigned int what = model_below(p->rng, 10);

	if (what < 4 && e->in_flight) {
		model_arrive(p, i);
	} else if (e->over) {
		return;
	} else if (e->mini) {
		if (model_chance(p->rng, p->impatient ? 30 : 4))
			end_of_wait(p, i);
	} else if (what < 7 && !e->stalled &&
		   (e->snd_nxt != e->write_seq || e->ack_due)) {
		model_send_new(p, i);
	} else if (what == 7 && e->snd_una != e->snd_nxt &&
		   (!e->in_flight || (!p->life->link.calm && model_chance(p->rng, 20)))) {
		model_send_again(p, i);
	} else {
		act(p, i);
	}
}

static void begin(struct sim *p, unsigned int i)
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
		model_step(p, i, TCP_ESTABLISHED);
	e->state = TCP_ESTABLISHED;
}

void model_live(struct model_life *life, struct model_rng *rng,
		uint64_t start_ns)
{
	struct sim p = {.life = life, .rng = rng, .now_ns = start_ns};
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
		p.impatient = steps > 100 || life->events > MODEL_EVENTS - 40;
		move_on(&p, model_below(rng, 2));
	}
	life->end_ns = p.now_ns;
	life->seq[0] = p.end[0].write_seq;
	life->seq[1] = p.end[1].write_seq;
}
