// SPDX-License-Identifier: GPL-2.0
/* An event, and what is known about its connection, as an object. */
#include <inttypes.h>
#include <stdio.h>
#include <sys/socket.h>

#include "format/json.h"
#include "output/step_json.h"
#include "track/names.h"
#include "util/text.h"

void tcpfin_conn_json(struct json_object *obj, uint64_t cookie,
		      const struct tcpfin_conn *conn)
{
	char addr[TCPFIN_ADDR_MAX], hex[20];

	snprintf(hex, sizeof(hex), "%" PRIx64, cookie);
	tcpfin_json_str(obj, "cookie", hex);
	tcpfin_json_u64(obj, "netns", conn->netns);
	tcpfin_json_str(obj, "family",
			conn->family == AF_INET ? "inet" :
			conn->family == AF_INET6 ? "inet6" : NULL);
	tcpfin_json_str(obj, "laddr",
			tcpfin_addr_text(conn->family, conn->laddr,
					 conn->ifindex, addr));
	tcpfin_json_u64(obj, "lport", conn->lport);
	tcpfin_json_str(obj, "raddr",
			tcpfin_addr_text(conn->family, conn->raddr,
					 conn->ifindex, addr));
	tcpfin_json_u64(obj, "rport", conn->rport);
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
	tcpfin_json_str(obj, "cause",
			tcpfin_cause_name(ev->reason, ev->detail));
	tcpfin_json_u64_if(obj, "tries", ev->reason == TCPFIN_REASON_TIMEOUT,
			   ev->detail);
	tcpfin_json_ms(obj, "ms", step->span_known, step->span_ns);
}

static void add_numbers(struct json_object *obj, const struct tcpfin_event *ev)
{
	bool sndbuf = ev->flags & TCPFIN_F_SNDBUF;

	tcpfin_json_u64(obj, "snd_nxt", ev->snd_nxt);
	tcpfin_json_u64_if(obj, "snd_una", sndbuf, ev->snd_una);
	tcpfin_json_u64(obj, "rcv_nxt", ev->rcv_nxt);
	tcpfin_json_u64_if(obj, "write_seq", sndbuf, ev->write_seq);
}

static void add_processes(struct json_object *obj,
			  const struct tcpfin_event *ev,
			  const struct tcpfin_conn *conn)
{
	bool task = ev->flags & TCPFIN_F_TASK;
	bool owner = conn->flags & TCPFIN_CONN_OWNER;

	tcpfin_json_u64_if(obj, "pid", task, ev->pid);
	tcpfin_json_comm(obj, "comm", task, ev->comm);
	tcpfin_json_u64_if(obj, "uid", conn->flags & TCPFIN_CONN_UID, conn->uid);
	tcpfin_json_u64_if(obj, "owner_pid", owner, conn->pid);
	tcpfin_json_comm(obj, "owner_comm", owner, conn->comm);
	tcpfin_json_u64_if(obj, "cgroup", ev->flags & TCPFIN_F_OWNER && ev->cgroup,
			   ev->cgroup);
}

struct json_object *tcpfin_event_object(struct tcpfin_source *src,
					const struct tcpfin_item *item,
					const struct tcpfin_step *step)
{
	struct json_object *obj = json_object_new_object();
	const struct tcpfin_event *ev = item->event;
	char text[TCPFIN_NAME_MAX];

	tcpfin_json_str(obj, "type", tcpfin_kind_name(ev->kind, text));
	if (src->hosts > 1)
		tcpfin_json_str(obj, "host",
				tcpfin_source_host_name(src, item->host));
	tcpfin_json_str(obj, "time",
			tcpfin_stamp_text(tcpfin_source_wall(src, ev->time_ns),
					  text));
	tcpfin_json_u64(obj, "mono_ns", ev->time_ns);
	tcpfin_conn_json(obj, ev->cookie, step->conn);
	add_step(obj, &src->header, ev, step);
	add_numbers(obj, ev);
	add_processes(obj, ev, step->conn);
	tcpfin_json_u64(obj, "err", ev->err);
	tcpfin_json_bool(obj, "v4mapped", ev->flags & TCPFIN_F_V4MAPPED);
	tcpfin_json_bool(obj, "orphan", ev->flags & TCPFIN_F_ORPHAN);
	tcpfin_json_bool(obj, "rst", ev->flags & TCPFIN_F_RST);
	tcpfin_json_bool(obj, "fin", ev->flags & TCPFIN_F_FIN);
	tcpfin_json_u64_if(obj, "ifindex", ev->ifindex, ev->ifindex);
	return obj;
}
