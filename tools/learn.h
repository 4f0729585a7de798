/* SPDX-License-Identifier: GPL-2.0 */
/* What an event tells of its end of a connection besides the step itself. */
#ifndef TCPFIN_LEARN_H
#define TCPFIN_LEARN_H

#include "tracker.h"

/**
 * tcpfin_learn_is_another() - does the event belong to another connection?
 * @conn: an end
 * @ev: an event of the same socket
 *
 * A socket that is disconnected and connected again keeps its cookie, but not
 * its sequence numbers, and it begins anew.
 *
 * Return: true if it does.
 */
bool tcpfin_learn_is_another(const struct tcpfin_conn *conn,
			     const struct tcpfin_event *ev);

/**
 * tcpfin_learn() - take from an event its numbers, its owner, and its end
 * @conn: the end, with its state as it was before the event
 * @ev: the event
 * @ends: it is the end's last one
 */
void tcpfin_learn(struct tcpfin_conn *conn, const struct tcpfin_event *ev,
		  bool ends);

#endif /* TCPFIN_LEARN_H */
