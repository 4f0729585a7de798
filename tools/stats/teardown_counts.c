// SPDX-License-Identifier: GPL-2.0
/* Counts the steps of teardowns. */
#include <netinet/tcp.h>

#include "source/probes.h"
#include "stats/teardown_counts.h"

void teardown_counts_events(struct teardown_counts *c, const struct event_times *times)
{
	if (!times->count)
		return;
	if (!c->events || times->first_ns < c->first_ns)
		c->first_ns = times->first_ns;
	if (times->last_ns > c->last_ns)
		c->last_ns = times->last_ns;
	c->events += times->count;
}

static void count_extension(struct teardown_counts *c, const struct tcpfin_event *ev,
			    const struct conn *conn)
{
	bool fin = ev->flags & TCPFIN_F_FIN;

	c->extensions++;
	c->fins_again += fin;
	if (!conn)
		return;
	c->extended += conn->extended == 1;
	c->fins_again_conns += fin && conn->fin_again == 1;
}

static void count_death(struct teardown_counts *c,
			const struct tcpfin_event *ev, bool time_wait_over)
{
	if (time_wait_over) {
		c->tw_ended++;
		reason_counts_add(&c->tw_ends, ev->reason, ev->detail);
	} else if (ev->old_state == TCP_FIN_WAIT2) {
		c->fw2_ended++;
		reason_counts_add(&c->fw2_ends, ev->reason, ev->detail);
	} else {
		c->unknown_ended++;
	}
}

void teardown_counts_step(struct teardown_counts *c, const struct tcpfin_event *ev,
			  const struct conn *conn, bool time_wait_over)
{
	switch (ev->kind) {
	case TCPFIN_KIND_FIN_RETRANS:
		c->retransmits++;
		break;
	case TCPFIN_KIND_TW_BIRTH:
		c->time_waits += ev->new_state == TCP_TIME_WAIT;
		c->fw2_born += ev->new_state == TCP_FIN_WAIT2;
		break;
	case TCPFIN_KIND_TW_FLIP:
		c->time_waits += ev->new_state == TCP_TIME_WAIT;
		c->fw2_flips++;
		break;
	case TCPFIN_KIND_TW_EXTEND:
		count_extension(c, ev, conn);
		break;
	case TCPFIN_KIND_TW_REFUSED:
		c->refused++;
		c->refused_ns = ev->time_ns;
		break;
	case TCPFIN_KIND_TW_DEATH:
		count_death(c, ev, time_wait_over);
		break;
	}
}

struct losses teardown_counts_losses(const struct teardown_counts *c, struct source *src)
{
	return (struct losses){
		.lost = c->lost, .no_ring = c->no_ring, .missed = c->missed,
		.unmatched = src->header.unmatched,
		.unreached = source_unreached(src),
	};
}
