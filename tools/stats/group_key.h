/* SPDX-License-Identifier: GPL-2.0 */
/* The property that connections are grouped by: --by KEY. */
#ifndef STATS_GROUP_KEY_H
#define STATS_GROUP_KEY_H

#include <stdint.h>

#include "track/tracker.h"
#include "util/resolver.h"

/* Room for any key's text; the longest is a host and a service by name. */
#define GROUP_KEY_TEXT_MAX		END_NAME_MAX

/* A property of an end */
enum group_by {
	GROUP_BY_NONE,		/* no groups */
	GROUP_BY_DESTINATION,	/* remote address and port */
	GROUP_BY_RADDR,		/* remote address */
	GROUP_BY_RPORT,		/* remote port */
	GROUP_BY_LPORT,		/* local port */
	GROUP_BY_NETNS,		/* network namespace */
	GROUP_BY_COMM,		/* name of the process that owns the socket */
	GROUP_BY_REASON,	/* why the end is over */
};

/* The value of the property in a group; compared with memcmp() */
struct group_key {
	uint8_t family;		/* family of the address in @bytes */
	uint8_t known;		/* 0 if the ends lack the property, or it was not seen */
	uint8_t bytes[16];	/* an address or a name */
	uint8_t unused[6];	/* 0 */
	/* a port, a namespace, or a reason (high half) and a caller (low half) */
	uint64_t number;
};

/* Return the property with this name of --by; GROUP_BY_NONE for other names. */
enum group_by group_by_parse(const char *name);

/* Return the name of a property, which must not be GROUP_BY_NONE. */
const char *group_by_name(enum group_by by);

/* Find the group of an end; for GROUP_BY_REASON call group_key_reason(), too. */
void group_key_make(enum group_by by, const struct conn *conn, struct group_key *key);

/* Set the reason in a key; @detail is the caller's index, see reason_counts_add(). */
void group_key_reason(struct group_key *key, uint8_t reason, uint32_t detail);

/*
 * Write a group's name. @header holds the names of callers and is needed for
 * GROUP_BY_REASON only; @names is NULL for numbers. Return the name, printable,
 * or NULL if the key is not known.
 */
const char *group_key_text(enum group_by by, const struct group_key *key,
			   const struct tcpfin_header *header, struct resolver *names,
			   char buf[GROUP_KEY_TEXT_MAX]);

#endif /* STATS_GROUP_KEY_H */
