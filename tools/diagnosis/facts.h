/* SPDX-License-Identifier: GPL-2.0 */
/* All that "doctor" judges by: what was recorded, and what is there now. */
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

/* Destinations that are judged: the worst. */
#define FACTS_WORST_MAX	10
/* TCP_* are below this. */
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
 * struct facts_target - a destination and how its living connections are
 * @dest: the destination
 * @with_timestamps: connections that use RFC 7323 timestamps
 * @without_timestamps: those that do not
 */
struct facts_target {
	struct destination dest;
	uint32_t with_timestamps;
	uint32_t without_timestamps;
};

/**
 * struct facts_present - the sockets of this network namespace
 * @sockets: how many were listed
 * @full: full sockets by state
 * @time_waits: mini-sockets in TIME_WAIT
 * @fin_wait2s: mini-sockets in FIN_WAIT2
 * @fin_wait2_orphans: full sockets without a process in FIN_WAIT2
 * @orphan_oldest: how long the oldest of these two has waited, as far as its
 *	beginning was seen; nanoseconds
 * @held: sockets that have waited for too long, in the order of
 *	held_socket_sort()
 * @nheld: how many
 * @held_left_out: those that there was no room for
 * @holders_known: /proc was searched for those who hold them
 * @ports: how many local ports connect() may choose from
 * @target: the destinations that use the most, the worst first
 * @ntargets: how many
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
 * struct facts - all of it
 * @older_ns: what waits no longer than this is no trouble
 * @now_ns: the moment that ages are measured against
 * @wall_ns: the same by the wall clock, nanoseconds since 1970
 * @netns: inode number of the network namespace that was looked at, if one was
 * @window_ns: the time over which births and deaths in @present.target were
 *	counted, 0 if they were not
 * @sample_ns: the time between "before" and now there, 0 if there is none
 * @is_live: @present, @setting and @counter were looked at
 * @why_not: if they could not be, why
 * @filtered: @history and @present are about the connections that a filter
 *	chose, and nothing is known of what is the whole machine's: @counter
 * @history: what the steps told
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
