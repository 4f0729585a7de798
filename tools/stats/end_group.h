/* SPDX-License-Identifier: GPL-2.0 */
/* Groups of ends that ended in the same way: how, why, whose, and to where. */
#ifndef STATS_END_GROUP_H
#define STATS_END_GROUP_H

#include <stdint.h>

#include "track/conn.h"
#include "util/resolver.h"

/*
 * What the ends of a group have in common; all bytes, so that memcmp() gives one order
 * on all machines
 */
struct end_group {
	uint8_t how;		/* enum how */
	uint8_t reason;		/* enum tcpfin_reason that has @cause, 0: no cause */
	uint8_t cause;		/* see cause_name() */
	uint8_t owner;		/* 1: @comm is known */
	uint8_t family;		/* of @addr; 0: the destination is the local port */
	uint8_t addr[16];	/* remote address */
	uint8_t port[2];	/* remote or local port, in network order */
	char comm[16];		/* the process, without bytes after the NUL */
	uint8_t unused;		/* 0 */
};

/*
 * Find the group of an end that is over. Its destination is the remote end or, if the
 * local port is the lower one, the local port alone: clients take high ports, and a
 * server's clients are too many for a group each.
 */
void end_group_of(const struct conn *conn, struct end_group *group);

/* The group of all ends, over or not, with the same process, or the same destination. */
void end_group_by_process(const struct conn *conn, struct end_group *group);
void end_group_by_destination(const struct conn *conn, struct end_group *group);

/* Return the word for the cause of the group's ends, NULL if there is none. */
const char *end_group_cause(const struct end_group *group);

/*
 * Write the destination: "192.0.2.7:443", or ":443" for a local port. @names is NULL for
 * numbers. Return @buf.
 */
const char *end_group_destination(const struct end_group *group, struct resolver *names,
				  char buf[END_NAME_MAX]);

#endif /* STATS_END_GROUP_H */
