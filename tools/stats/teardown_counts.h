/* SPDX-License-Identifier: GPL-2.0 */
/* Sums over the recorded steps of teardowns. */
#ifndef STATS_TEARDOWN_COUNTS_H
#define STATS_TEARDOWN_COUNTS_H

#include <stdbool.h>
#include <stdint.h>

#include "stats/reason_counts.h"
#include "track/tracker.h"

/* Counts of steps; all zero to start with */
struct teardown_counts {
	uint64_t events;	/* all events */
	uint64_t first_ns;	/* time of the earliest event */
	uint64_t last_ns;	/* time of the latest event */
	uint64_t lost;		/* records overwritten unread, or without a ring */
	uint64_t no_ring;	/* the latter: of CPUs that had no ring */
	uint64_t missed;	/* calls that the kernel did not hand to the probes */
	uint64_t retransmits;	/* FINs sent again */
	uint64_t time_waits;	/* connections that entered TIME_WAIT */
	uint64_t tw_ended;	/* waits in TIME_WAIT that ended */
	struct reason_counts tw_ends;	/* ends of TIME_WAIT by reason */
	uint64_t extensions;	/* how often a TIME_WAIT started over */
	uint64_t extended;	/* connections whose TIME_WAIT started over */
	uint64_t fins_again;	/* FINs that came again in TIME_WAIT */
	/* connections whose peer's FIN came again in TIME_WAIT */
	uint64_t fins_again_conns;
	uint64_t refused;	/* connections that got no mini-socket */
	uint64_t refused_ns;	/* time of the latest refusal */
	uint64_t fw2_born;	/* mini-sockets that began in FIN_WAIT2 */
	/* mini-sockets that went on from FIN_WAIT2 to TIME_WAIT */
	uint64_t fw2_flips;
	uint64_t fw2_ended;	/* mini-sockets that ended in FIN_WAIT2 */
	struct reason_counts fw2_ends;	/* ends of FIN_WAIT2 by reason */
	/* mini-sockets that ended in a state that is not known */
	uint64_t unknown_ended;
};

/* A batch of events of which only the times are counted */
struct event_times {
	uint64_t count;		/* events */
	uint64_t first_ns;	/* time of the earliest event */
	uint64_t last_ns;	/* time of the latest event */
};

static inline struct event_times event_times_none(void)
{
	return (struct event_times){ .first_ns = UINT64_MAX };
}

static inline void event_times_add(struct event_times *t, uint64_t time_ns)
{
	t->count++;
	if (time_ns < t->first_ns)
		t->first_ns = time_ns;
	if (time_ns > t->last_ns)
		t->last_ns = time_ns;
}

/* Count the events of a batch and their times, but not their steps. */
void teardown_counts_events(struct teardown_counts *c, const struct event_times *times);

/**
 * teardown_counts_step() - count a step, but not its event
 * @c: the counts
 * @ev: the step
 * @conn: its end of a connection after the step; NULL if ends are not followed:
 *	connections are not counted then
 * @time_wait_over: a wait in TIME_WAIT ended, see struct step
 */
void teardown_counts_step(struct teardown_counts *c, const struct tcpfin_event *ev,
			  const struct conn *conn, bool time_wait_over);

/* Return all that may be missing from the counts of a source's events. */
struct losses teardown_counts_losses(const struct teardown_counts *c, struct source *src);

/* Count a loss: an item of type LOST or MISSED. */
static inline void teardown_counts_loss(struct teardown_counts *c,
					const struct item *item)
{
	if (item->type != ITEM_LOST) {
		c->missed += item->count;
		return;
	}
	c->lost += item->count;
	if (item->cpu == CPU_NO_RING)
		c->no_ring += item->count;
}

#endif /* STATS_TEARDOWN_COUNTS_H */
