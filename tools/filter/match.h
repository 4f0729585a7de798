/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Matches filters with steps, connections and living sockets. NULL as the
 * filter always matches.
 */
#ifndef FILTER_MATCH_H
#define FILTER_MATCH_H

#include "filter/filter.h"
#include "system/socket_owner.h"
#include "track/tracker.h"
#include "track/verdict.h"

/*
 * Does a filter match a step? The states are the old and the new one; the
 * process is the one that acted, else the socket's owner.
 */
bool match_step(const struct filter *filter, const struct tcpfin_header *header,
		const struct tcpfin_event *ev, const struct step *step);

/* Does a filter match a connection by an end that is not over? */
bool match_conn(const struct filter *filter, const struct conn *conn);

/*
 * Does a filter match a living socket? @conn is the socket's recorded end, or
 * NULL. The process is the one that holds the socket, if known; if no file
 * refers to the socket, the recorded owner.
 */
bool match_socket(const struct filter *filter, const struct held_socket *sock,
		  uint32_t netns, const struct conn *conn);

/*
 * Does a filter match one of the ends of a connection? An end that is over
 * matches each state that it was in; how the connection ended, and the cause, are
 * those of both.
 */
bool match_verdict(const struct filter *filter,
		   const struct tcpfin_header *header, const struct verdict *v);

#endif /* FILTER_MATCH_H */
