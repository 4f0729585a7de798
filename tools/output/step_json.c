// SPDX-License-Identifier: GPL-2.0
/* An event, and what is known about its connection, as an object. */
#include <inttypes.h>
#include <stdio.h>
#include <sys/socket.h>

#include "format/json.h"
#include "output/step_json.h"
#include "track/names.h"
#include "util/text.h"

void conn_json(struct json_object *obj, uint64_t cookie,
	       const struct conn *conn)
{
	char addr[ADDR_TEXT_MAX], hex[20];

	snprintf(hex, sizeof(hex), "%" PRIx64, cookie);
	json_add_str(obj, "cookie", hex);
	json_add_u64(obj, "netns", conn->netns);
	json_add_str(obj, "family",
		     conn->family == AF_INET ? "inet" :
		     conn->family == AF_INET6 ? "inet6" : NULL);
	json_add_str(obj, "laddr",
		     addr_text(conn->family, conn->laddr, conn->ifindex, addr));
	json_add_u64(obj, "lport", conn->lport);
	json_add_str(obj, "raddr",
		     addr_text(conn->family, conn->raddr, conn->ifindex, addr));
	json_add_u64(obj, "rport", conn->rport);
}

static void add_step(struct json_object *obj,
		     const struct tcpfin_header *header,
		     const struct tcpfin_event *ev, const struct step *step)
{
	char name[NAME_TEXT_MAX];

	json_add_str(obj, "old", ev->old_state ?
		     state_name(ev->old_state, name) : NULL);
	json_add_str(obj, "new", ev->new_state ?
		     state_name(ev->new_state, name) : NULL);
	json_add_str(obj, "reason", ev->reason ?
		     reason_name(ev->reason, ev->detail, header,
				 name) : NULL);
	json_add_str(obj, "cause",
		     cause_name(ev->reason, ev->detail));
	json_add_u64_if(obj, "tries", ev->reason == TCPFIN_REASON_TIMEOUT,
			ev->detail);
	json_add_ms(obj, "ms", step->span_known, step->span_ns);
}

static void add_numbers(struct json_object *obj, const struct tcpfin_event *ev)
{
	bool sndbuf = ev->flags & TCPFIN_F_SNDBUF;

	json_add_u64(obj, "snd_nxt", ev->snd_nxt);
	json_add_u64_if(obj, "snd_una", sndbuf, ev->snd_una);
	json_add_u64(obj, "rcv_nxt", ev->rcv_nxt);
	json_add_u64_if(obj, "write_seq", sndbuf, ev->write_seq);
}

static void add_processes(struct json_object *obj,
			  const struct tcpfin_event *ev,
			  const struct conn *conn)
{
	bool task = ev->flags & TCPFIN_F_TASK;
	bool owner = conn->flags & CONN_OWNER;

	json_add_u64_if(obj, "pid", task, ev->pid);
	json_add_comm(obj, "comm", task, ev->comm);
	json_add_u64_if(obj, "uid", conn->flags & CONN_UID, conn->uid);
	json_add_u64_if(obj, "owner_pid", owner, conn->pid);
	json_add_comm(obj, "owner_comm", owner, conn->comm);
	json_add_u64_if(obj, "cgroup", ev->flags & TCPFIN_F_OWNER && ev->cgroup,
			ev->cgroup);
}

struct json_object *step_object(struct source *src, const struct item *item,
				const struct step *step)
{
	struct json_object *obj = json_object_new_object();
	const struct tcpfin_event *ev = item->event;
	char text[NAME_TEXT_MAX];

	json_add_str(obj, "type", kind_name(ev->kind, text));
	if (src->hosts > 1)
		json_add_str(obj, "host", source_host_name(src, item->host));
	json_add_str(obj, "time",
		     stamp_text(source_wall(src, ev->time_ns),
				text));
	json_add_u64(obj, "mono_ns", ev->time_ns);
	conn_json(obj, ev->cookie, step->conn);
	add_step(obj, &src->header, ev, step);
	add_numbers(obj, ev);
	add_processes(obj, ev, step->conn);
	json_add_u64(obj, "err", ev->err);
	json_add_bool(obj, "v4mapped", ev->flags & TCPFIN_F_V4MAPPED);
	json_add_bool(obj, "orphan", ev->flags & TCPFIN_F_ORPHAN);
	json_add_bool(obj, "rst", ev->flags & TCPFIN_F_RST);
	json_add_bool(obj, "fin", ev->flags & TCPFIN_F_FIN);
	json_add_u64_if(obj, "ifindex", ev->ifindex, ev->ifindex);
	return obj;
}
