/* SPDX-License-Identifier: GPL-2.0 */
/* How an event moves an end from state to state. */
#ifndef TRACK_TRANSITION_H
#define TRACK_TRANSITION_H

#include "track/conn.h"
#include "track/observe.h"
#include "track/step.h"

/*
 * Apply an event to its end, and set @step to the time spans that the event
 * ends; @bits is from transition_bits(), @fins from observe_fins().
 */
void transition_apply(struct conn *conn, const struct tcpfin_event *ev, uint32_t bits,
		      const struct observed_fins *fins, struct step *step);

#endif /* TRACK_TRANSITION_H */
