// SPDX-License-Identifier: GPL-2.0
/* Counts recorded events that hint at problems. */
#include <netinet/tcp.h>
#include <string.h>

#include "diagnosis/history.h"
#include "track/names.h"

static void take_timeout(struct history *p, const struct tcpfin_event *ev,
			 const struct conn *conn)
{
	uint32_t what = TCPFIN_TIMEOUT_WHAT(ev->detail);
	struct timeouts *t;

	t = &p->timeouts[what <= TCPFIN_TIMEOUT_MAX ? what : TCPFIN_TIMEOUT_UNKNOWN];
	t->count++;
	t->orphans += !!(ev->flags & TCPFIN_F_ORPHAN);
	t->bytes += conn_unacknowledged(conn).value;
	if (event_tries(ev) > t->tries_max)
		t->tries_max = event_tries(ev);
	t->owner = conn->flags & CONN_OWNER;
	memcpy(t->comm, conn->comm, sizeof(t->comm));
	memcpy(t->raddr, ev->raddr, sizeof(t->raddr));
	t->rport = ev->rport;
	t->family = ev->family;
}

static void take_end(struct history *p, const struct tcpfin_event *ev,
		     const struct conn *conn)
{
	p->ends++;
	if (ev->reason == TCPFIN_REASON_ABORTED && ev->detail == TCPFIN_CAUSE_ORPHANS)
		p->orphan_aborts++;
	else if (ev->reason == TCPFIN_REASON_TIMEOUT && ev->old_state != TCP_SYN_SENT &&
		 ev->old_state != TCP_SYN_RECV)
		take_timeout(p, ev, conn);
}

void history_event(struct history *p, const struct tcpfin_event *ev,
		   const struct conn *conn)
{
	p->counts.events++;
	teardown_counts_step(&p->counts, ev, conn, ev->old_state == TCP_TIME_WAIT);
	if (ev->kind == TCPFIN_KIND_TW_REFUSED)
		p->ends++;
	else if (ev->kind == TCPFIN_KIND_TW_DEATH ||
		 (ev->kind == TCPFIN_KIND_STATE && ev->new_state == TCP_CLOSE))
		take_end(p, ev, conn);
}
