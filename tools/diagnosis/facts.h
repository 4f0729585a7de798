/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The facts that the rules of "doctor" judge: recorded events, and this
 * machine's state.
 */
#ifndef DIAGNOSIS_FACTS_H
#define DIAGNOSIS_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "diagnosis/destinations.h"
#include "diagnosis/history.h"
#include "diagnosis/peers.h"
#include "diagnosis/port_use.h"
#include "system/file_places.h"
#include "system/netns.h"
#include "system/snmp.h"
#include "system/sock_diag.h"
#include "system/socket_owner.h"
#include "track/conn.h"

/* Destinations judged: those that use the most ports */
#define FACTS_WORST_MAX	10
/* Holders of a local port that are told apart */
#define PORT_HOLDERS_MAX	16
/* All TCP_* are below this */
#define FACTS_STATES		SOCK_DIAG_STATES

enum facts_setting {
	FACTS_SET_FIN_TIMEOUT,
	FACTS_SET_MAX_TW_BUCKETS,
	FACTS_SET_TW_REUSE,
	FACTS_SET_TW_REUSE_DELAY,
	FACTS_SET_TIMESTAMPS,
	FACTS_SET_MAX_ORPHANS,
	FACTS_SET_ORPHAN_RETRIES,
	FACTS_SET_MIGRATE_REQ,
	FACTS_SET_RETRIES2,
	FACTS_SETTINGS,
};

enum facts_count {
	FACTS_COUNT_NONE,	/* never known */
	FACTS_COUNT_TW_OVERFLOW,
	FACTS_COUNT_ABORT_TIMEOUT,
	FACTS_COUNT_ABORT_MEMORY,
	FACTS_COUNT_ABORT_DATA,
	FACTS_COUNT_ABORT_CLOSE,
	FACTS_COUNT_ORPHANS,
	FACTS_COUNT_MINIS,
	FACTS_COUNTS,
};

/* A destination, and the programs whose sockets take its ports */
struct facts_target {
	struct destination dest;
	struct programs programs;
};

/* A socket that holds the local port that was asked for */
struct port_holder {
	struct held_socket sock;	/* the socket; its age is known if @aged */
	bool aged;		/* sock.age_ns is known */
	struct optional left;	/* time until a mini-socket expires, in ns */
	bool known;		/* @bound is known */
	bool bound;		/* bind() chose the port, else connect() */
};

/* The holders of one local port */
struct port_holders {
	bool asked;		/* the filter asks for one local port */
	uint16_t port;		/* this port */
	struct port_holder list[PORT_HOLDERS_MAX];
	size_t count;		/* number of @list */
	uint64_t all;		/* number of sockets with this port */
};

/* The sockets of this network namespace */
struct facts_present {
	uint64_t sockets;	/* number of sockets listed */
	uint64_t full[FACTS_STATES];	/* full sockets by state */
	uint64_t time_waits;	/* mini-sockets in TIME_WAIT */
	uint64_t fin_wait2s;	/* mini-sockets in FIN_WAIT2 */
	/* full sockets without a process in FIN_WAIT2 */
	uint64_t fin_wait2_orphans;
	/* wait of the oldest orphan in FIN_WAIT2, in ns, if known */
	struct optional orphan_oldest;
	/* sockets that waited too long, see held_socket_sort() */
	struct held_socket *held;
	size_t nheld;		/* number of @held */
	uint64_t held_left_out;	/* sockets for which @held had no room */
	const struct socket_owners *owners;	/* who holds them, NULL: of a recording */
	const struct peers *peers;	/* the other ends of @held, NULL: of a recording */
	/* where sockets may be that nobody holds, NULL: of a recording */
	const struct file_places *places;
	struct optional ports;	/* number of local ports that connect() chooses from */
	/* the destinations that use the most ports, the worst first */
	struct facts_target target[FACTS_WORST_MAX];
	size_t ntargets;	/* number of @target */
	struct port_uses uses;	/* local ports by who chose them */
	struct port_holders holders;	/* who holds one local port */
	/* connections whose destination was not counted */
	uint64_t dests_left_out;
};

/* All facts of one network namespace, or of a recording */
struct facts {
	uint64_t older_ns;	/* sockets that wait no longer are no problem */
	uint64_t now_ns;	/* the time that ages are measured against */
	uint64_t wall_ns;	/* the same time, in ns since 1970 */
	uint32_t netns;	/* inode number of the network namespace, 0: of a recording */
	const struct netns *where;	/* the same namespace, NULL: of a recording */
	/*
	 * time over which births and deaths in @present.target were counted, in
	 * ns, or 0
	 */
	uint64_t window_ns;
	/* time from "before" in @present.target until now, or 0 */
	uint64_t sample_ns;
	bool is_live;		/* @present, @setting and @counter are valid */
	/* @present and @setting are what the steps of a recording tell */
	bool is_recorded;
	bool filtered;	/* a filter chose the connections, so @counter is unknown */
	char why_not[SOCK_DIAG_WHY_MAX];	/* why @is_live is false, "" of a recording */
	struct history history;	/* what events told */
	struct facts_present present;	/* the sockets */
	struct optional setting[FACTS_SETTINGS];	/* by enum facts_setting */
	struct snmp_counter counter[FACTS_COUNTS];	/* by enum facts_count */
};

#endif /* DIAGNOSIS_FACTS_H */
