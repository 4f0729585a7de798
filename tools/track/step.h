/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tracker adds to an event: the connection, and the time spans that
 * the event ended.
 */
#ifndef TRACK_STEP_H
#define TRACK_STEP_H

#include <stdbool.h>
#include <stdint.h>

#include "track/conn.h"

/* What the tracker adds to an event */
struct step {
	/* the end after the event, valid until the next event */
	struct conn *conn;
	uint64_t span_ns;	/* time spent in the old state */
	uint64_t mini_ns;	/* time since the mini-socket was created */
	bool span_known;	/* @span_ns is known */
	bool mini_known;	/* @mini_ns is known */
	bool time_wait_over;	/* TIME_WAIT ended after @span_ns */
	bool ended;		/* this is the last event of the end */
};

/* Is this an event of a full socket, not of a mini-socket? */
static inline bool step_is_full(const struct tcpfin_event *ev)
{
	return ev->kind == TCPFIN_KIND_STATE || ev->kind == TCPFIN_KIND_FIN_RETRANS;
}

#endif /* TRACK_STEP_H */
