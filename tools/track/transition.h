/* SPDX-License-Identifier: GPL-2.0 */
/* How an event changes what is known about its end. */
#ifndef TCPFIN_MOVES_H
#define TCPFIN_MOVES_H

#include "track/conn.h"
#include "track/observe.h"
#include "track/step.h"

/**
 * tcpfin_move() - take an event in at the end that it is about
 * @conn: the end, as it was before the event
 * @ev: the event
 * @bits: see tcpfin_step_bits()
 * @fins: see tcpfin_learn_fins()
 * @step: set to what the event ends and tells
 */
void tcpfin_move(struct tcpfin_conn *conn, const struct tcpfin_event *ev,
		 uint32_t bits, const struct tcpfin_fins *fins,
		 struct tcpfin_step *step);

#endif /* TCPFIN_MOVES_H */
