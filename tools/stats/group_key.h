/* SPDX-License-Identifier: GPL-2.0 */
/* What connections are grouped by: --by KEY. */
#ifndef TCPFIN_KEYS_H
#define TCPFIN_KEYS_H

#include <stdint.h>

#include "track/tracker.h"
#include "util/resolver.h"

/* Room for any key's text; the longest is a host's and a service's name. */
#define TCPFIN_KEY_MAX		TCPFIN_END_NAME_MAX

/**
 * enum tcpfin_by - what the groups are made by
 * @TCPFIN_BY_NONE: no groups
 * @TCPFIN_BY_DESTINATION: remote address and port
 * @TCPFIN_BY_RADDR: remote address
 * @TCPFIN_BY_RPORT: remote port
 * @TCPFIN_BY_LPORT: local port
 * @TCPFIN_BY_NETNS: network namespace
 * @TCPFIN_BY_COMM: name of the process that owns the socket
 * @TCPFIN_BY_REASON: why it ended
 */
enum tcpfin_by {
	TCPFIN_BY_NONE,
	TCPFIN_BY_DESTINATION,
	TCPFIN_BY_RADDR,
	TCPFIN_BY_RPORT,
	TCPFIN_BY_LPORT,
	TCPFIN_BY_NETNS,
	TCPFIN_BY_COMM,
	TCPFIN_BY_REASON,
};

/**
 * struct tcpfin_key - what a group has in common; all of it is compared
 * @family: of the address
 * @known: there is such a thing
 * @bytes: an address or a name
 * @unused: 0: all of it is compared
 * @number: a port, a namespace, or a reason in the high half and a caller in
 *	the low one
 */
struct tcpfin_key {
	uint8_t family;
	uint8_t known;
	uint8_t bytes[16];
	uint8_t unused[6];
	uint64_t number;
};

/**
 * tcpfin_by_parse() - what to group by, from its name
 * @name: destination, raddr, rport, lport, netns, comm or reason
 *
 * Return: it, TCPFIN_BY_NONE if there is none of this name.
 */
enum tcpfin_by tcpfin_by_parse(const char *name);

/**
 * tcpfin_by_name() - the way back
 * @by: what to group by
 *
 * Return: its name.
 */
const char *tcpfin_by_name(enum tcpfin_by by);

/**
 * tcpfin_key_make() - which group is an end in?
 * @by: what the groups are made by
 * @conn: the end
 * @key: the result; by reason it is not known, see tcpfin_key_reason()
 */
void tcpfin_key_make(enum tcpfin_by by, const struct tcpfin_conn *conn,
		     struct tcpfin_key *key);

/**
 * tcpfin_key_reason() - the same by reason
 * @key: the result, after tcpfin_key_make()
 * @reason: enum tcpfin_reason, or anything
 * @detail: see struct tcpfin_event
 */
void tcpfin_key_reason(struct tcpfin_key *key, uint8_t reason, uint32_t detail);

/**
 * tcpfin_key_text() - a group's name
 * @by: what the groups are made by
 * @key: the group
 * @header: holds the names of callers
 * @names: knows names of hosts and services, NULL for numbers
 * @buf: room for it
 *
 * Return: the name, printable; NULL if it is not known.
 */
const char *tcpfin_key_text(enum tcpfin_by by, const struct tcpfin_key *key,
			    const struct tcpfin_header *header,
			    struct tcpfin_resolver *names,
			    char buf[TCPFIN_KEY_MAX]);

#endif /* TCPFIN_KEYS_H */
