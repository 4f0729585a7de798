// SPDX-License-Identifier: GPL-2.0
/* The fields of a step, for "watch". */
#include "output/field.h"
#include "output/role.h"
#include "track/names.h"

static void add_kind(struct fields *f, struct column c, const struct tcpfin_event *ev)
{
	char name[NAME_TEXT_MAX];

	field_str(f, c, kind_name(ev->kind, name));
}

static void add_host(struct fields *f, const struct row *row)
{
	if (row->src->hosts > 1 || f->mode == FIELD_NAMES)
		field_str(f, in_both("HOST", 12, 0, "host"),
			  source_host_name(row->src, row->host));
}

static void add_time(struct fields *f, const struct row *row)
{
	uint64_t time_ns = row->ev->time_ns, first_ns = row->first_ns;
	uint64_t wall_ns = source_wall(row->src, time_ns);
	char text[STAMP_TEXT_MAX];

	if (fields_are_json(f) || f->shown & FIELD_CLOCK)
		field_str(f, in_both("TIME", 12, 0, "time"),
			  fields_are_json(f) ? stamp_text(wall_ns, text) :
					       clock_text(wall_ns, text));
	field_u64(f, in_json("mono_ns"), time_ns);
	if (!(f->shown & FIELD_RELATIVE))
		return;
	snprintf(text, sizeof(text), "%.6f", time_ns > first_ns ?
		 (double)(time_ns - first_ns) / 1e9 : 0);
	field_str(f, in_text("TIME(s)", 10, 0), text);
}

/* Add the acting process, or in parentheses the socket's owner. */
static void add_actor(struct fields *f, const struct row *row)
{
	const struct tcpfin_event *ev = row->ev;
	const struct conn *conn = row->step->conn;
	bool task = ev->flags & TCPFIN_F_TASK, owner = conn->flags & CONN_OWNER;
	char pid[16] = "-";

	if (task)
		snprintf(pid, sizeof(pid), "%u", ev->pid);
	else if (owner)
		snprintf(pid, sizeof(pid), "(%u)", conn->pid);
	field_str(f, in_text("C-PID", 9, 0), pid);
	field_comm(f, in_text("C-COMM", 16, 0), task || owner,
		   task ? ev->comm : conn->comm);
	field_container(f, in_text("CONTAINER", 12, 0),
			field_cgroup_of(f, row->src, conn));
	field_u64_if(f, in_text("UID", 5, 0), conn->flags & CONN_UID, conn->uid);
}

/* Add the end's addresses and ids. */
static inline void add_end(struct fields *f, const struct row *row)
{
	const struct tcpfin_event *ev = row->ev;
	const struct conn *conn = row->step->conn;

	if (f->shown & FIELD_SHORT) {
		field_comm(f, in_text("C-COMM", f->comm_width, FIELD_COMM),
			   conn->flags & CONN_OWNER, conn->comm);
	} else {
		field_hex(f, in_both("COOKIE", 8, 0, "cookie"), ev->cookie);
		field_u64(f, in_both("NETNS", 10, 0, "netns"), ev->netns);
		add_actor(f, row);
		field_family(f, ev->family);
		field_addr(f, in_both("LADDR", 0, 0, "laddr"), ev->family,
			   ev->laddr, ev->ifindex);
	}
	field_port(f, in_both("LPORT", 5, FIELD_LOCAL, "lport"), ev->lport);
	field_addr(f, in_both("RADDR", 0, 0, "raddr"), ev->family, ev->raddr,
		   ev->ifindex);
	field_port(f, in_both("RPORT", 5, 0, "rport"), ev->rport);
}

/* JSON has two members for the states, and three for REASON. */
static void add_states(struct fields *f, const struct row *row)
{
	const struct tcpfin_event *ev = row->ev;
	char name[NAME_TEXT_MAX];

	field_str(f, in_json("old"), ev->old_state ?
		  state_name(ev->old_state, name) : NULL);
	field_str(f, in_json("new"), ev->new_state ?
		  state_name(ev->new_state, name) : NULL);
	field_str(f, in_json("reason"), ev->reason ?
		  reason_name(ev->reason, ev->detail, &row->src->header, name) : NULL);
	field_str(f, in_json("cause"), cause_name(ev->reason, ev->detail));
	field_u64_if(f, in_json("tries"), event_tries(ev), event_tries(ev));
}

static void add_numbers(struct fields *f, const struct tcpfin_event *ev)
{
	bool sndbuf = ev->flags & TCPFIN_F_SNDBUF;

	field_u64(f, in_both("SND_NXT", 10, 0, "snd_nxt"), ev->snd_nxt);
	field_u64_if(f, in_both("SND_UNA", 10, 0, "snd_una"), sndbuf, ev->snd_una);
	field_u64(f, in_both("RCV_NXT", 10, 0, "rcv_nxt"), ev->rcv_nxt);
	field_u64_if(f, in_json("write_seq"), sndbuf, ev->write_seq);
}

static void add_processes(struct fields *f, const struct row *row)
{
	const struct tcpfin_event *ev = row->ev;
	const struct conn *conn = row->step->conn;
	const char *path = field_cgroup_of(f, row->src, conn);
	bool task = ev->flags & TCPFIN_F_TASK, owner = conn->flags & CONN_OWNER;

	field_u64_if(f, in_json("pid"), task, ev->pid);
	field_comm(f, in_json("comm"), task, ev->comm);
	field_u64_if(f, in_json("uid"), conn->flags & CONN_UID, conn->uid);
	field_u64_if(f, in_json("inode"), event_inode(ev), event_inode(ev));
	field_u64_if(f, in_json("owner_pid"), owner, conn->pid);
	field_comm(f, in_json("owner_comm"), owner, conn->comm);
	field_u64_if(f, in_json("cgroup"), conn->flags & CONN_UID && conn->cgroup,
		     conn->cgroup);
	field_cgroup(f, in_json("cgroup_path"), path);
	field_container(f, in_json("container"), path);
}

static void add_numbers_of_rst(struct fields *f, const struct tcpfin_event *ev)
{
	bool known = ev->flags & TCPFIN_F_RST_NUMBERS && !(ev->flags & TCPFIN_F_TASK);

	field_u64_if(f, in_json("rst_seq"), known, ev->rst_seq);
	field_u64_if(f, in_json("rst_ack"), known && ev->rst_ack, ev->rst_ack);
}

/* What decides whether connect() may take the port (net.ipv4.tcp_tw_reuse). */
static void add_reuse(struct fields *f, const struct tcpfin_event *ev)
{
	bool birth = ev->kind == TCPFIN_KIND_TW_BIRTH;

	field_bool_if(f, in_json("timestamps"), birth, ev->flags & TCPFIN_F_TIMESTAMPS);
	field_bool_if(f, in_json("bound"), birth, ev->flags & TCPFIN_F_BOUND);
}

static void add_rest(struct fields *f, const struct row *row)
{
	const struct tcpfin_event *ev = row->ev;
	const char *role = f->coloured ? role_of_reason(ev->reason) : NULL;
	char text[NAME_TEXT_MAX];

	field_u64(f, in_json("err"), ev->err);
	field_bool(f, in_json("v4mapped"), ev->flags & TCPFIN_F_V4MAPPED);
	field_bool(f, in_json("orphan"), ev->flags & TCPFIN_F_ORPHAN);
	field_bool(f, in_json("rst"), ev->flags & TCPFIN_F_RST);
	field_bool(f, in_json("fin"), ev->flags & TCPFIN_F_FIN);
	field_bool(f, in_json("fin_acked"), ev->flags & TCPFIN_F_FIN_ACKED);
	field_bool(f, in_json("mptcp"), ev->flags & TCPFIN_F_MPTCP);
	add_numbers_of_rst(f, ev);
	add_reuse(f, ev);
	field_u64_if(f, in_json("ifindex"), ev->ifindex, ev->ifindex);
	add_kind(f, in_text("KIND", 10, 0), ev);
	field_coloured(f, role);
	field_str(f, in_text("REASON", 18, 0), reason_text(ev, &row->src->header, text));
	field_uncoloured(f, role);
	field_cgroup(f, in_text("CGROUP", 0, 0),
		     field_cgroup_of(f, row->src, row->step->conn));
}

/*
 * A line without -x has few columns, for an IPv4 connection at most 80 bytes,
 * and costs few instructions.
 */
void step_fields(struct fields *f, const struct row *row)
{
	const struct tcpfin_event *ev = row->ev;
	const struct step *step = row->step;
	const char *state = f->coloured ? role_of_state(ev->new_state) : NULL;
	const char *reason = f->coloured ? role_of_reason(ev->reason) : NULL;
	char text[NAME_TEXT_MAX];

	if (!(f->shown & FIELD_SHORT))
		add_kind(f, in_json("type"), ev);
	add_host(f, row);
	if (fields_are_json(f) || f->shown & (FIELD_CLOCK | FIELD_RELATIVE))
		add_time(f, row);
	add_end(f, row);
	field_coloured(f, state);
	field_states(f, in_text("OLDSTATE    -> NEWSTATE", 25, 0),
		     ev->old_state, ev->new_state);
	field_uncoloured(f, state);
	if (!(f->shown & FIELD_SHORT))
		add_states(f, row);
	field_unit_span(f, in_text("  SPENT", 7, FIELD_UNITS), step->span_known,
			step->span_ns);
	field_ms(f, in_both("MS", 7, FIELD_EXTENDED, "ms"), step->span_known,
		 step->span_ns);
	if (f->shown & FIELD_SHORT) {
		field_coloured(f, reason);
		field_str(f, in_text("REASON", 0, 0), !ev->reason ? NULL :
			  reason_name(ev->reason, ev->detail, &row->src->header, text));
		field_uncoloured(f, reason);
		return;
	}
	add_numbers(f, ev);
	add_processes(f, row);
	add_rest(f, row);
}
