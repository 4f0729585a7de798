// SPDX-License-Identifier: GPL-2.0
/* Collects the properties of a step, a connection or a socket that a filter tests. */
#include "filter/match.h"

static void set_states(struct match_subject *s, uint8_t a, uint8_t b)
{
	uint32_t first = state_bit(a), second = state_bit(b);

	s->states = first | second;
	if (first && second)
		s->known |= MATCH_KNOWN_STATES;
}

static void set_process(struct match_subject *s, uint32_t pid, const char comm[16])
{
	s->pid = pid;
	s->comm = comm;
	s->known |= MATCH_KNOWN_PID;
}

/* Nameless callers ("?") are unknown; without header all reasons are. */
static void set_reason(struct match_subject *s, const struct tcpfin_header *header,
		       uint8_t reason, uint32_t detail)
{
	const char *name;

	if (!header || reason == TCPFIN_REASON_NONE)
		return;
	name = reason_name(reason, detail, header, s->name);
	if (name[0] != '?')
		s->reason = name;
}

static void set_closer(struct match_subject *s, enum closer closer)
{
	if (closer != CLOSER_UNKNOWN)
		s->closer = closer_name(closer);
}

static void set_cgroup(struct match_subject *s, uint32_t host, uint64_t cgroup)
{
	if (!cgroup)
		return;
	s->cgroup = cgroup;
	s->host = host;
	s->known |= MATCH_KNOWN_CGROUP;
}

/* The user, and the cgroup if there is one. */
static void set_owner(struct match_subject *s, const struct conn *conn)
{
	if (!(conn->flags & CONN_UID))
		return;
	s->uid = conn->uid;
	s->known |= MATCH_KNOWN_UID;
	set_cgroup(s, conn->host, conn->cgroup);
}

static void set_how(struct match_subject *s, enum how how)
{
	if (how != HOW_UNKNOWN)
		s->how = how_name(how);
}

static void describe_step(struct match_subject *s, const struct tcpfin_header *header,
			  const struct tcpfin_event *ev, const struct step *step)
{
	const struct conn *conn = step->conn;

	*s = (struct match_subject){
		.laddr = ev->laddr, .raddr = ev->raddr, .netns = ev->netns,
		.lport = ev->lport, .rport = ev->rport, .family = ev->family,
	};
	set_states(s, ev->old_state, ev->new_state);
	if (ev->flags & TCPFIN_F_TASK)
		set_process(s, ev->pid, ev->comm);
	else if (conn->flags & CONN_OWNER)
		set_process(s, conn->pid, conn->comm);
	set_owner(s, conn);
	set_reason(s, header, ev->reason, ev->detail);
	s->cause = cause_name(ev->reason, ev->detail);
	set_closer(s, conn_closer(conn));
	/* A step that is not the last one does not tell how the end will end. */
	if (step->ended)
		set_how(s, conn_how(conn));
}

/* Describe an end; if it is over, with all its states and its reason. */
static void describe_conn(struct match_subject *s, const struct tcpfin_header *header,
			  const struct conn *conn)
{
	*s = (struct match_subject){
		.laddr = conn->laddr, .raddr = conn->raddr,
		.netns = conn->netns, .lport = conn->lport,
		.rport = conn->rport, .family = conn->family,
	};
	if (conn->flags & CONN_OWNER)
		set_process(s, conn->pid, conn->comm);
	set_owner(s, conn);
	if (!(conn->flags & CONN_ENDED)) {
		set_states(s, conn->state, conn->state);
		return;
	}
	s->states = conn->states;
	if (!conn_is_partial(conn))
		s->known |= MATCH_KNOWN_STATES;
	set_reason(s, header, conn->reason, conn->detail);
}

static void describe_socket(struct match_subject *s, const struct held_socket *sock,
			    uint32_t netns, const struct conn *conn)
{
	*s = (struct match_subject){
		.laddr = sock->laddr, .raddr = sock->raddr, .netns = netns,
		.lport = sock->lport, .rport = sock->rport,
		.family = sock->family,
	};
	set_states(s, sock->state, sock->state);
	set_cgroup(s, 0, sock->cgroup);
	if (sock->pid)
		set_process(s, sock->pid, sock->comm);
	else if (!sock->inode && conn && conn->flags & CONN_OWNER)
		set_process(s, conn->pid, conn->comm);
	if (!conn)
		return;
	set_owner(s, conn);
	set_closer(s, conn_closer(conn));
}

bool match_step(const struct filter *filter, const struct tcpfin_header *header,
		const struct tcpfin_event *ev, const struct step *step)
{
	struct match_subject s;

	if (!filter)
		return true;
	describe_step(&s, header, ev, step);
	return filter_matches(filter, &s);
}

bool match_conn(const struct filter *filter, const struct conn *conn)
{
	struct match_subject s;

	if (!filter)
		return true;
	describe_conn(&s, NULL, conn);
	set_closer(&s, conn_closer(conn));
	set_how(&s, conn_how(conn));
	return filter_matches(filter, &s);
}

bool match_socket(const struct filter *filter, const struct held_socket *sock,
		  uint32_t netns, const struct conn *conn)
{
	struct match_subject s;

	if (!filter)
		return true;
	describe_socket(&s, sock, netns, conn);
	return filter_matches(filter, &s);
}

bool match_verdict(const struct filter *filter,
		   const struct tcpfin_header *header, const struct verdict *v)
{
	enum closer closer = v->closer;
	struct match_subject s;
	unsigned int i;

	if (!filter)
		return true;
	for (i = 0; i < 2 && v->end[i]; i++) {
		describe_conn(&s, header, v->end[i]);
		set_closer(&s, closer);
		set_how(&s, v->how);
		s.cause = verdict_cause(v);
		if (filter_matches(filter, &s))
			return true;
		closer = closer_turned(closer);
	}
	return false;
}
