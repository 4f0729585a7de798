// SPDX-License-Identifier: GPL-2.0
/* Notes the steps of an end: the module's records and the true facts. */
#include <string.h>
#include <sys/socket.h>

#include "check.h"
#include "tcp_model_internal.h"

/* Add the record that the module would write now. */
struct tcpfin_event *model_record(struct sim *p, unsigned int i, uint8_t kind,
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

void model_by_task(struct tcpfin_event *ev, uint32_t pid)
{
	ev->flags |= TCPFIN_F_TASK;
	ev->pid = pid;
	memcpy(ev->comm, "task", 4);
}

void model_by_owner(struct sim *p, unsigned int i, struct tcpfin_event *ev)
{
	struct model_side *s = model_side(p, i);

	s->pid = 100 + i + 2 * model_below(p->rng, 3);
	s->owner = true;
	model_by_task(ev, s->pid);
}

void model_change(struct sim *p, unsigned int i, uint8_t state)
{
	struct model_side *s = model_side(p, i);
	struct end *e = &p->end[i];

	s->left_ns[e->state] = p->now_ns;
	e->state = state;
	if (state != TCP_CLOSE)
		s->began_ns[state] = p->now_ns;
}

struct tcpfin_event *model_step(struct sim *p, unsigned int i, uint8_t state)
{
	struct tcpfin_event *ev =
		model_record(p, i, TCPFIN_KIND_STATE, p->end[i].state, state);

	model_change(p, i, state);
	return ev;
}

/* Note the facts of the end of a socket. */
static void over(struct sim *p, unsigned int i, enum how how, uint8_t reason,
		 uint32_t detail)
{
	static const char *const causes[] = TCPFIN_CAUSE_NAMES;
	static const char *const timeouts[] = TCPFIN_TIMEOUT_NAMES;
	struct model_side *s = model_side(p, i);
	struct end *e = &p->end[i];

	s->how = how;
	s->reason = reason;
	s->old_state = e->state;
	s->end_ns = p->now_ns;
	if (reason == TCPFIN_REASON_ABORTED || reason == TCPFIN_REASON_RST_SENT)
		s->cause = detail ? causes[detail] : NULL;
	if (reason == TCPFIN_REASON_TIMEOUT)
		s->cause = timeouts[TCPFIN_TIMEOUT_WHAT(detail)];
	model_change(p, i, TCP_CLOSE);
	e->over = true;
}

void model_put(struct sim *p, unsigned int i, struct segment seg)
{
	struct model_side *s = model_side(p, i);
	struct end *e = &p->end[i];

	if (s->got_fin_ns && !s->ack_left && !seg.rst) {
		s->ack_left = true;
		s->ack_seq = seg.seq;
	}
	if (e->in_flight < FLIGHT)
		e->flight[e->in_flight++] = seg;
}

void model_put_rst(struct sim *p, unsigned int i)
{
	struct segment seg = {.seq = p->end[i].snd_nxt, .rst = true};

	seg.end = seg.seq;
	model_put(p, i, seg);
}

/* End a full socket, with its record. */
struct tcpfin_event *model_end_full(struct sim *p, unsigned int i,
				    enum how how, uint8_t reason,
				    uint32_t detail, bool rst)
{
	struct tcpfin_event *ev = model_record(p, i, TCPFIN_KIND_STATE,
					       p->end[i].state, TCP_CLOSE);

	ev->reason = reason;
	ev->detail = detail;
	if (rst) {
		ev->flags |= TCPFIN_F_RST;
		model_put_rst(p, i);
	}
	over(p, i, how, reason, detail);
	return ev;
}

struct tcpfin_event *model_end_mini(struct sim *p, unsigned int i,
				    enum how how, uint8_t reason,
				    uint32_t detail)
{
	struct tcpfin_event *ev = model_record(p, i, TCPFIN_KIND_TW_DEATH,
					       p->end[i].state, TCP_CLOSE);

	ev->reason = reason;
	ev->detail = detail;
	if (reason == TCPFIN_REASON_RST_SENT) {
		ev->flags |= TCPFIN_F_RST;
		model_put_rst(p, i);
	}
	if (p->end[i].state == TCP_TIME_WAIT)
		how = HOW_FIN;
	over(p, i, how, reason, detail);
	return ev;
}

/* tcp_time_wait() */
void model_time_wait(struct sim *p, unsigned int i, uint8_t substate)
{
	struct model_side *s = model_side(p, i);
	struct end *e = &p->end[i];
	struct tcpfin_event *ev;

	if (model_chance(p->rng, 5)) {
		ev = model_record(p, i, TCPFIN_KIND_TW_REFUSED, e->state,
				  TCP_CLOSE);
		ev->reason = TCPFIN_REASON_REFUSED;
		ev->detail = substate;
		over(p, i, substate == TCP_TIME_WAIT ? HOW_FIN : HOW_REFUSED,
		     TCPFIN_REASON_REFUSED, substate);
		return;
	}
	model_record(p, i, TCPFIN_KIND_TW_BIRTH, e->state, substate);
	if (substate != e->state)
		model_change(p, i, substate);
	e->mini = true;
	s->mini = true;
	s->mini_ns = p->now_ns;
}
