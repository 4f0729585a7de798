// SPDX-License-Identifier: GPL-2.0
/* Writes steps to the system's journal. */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/socket.h>
#include <syslog.h>
#include <unistd.h>

/* Add no source file and line of this program to entries. */
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

#include "output/journal.h"
#include "track/names.h"
#include "util/text.h"

#define SOCKET_PATH	"/run/systemd/journal/socket"
#define FIELDS_MAX	32
/* None of the texts is longer than NAME_TEXT_MAX, most are a few bytes. */
#define ENTRY_MAX	4096

/* An entry that is being made; a field that has no room is left out. */
struct entry {
	struct iovec fields[FIELDS_MAX];
	int count;
	size_t used;
	char text[ENTRY_MAX];
};

static void __attribute__((format(printf, 2, 3)))
add(struct entry *e, const char *format, ...)
{
	size_t room = sizeof(e->text) - e->used;
	char *at = e->text + e->used;
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(at, room, format, args);
	va_end(args);
	if (len < 0 || (size_t)len >= room || e->count == FIELDS_MAX)
		return;
	e->fields[e->count++] = (struct iovec){ at, (size_t)len };
	e->used += (size_t)len + 1;
}

/* The library reports success where journald does not run. */
static int send_entry(const struct entry *e)
{
	if (access(SOCKET_PATH, F_OK))
		return -errno;
	return sd_journal_sendv(e->fields, e->count);
}

/*
 * Add the acting process, or else the socket's owner. If the process still
 * exists, journald adds fields from /proc for OBJECT_PID.
 */
static const char *add_process(struct entry *e, const struct tcpfin_event *ev,
			       const struct conn *conn, char comm[COMM_TEXT_MAX])
{
	bool task = ev->flags & TCPFIN_F_TASK;

	if (!task && !(conn->flags & CONN_OWNER))
		return "-";
	text_escape(task ? ev->comm : conn->comm, sizeof(ev->comm), comm, COMM_TEXT_MAX);
	add(e, "OBJECT_PID=%u", task ? ev->pid : conn->pid);
	add(e, "OBJECT_COMM=%s", comm);
	add(e, "TCPFIN_ACTS=%s", task ? "yes" : "no");
	return comm;
}

static void add_addresses(struct entry *e, const struct tcpfin_event *ev,
			  char local[ADDR_TEXT_MAX], char remote[ADDR_TEXT_MAX])
{
	const char *family = ev->family == AF_INET6 ? "IPV6" : "IPV4";

	addr_text(ev->family, ev->laddr, ev->ifindex, local);
	addr_text(ev->family, ev->raddr, ev->ifindex, remote);
	add(e, "OBJECT_%s_SOURCE_ADDRESS=%s", family, local);
	add(e, "OBJECT_TCP_SOURCE_PORT=%u", ev->lport);
	add(e, "OBJECT_%s_DESTINATION_ADDRESS=%s", family, remote);
	add(e, "OBJECT_TCP_DESTINATION_PORT=%u", ev->rport);
}

static void add_reason(struct entry *e, const struct tcpfin_header *header,
		       const struct tcpfin_event *ev)
{
	const char *cause = cause_name(ev->reason, ev->detail);
	char name[NAME_TEXT_MAX];

	add(e, "TCPFIN_KIND=%s", kind_name(ev->kind, name));
	if (ev->reason)
		add(e, "TCPFIN_REASON=%s",
		    reason_name(ev->reason, ev->detail, header, name));
	if (cause)
		add(e, "TCPFIN_CAUSE=%s", cause);
}

int journal_step(struct source *src, const struct item *item, const struct step *step)
{
	char local[ADDR_TEXT_MAX], remote[ADDR_TEXT_MAX];
	char comm[COMM_TEXT_MAX], old[NAME_TEXT_MAX];
	const struct tcpfin_event *ev = item->event;
	char stamp[STAMP_TEXT_MAX], new[NAME_TEXT_MAX];
	struct entry e = { .count = 0 };
	const char *from, *to, *who;

	from = state_name(ev->old_state, old);
	to = state_name(ev->new_state, new);
	add(&e, "SYSLOG_IDENTIFIER=tcpfin");
	add(&e, "PRIORITY=%d", LOG_NOTICE);
	who = add_process(&e, ev, step->conn, comm);
	add_addresses(&e, ev, local, remote);
	add(&e, "OBJECT_TCP_OLD_STATE=%s", from);
	add(&e, "OBJECT_TCP_NEW_STATE=%s", to);
	if (step->span_known)
		add(&e, "OBJECT_TCP_SPAN_TIME=%" PRIu64, step->span_ns / 1000);
	add_reason(&e, &src->header, ev);
	add(&e, "TCPFIN_COOKIE=%" PRIx64, (uint64_t)ev->cookie);
	add(&e, "TCPFIN_NETNS=%u", ev->netns);
	add(&e, "TCPFIN_TIME=%s", stamp_text(source_wall(src, ev->time_ns), stamp));
	add(&e, "MESSAGE=%s %s %u -> %s %u %s -> %s", who, local, ev->lport,
	    remote, ev->rport, from, to);
	return send_entry(&e);
}

int journal_loss(const struct item *item)
{
	const char *type = item->type == ITEM_LOST ? "lost" : "missed";
	struct entry e = { .count = 0 };

	add(&e, "SYSLOG_IDENTIFIER=tcpfin");
	add(&e, "PRIORITY=%d", LOG_WARNING);
	add(&e, "TCPFIN_KIND=%s", type);
	add(&e, "TCPFIN_COUNT=%" PRIu64, item->count);
	add(&e, "MESSAGE=%s %" PRIu64, type, item->count);
	return send_entry(&e);
}
