// SPDX-License-Identifier: GPL-2.0
/* Prints an event, and what is known about its connection, as JSON. */
#include <sys/socket.h>

#include "json.h"
#include "names.h"
#include "text.h"
#include "watch.h"

/* What is not there is null: add the number only if it is. */
static void add_if(struct json_object *obj, const char *key, bool there,
		   uint64_t value)
{
	if (there)
		tcpfin_json_u64(obj, key, value);
	else
		tcpfin_json_str(obj, key, NULL);
}

static void add_comm(struct json_object *obj, const char *key, bool there,
		     const char comm[16])
{
	char buf[TCPFIN_COMM_MAX];

	tcpfin_json_str(obj, key, there ? tcpfin_escape(comm, 16, buf,
							sizeof(buf)) : NULL);
}

static void add_ends(struct json_object *obj, const struct tcpfin_event *ev)
{
	char addr[TCPFIN_ADDR_MAX];

	tcpfin_json_str(obj, "family",
			ev->family == AF_INET ? "inet" :
			ev->family == AF_INET6 ? "inet6" : NULL);
	tcpfin_json_str(obj, "laddr", tcpfin_addr_text(ev->family, ev->laddr,
						       ev->ifindex, addr));
	tcpfin_json_u64(obj, "lport", ev->lport);
	tcpfin_json_str(obj, "raddr", tcpfin_addr_text(ev->family, ev->raddr,
						       ev->ifindex, addr));
	tcpfin_json_u64(obj, "rport", ev->rport);
}

static void add_step(struct json_object *obj,
		     const struct tcpfin_header *header,
		     const struct tcpfin_event *ev,
		     const struct tcpfin_step *step)
{
	char name[TCPFIN_NAME_MAX];

	tcpfin_json_str(obj, "old", ev->old_state ?
			tcpfin_state_name(ev->old_state, name) : NULL);
	tcpfin_json_str(obj, "new", ev->new_state ?
			tcpfin_state_name(ev->new_state, name) : NULL);
	tcpfin_json_str(obj, "reason", ev->reason ?
			tcpfin_reason_name(ev->reason, ev->detail, header,
					   name) : NULL);
	tcpfin_json_ms(obj, "ms", step->span_known, step->span_ns);
}

static void add_numbers(struct json_object *obj, const struct tcpfin_event *ev)
{
	bool sndbuf = ev->flags & TCPFIN_F_SNDBUF;

	tcpfin_json_u64(obj, "snd_nxt", ev->snd_nxt);
	add_if(obj, "snd_una", sndbuf, ev->snd_una);
	tcpfin_json_u64(obj, "rcv_nxt", ev->rcv_nxt);
	add_if(obj, "write_seq", sndbuf, ev->write_seq);
}

static void add_processes(struct json_object *obj,
			  const struct tcpfin_event *ev,
			  const struct tcpfin_conn *conn)
{
	bool task = ev->flags & TCPFIN_F_TASK;
	bool owner = conn->flags & TCPFIN_CONN_OWNER;

	add_if(obj, "pid", task, ev->pid);
	add_comm(obj, "comm", task, ev->comm);
	add_if(obj, "uid", conn->flags & TCPFIN_CONN_UID, conn->uid);
	add_if(obj, "owner_pid", owner, conn->pid);
	add_comm(obj, "owner_comm", owner, conn->comm);
	add_if(obj, "cgroup", ev->flags & TCPFIN_F_OWNER && ev->cgroup,
	       ev->cgroup);
}

void tcpfin_event_json(FILE *out, const struct tcpfin_header *header,
		       const struct tcpfin_event *ev,
		       const struct tcpfin_step *step)
{
	struct json_object *obj = json_object_new_object();
	char text[TCPFIN_NAME_MAX];

	tcpfin_json_str(obj, "type", tcpfin_kind_name(ev->kind, text));
	tcpfin_json_str(obj, "time",
			tcpfin_stamp_text(tcpfin_wall_ns(ev->time_ns), text));
	tcpfin_json_u64(obj, "mono_ns", ev->time_ns);
	snprintf(text, sizeof(text), "%llx", (unsigned long long)ev->cookie);
	tcpfin_json_str(obj, "cookie", text);
	tcpfin_json_u64(obj, "netns", ev->netns);
	add_ends(obj, ev);
	add_step(obj, header, ev, step);
	add_numbers(obj, ev);
	add_processes(obj, ev, step->conn);
	tcpfin_json_u64(obj, "err", ev->err);
	json_object_object_add(obj, "v4mapped", json_object_new_boolean(
			       !!(ev->flags & TCPFIN_F_V4MAPPED)));
	add_if(obj, "ifindex", ev->ifindex, ev->ifindex);
	tcpfin_json_line(out, obj);
}
