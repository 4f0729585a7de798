/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Connections that ended with a RST, in groups: who sent it, why, to where, and how
 * many bytes were lost by it.
 */
#ifndef DIAGNOSIS_RESETS_H
#define DIAGNOSIS_RESETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "track/verdict.h"

/* Most groups; further resets are only counted */
#define RESETS_MAX	128

/* What made an end send a RST: enum tcpfin_cause, and these */
enum reset_cause {
	RESET_KILLED = TCPFIN_CAUSE_MAX + 1,	/* tcp_abort(), which "ss -K" calls */
	/* the end that sent the RST was not seen */
	RESET_BY_PEER,
	RESET_INJECTED,	/* neither of the two ends sent the RST */
	/* the other end was over before, so no socket was left to answer; bytes lost */
	RESET_NO_SOCKET,
};

/*
 * Resets with the same cause, program and destination: of a client the remote end, of
 * a server its port. The program is that of the end that sent the RST or, from
 * RESET_BY_PEER on, that received it.
 */
struct reset_group {
	uint8_t cause;		/* enum tcpfin_cause or enum reset_cause */
	bool owner;		/* @comm is known */
	bool served;		/* this end is the server, so @port is local, else remote */
	uint8_t family;		/* AF_INET or AF_INET6 */
	uint16_t port;		/* the server's port */
	bool processes;		/* with @owner: several processes of this name */
	bool addresses;		/* with @served: several remote addresses */
	uint32_t pid;		/* the first process, with @owner */
	char comm[16];		/* the program's name; may hold any bytes */
	uint8_t raddr[16];	/* the first remote address */
	uint64_t count;		/* number of connections */
	/* of these, connections of which both ends tell what was lost */
	uint64_t measured;
	uint64_t losers;	/* connections that are known to have lost bytes */
	uint64_t lost;	/* bytes written that never arrived, in all @losers */
	uint64_t lost_max;	/* most bytes lost by one connection */
	/*
	 * in connections that are not @measured, bytes that were sent and not
	 * acknowledged: they may have arrived
	 */
	uint64_t unacknowledged;
	uint64_t last_ns;	/* time of the latest reset */
};

/* All resets; all zero is none */
struct resets {
	struct reset_group list[RESETS_MAX];
	size_t count;		/* number of @list */
	uint64_t rest;		/* connections for which @list had no room */
};

/* Tells whether an end is the server's. */
typedef bool resets_serves_fn(const void *data, const struct conn *conn);

/* Count a connection if a RST ended it. */
void resets_take(struct resets *r, const struct verdict *v,
		 resets_serves_fn *serves, const void *data);

/* Return the name of a cause. */
const char *reset_cause_name(unsigned int cause);

#endif /* DIAGNOSIS_RESETS_H */
