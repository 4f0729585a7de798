/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the rules of "doctor" judge: recorded history, and the machine's
 * present.
 */
#ifndef DIAGNOSIS_FACTS_H
#define DIAGNOSIS_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "diagnosis/destinations.h"
#include "diagnosis/history.h"
#include "system/snmp.h"
#include "system/sock_diag.h"
#include "system/socket_owner.h"
#include "track/conn.h"

/* Destinations judged: those that use the most ports */
#define FACTS_WORST_MAX	10
/* All TCP_* are below this */
#define FACTS_STATES		16

enum facts_setting {
	FACTS_SET_FIN_TIMEOUT,
	FACTS_SET_MAX_TW_BUCKETS,
	FACTS_SET_TW_REUSE,
	FACTS_SET_TW_REUSE_DELAY,
	FACTS_SET_TIMESTAMPS,
	FACTS_SET_MAX_ORPHANS,
	FACTS_SET_ORPHAN_RETRIES,
	FACTS_SETTINGS,
};

enum facts_count {
	FACTS_COUNT_TW_OVERFLOW,
	FACTS_COUNT_ABORT_TIMEOUT,
	FACTS_COUNT_ABORT_MEMORY,
	FACTS_COUNT_ABORT_DATA,
	FACTS_COUNT_ABORT_CLOSE,
	FACTS_COUNT_ORPHANS,
	FACTS_COUNT_MINIS,
	FACTS_COUNTS,
};

/**
 * struct facts_target - a destination and its living connections
 * @dest: the destination
 * @with_timestamps: connections that use RFC 7323 timestamps
 * @without_timestamps: connections that do not
 */
struct facts_target {
	struct destination dest;
	uint32_t with_timestamps;
	uint32_t without_timestamps;
};

/**
 * struct facts_present - the sockets of this network namespace
 * @sockets: number of sockets listed
 * @full: full sockets by state
 * @time_waits: mini-sockets in TIME_WAIT
 * @fin_wait2s: mini-sockets in FIN_WAIT2
 * @fin_wait2_orphans: full sockets without a process in FIN_WAIT2
 * @orphan_oldest: how long the oldest orphan in FIN_WAIT2 has waited, in ns, as
 *	far as its beginning was seen
 * @held: sockets that have waited for too long, in the order of
 *	held_socket_sort()
 * @nheld: number of @held
 * @held_left_out: sockets for which @held had no room
 * @holders_known: /proc was searched for the sockets' owners
 * @ports: number of local ports that connect() chooses from
 * @target: the destinations that use the most ports, the worst first
 * @ntargets: number of @target
 * @dests_left_out: connections whose destination was not counted
 */
struct facts_present {
	uint64_t sockets;
	uint64_t full[FACTS_STATES];
	uint64_t time_waits;
	uint64_t fin_wait2s;
	uint64_t fin_wait2_orphans;
	struct fact orphan_oldest;
	struct held_socket *held;
	size_t nheld;
	uint64_t held_left_out;
	bool holders_known;
	struct fact ports;
	struct facts_target target[FACTS_WORST_MAX];
	size_t ntargets;
	uint64_t dests_left_out;
};

/**
 * struct facts - everything the rules judge
 * @older_ns: sockets that wait no longer are no problem
 * @now_ns: the time that ages are measured against
 * @wall_ns: the same time, in ns since 1970
 * @netns: inode number of the network namespace looked at, if any
 * @window_ns: the time over which births and deaths in @present.target were
 *	counted, 0 if they were not
 * @sample_ns: the time between "before" in @present.target and now, 0 if there
 *	is none
 * @is_live: @present, @setting and @counter are valid
 * @filtered: a filter chose the connections in @history and @present; @counter,
 *	which is the whole machine's, is unknown
 * @why_not: why they are not valid
 * @history: what events told
 * @present: the sockets
 * @setting: by enum facts_setting
 * @counter: by enum facts_count
 */
struct facts {
	uint64_t older_ns;
	uint64_t now_ns;
	uint64_t wall_ns;
	uint32_t netns;
	uint64_t window_ns;
	uint64_t sample_ns;
	bool is_live;
	bool filtered;
	char why_not[SOCK_DIAG_WHY_MAX];
	struct history history;
	struct facts_present present;
	struct fact setting[FACTS_SETTINGS];
	struct snmp_counter counter[FACTS_COUNTS];
};

#endif /* DIAGNOSIS_FACTS_H */
