/* SPDX-License-Identifier: GPL-2.0 */
/* What an event is to its end of a connection. */
#ifndef TRACK_STEP_H
#define TRACK_STEP_H

#include <stdbool.h>
#include <stdint.h>

#include "track/conn.h"

/**
 * struct step - what the tracker adds to an event
 * @conn: the end after the event; valid until the next one, also when the event
 *	was its last
 * @span_ns: time in the old state
 * @mini_ns: time since the mini-socket's birth
 * @span_known: @span_ns is known
 * @mini_known: @mini_ns is known
 * @time_wait_over: a wait in TIME_WAIT ended; @span_ns is how long it was
 * @ended: the event was the end's last one
 */
struct step {
	struct conn *conn;
	uint64_t span_ns;
	uint64_t mini_ns;
	bool span_known;
	bool mini_known;
	bool time_wait_over;
	bool ended;
};

/**
 * step_is_full() - is an event one of a full socket?
 * @ev: the event
 *
 * Return: true if so.
 */
static inline bool step_is_full(const struct tcpfin_event *ev)
{
	return ev->kind == TCPFIN_KIND_STATE ||
	       ev->kind == TCPFIN_KIND_FIN_RETRANS;
}

#endif /* TRACK_STEP_H */
