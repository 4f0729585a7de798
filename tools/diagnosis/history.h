/* SPDX-License-Identifier: GPL-2.0 */
/* Counts of recorded events for "doctor", and the connections that lost data. */
#ifndef DIAGNOSIS_HISTORY_H
#define DIAGNOSIS_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stats/teardown_counts.h"
#include "track/conn.h"

/* Most groups of lost data; further connections are only counted */
#define DATA_LOSSES_MAX	128

/* Why a RST discarded data */
enum data_loss {
	DATA_LOSS_UNREAD,	/* a process closed before it had read all data */
	DATA_LOSS_UNSENT,	/* this end aborted before all its data was acknowledged */
	DATA_LOSS_LATE,		/* data arrived after the process had closed */
	DATA_LOSS_PEER,		/* the peer's RST came before all data was acknowledged */
};

/* Connections that lost data: same reason, process and remote end */
struct data_loss_group {
	uint8_t loss;		/* enum data_loss */
	bool owner;		/* @pid and @comm are known */
	bool served;		/* this end is the server, so @port is local, else remote */
	uint8_t family;		/* AF_INET or AF_INET6 */
	uint16_t port;		/* the server's port */
	uint32_t pid;		/* the socket's owner, see struct conn */
	char comm[16];		/* the owner's name; may hold any bytes */
	uint8_t raddr[16];	/* the remote address */
	uint64_t count;		/* number of connections */
	uint64_t bytes;		/* bytes written but not acknowledged, in all of them */
	uint64_t last_ns;	/* time of the latest loss */
};

/* Counts of the events of one network namespace */
struct history {
	/* Counts; times and losses are those of all events of the source */
	struct teardown_counts counts;
	uint64_t ends;		/* ends of connections that are over */
	uint64_t orphan_timeouts;	/* orphans that were given up */
	uint32_t tries_max;	/* most retransmissions before one was given up */
	uint8_t orphan_raddr[16];	/* remote address of the latest orphan given up */
	uint16_t orphan_rport;	/* its remote port */
	uint8_t orphan_family;	/* its address family */
	uint64_t orphan_aborts;	/* orphans aborted because there were too many */
	struct data_loss_group losses[DATA_LOSSES_MAX];
	size_t nlosses;		/* number of @losses */
	uint64_t losses_rest;	/* lossy connections for which @losses had no room */
};

/* Count an event. @conn is its end after the event; @served: the end is the server. */
void history_event(struct history *p, const struct tcpfin_event *ev,
		   const struct conn *conn, bool served);

#endif /* DIAGNOSIS_HISTORY_H */
