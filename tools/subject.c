// SPDX-License-Identifier: GPL-2.0
/* Puts together what a filter sees of a step, and of a connection. */
#include "subject.h"

static void set_states(struct tcpfin_subject *s, uint8_t a, uint8_t b)
{
	uint32_t first = tcpfin_state_bit(a), second = tcpfin_state_bit(b);

	s->states = first | second;
	if (first && second)
		s->known |= TCPFIN_KNOWN_STATES;
}

static void set_process(struct tcpfin_subject *s, uint32_t pid,
			const char comm[16])
{
	s->pid = pid;
	s->comm = comm;
	s->known |= TCPFIN_KNOWN_PID;
}

/* A caller without a name is not known: names begin with no "?". */
static void set_reason(struct tcpfin_subject *s,
		       const struct tcpfin_header *header,
		       const struct tcpfin_event *ev)
{
	const char *name;

	if (ev->reason == TCPFIN_REASON_NONE)
		return;
	name = tcpfin_reason_name(ev->reason, ev->detail, header, s->name);
	if (name[0] != '?')
		s->reason = name;
}

static void describe_step(struct tcpfin_subject *s,
			  const struct tcpfin_header *header,
			  const struct tcpfin_event *ev,
			  const struct tcpfin_step *step)
{
	const struct tcpfin_conn *conn = step->conn;

	*s = (struct tcpfin_subject){
		.laddr = ev->laddr, .raddr = ev->raddr, .netns = ev->netns,
		.lport = ev->lport, .rport = ev->rport, .family = ev->family,
	};
	set_states(s, ev->old_state, ev->new_state);
	if (ev->flags & TCPFIN_F_TASK)
		set_process(s, ev->pid, ev->comm);
	else if (conn->flags & TCPFIN_CONN_OWNER)
		set_process(s, conn->pid, conn->comm);
	set_reason(s, header, ev);
}

static void describe_conn(struct tcpfin_subject *s,
			  const struct tcpfin_conn *conn)
{
	*s = (struct tcpfin_subject){
		.raddr = conn->raddr, .netns = conn->netns,
		.lport = conn->lport, .rport = conn->rport,
		.family = conn->family,
	};
	set_states(s, conn->state, conn->state);
	if (conn->flags & TCPFIN_CONN_OWNER)
		set_process(s, conn->pid, conn->comm);
}

bool tcpfin_step_matches(const struct tcpfin_filter *filter,
			 const struct tcpfin_header *header,
			 const struct tcpfin_event *ev,
			 const struct tcpfin_step *step)
{
	struct tcpfin_subject s;

	if (!filter)
		return true;
	describe_step(&s, header, ev, step);
	return tcpfin_filter_matches(filter, &s);
}

bool tcpfin_conn_matches(const struct tcpfin_filter *filter,
			 const struct tcpfin_conn *conn)
{
	struct tcpfin_subject s;

	if (!filter)
		return true;
	describe_conn(&s, conn);
	return tcpfin_filter_matches(filter, &s);
}
