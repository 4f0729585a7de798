/* SPDX-License-Identifier: GPL-2.0 */
/* How an event changes what is known about its end. */
#ifndef TRACK_TRANSITION_H
#define TRACK_TRANSITION_H

#include "track/conn.h"
#include "track/observe.h"
#include "track/step.h"

/**
 * transition_apply() - take an event in at the end that it is about
 * @conn: the end, as it was before the event
 * @ev: the event
 * @bits: see transition_bits()
 * @fins: see observe_fins()
 * @step: set to what the event ends and tells
 */
void transition_apply(struct conn *conn, const struct tcpfin_event *ev,
		      uint32_t bits, const struct observed_fins *fins,
		      struct step *step);

#endif /* TRACK_TRANSITION_H */
