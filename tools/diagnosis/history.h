/* SPDX-License-Identifier: GPL-2.0 */
/* Counts of recorded events for "doctor". */
#ifndef DIAGNOSIS_HISTORY_H
#define DIAGNOSIS_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "diagnosis/resets.h"
#include "stats/teardown_counts.h"
#include "track/conn.h"

/* Connections that were given up for one cause */
struct timeouts {
	uint64_t count;		/* number of connections */
	uint64_t orphans;	/* of these, connections without a process */
	uint64_t bytes;		/* bytes written but not acknowledged, in all of them */
	uint32_t tries_max;	/* most tries before one was given up */
	bool owner;		/* @comm is known */
	char comm[16];		/* the owner's name in the latest; may hold any bytes */
	uint8_t raddr[16];	/* remote address of the latest */
	uint16_t rport;		/* its remote port */
	uint8_t family;		/* its address family */
};

/* Counts of the events of one network namespace; all zero to start with */
struct history {
	/* Counts; times and losses are those of all events of the source */
	struct teardown_counts counts;
	uint64_t ends;		/* ends of connections that are over */
	struct timeouts timeouts[TCPFIN_TIMEOUT_MAX + 1];	/* by enum tcpfin_timeout */
	uint64_t orphan_aborts;	/* orphans aborted because there were too many */
	struct resets resets;	/* connections that ended with a RST */
};

/* Return the time from the first to the last event, in ns. */
static inline uint64_t history_span(const struct history *p)
{
	return p->counts.last_ns - p->counts.first_ns;
}

/* Count an event. @conn is its end after the event. */
void history_event(struct history *p, const struct tcpfin_event *ev,
		   const struct conn *conn);

#endif /* DIAGNOSIS_HISTORY_H */
