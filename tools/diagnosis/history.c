// SPDX-License-Identifier: GPL-2.0
/* Counts recorded events that hint at problems. */
#include <netinet/tcp.h>
#include <string.h>

#include "diagnosis/history.h"
#include "track/names.h"

/* Return the bytes written but not acknowledged, not counting a FIN. */
static uint32_t unacknowledged(const struct tcpfin_event *ev)
{
	uint32_t count = ev->write_seq - ev->snd_una;

	if (!(ev->flags & TCPFIN_F_SNDBUF) || (int32_t)count <= 0)
		return 0;
	switch (ev->old_state) {
	case TCP_ESTABLISHED:
	case TCP_CLOSE_WAIT:
		return count;
	case TCP_FIN_WAIT1:
	case TCP_CLOSING:
	case TCP_LAST_ACK:
		return count - 1;
	}
	return 0;
}

/* Did this end's own RST discard data, and which? */
static bool rst_loses_data(const struct tcpfin_event *ev, enum data_loss *loss)
{
	switch (ev->detail) {
	case TCPFIN_CAUSE_UNREAD_DATA:
		*loss = DATA_LOSS_UNREAD;
		return true;
	case TCPFIN_CAUSE_LATE_DATA:
		*loss = DATA_LOSS_LATE;
		return true;
	}
	*loss = DATA_LOSS_UNSENT;
	return unacknowledged(ev);
}

/* Did the connection lose data at this end, and why? */
static bool loses_data(const struct tcpfin_event *ev, enum data_loss *loss)
{
	switch (ev->reason) {
	case TCPFIN_REASON_ABORTED:
	case TCPFIN_REASON_RST_SENT:
		return rst_loses_data(ev, loss);
	case TCPFIN_REASON_RST_RCVD:
		*loss = DATA_LOSS_PEER;
		return unacknowledged(ev);
	}
	return false;
}

static bool same_group(const struct data_loss_group *a, const struct data_loss_group *b)
{
	return a->loss == b->loss && a->owner == b->owner && a->served == b->served &&
	       a->family == b->family && a->port == b->port && a->pid == b->pid &&
	       !memcmp(a->comm, b->comm, sizeof(a->comm)) &&
	       !memcmp(a->raddr, b->raddr, sizeof(a->raddr));
}

static void take_loss(struct history *p, const struct tcpfin_event *ev,
		      const struct conn *conn, bool served, enum data_loss loss)
{
	struct data_loss_group g = {
		.loss = (uint8_t)loss, .served = served, .family = ev->family,
		.port = served ? ev->lport : ev->rport,
	};
	size_t i;

	memcpy(g.raddr, ev->raddr, sizeof(g.raddr));
	if (conn->flags & CONN_OWNER) {
		g.owner = true;
		g.pid = conn->pid;
		memcpy(g.comm, conn->comm, sizeof(g.comm));
	}
	for (i = 0; i < p->nlosses && !same_group(&p->losses[i], &g); i++)
		;
	if (i == DATA_LOSSES_MAX) {
		p->losses_rest++;
		return;
	}
	if (i == p->nlosses)
		p->losses[p->nlosses++] = g;
	p->losses[i].count++;
	p->losses[i].bytes += unacknowledged(ev);
	p->losses[i].last_ns = ev->time_ns;
}

static void take_orphan_end(struct history *p, const struct tcpfin_event *ev)
{
	if (ev->reason == TCPFIN_REASON_ABORTED && ev->detail == TCPFIN_CAUSE_ORPHANS)
		p->orphan_aborts++;
	if (ev->reason != TCPFIN_REASON_TIMEOUT || !(ev->flags & TCPFIN_F_ORPHAN))
		return;
	p->orphan_timeouts++;
	if (event_tries(ev) > p->tries_max)
		p->tries_max = event_tries(ev);
	memcpy(p->orphan_raddr, ev->raddr, sizeof(p->orphan_raddr));
	p->orphan_rport = ev->rport;
	p->orphan_family = ev->family;
}

static void take_end(struct history *p, const struct tcpfin_event *ev,
		     const struct conn *conn, bool served)
{
	enum data_loss loss;

	p->ends++;
	take_orphan_end(p, ev);
	if (loses_data(ev, &loss))
		take_loss(p, ev, conn, served, loss);
}

void history_event(struct history *p, const struct tcpfin_event *ev,
		   const struct conn *conn, bool served)
{
	p->counts.events++;
	teardown_counts_step(&p->counts, ev, conn, ev->old_state == TCP_TIME_WAIT);
	if (ev->kind == TCPFIN_KIND_TW_REFUSED)
		p->ends++;
	else if (ev->kind == TCPFIN_KIND_TW_DEATH ||
		 (ev->kind == TCPFIN_KIND_STATE && ev->new_state == TCP_CLOSE))
		take_end(p, ev, conn, served);
}
