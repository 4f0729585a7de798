/* SPDX-License-Identifier: GPL-2.0 */
/* What a filter sees of a step, of a connection, and of a living socket. */
#ifndef FILTER_MATCH_H
#define FILTER_MATCH_H

#include "filter/filter.h"
#include "system/socket_owner.h"
#include "track/tracker.h"
#include "track/verdict.h"

/**
 * match_step() - does a filter let a step through?
 * @filter: the filter, NULL for none
 * @header: holds the names of callers
 * @ev: the event
 * @step: what the tracker knows about it
 *
 * Its states are the old and the new one, its process the one that acted, or
 * else the socket's owner.
 *
 * Return: true if so.
 */
bool match_step(const struct filter *filter, const struct tcpfin_header *header,
		const struct tcpfin_event *ev, const struct step *step);

/**
 * match_conn() - does a filter let a connection through as it is now?
 * @filter: the filter, NULL for none
 * @conn: an end of it that is not over
 *
 * Return: true if so.
 */
bool match_conn(const struct filter *filter, const struct conn *conn);

/**
 * match_socket() - does a filter let a socket through that is there?
 * @filter: the filter, NULL for none
 * @sock: the socket
 * @netns: the network namespace that it is in
 * @conn: what was recorded of it, or NULL
 *
 * Its process is the one that holds it, if that is known, and if no file does
 * the one that was recorded as its owner.
 *
 * Return: true if so.
 */
bool match_socket(const struct filter *filter, const struct held_socket *sock,
		  uint32_t netns, const struct conn *conn);

/**
 * match_verdict() - does a filter let one end of a connection through?
 * @filter: the filter, NULL for none
 * @header: holds the names of callers
 * @v: the verdict
 *
 * An end that is over was in each of its states.
 *
 * Return: true if so.
 */
bool match_verdict(const struct filter *filter,
		   const struct tcpfin_header *header, const struct verdict *v);

#endif /* FILTER_MATCH_H */
