/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From where on something is worth a finding: where somebody who is on call
 * would want to know.
 */
#ifndef DIAGNOSIS_THRESHOLDS_H
#define DIAGNOSIS_THRESHOLDS_H

#include <stdbool.h>
#include <stdint.h>

#include "diagnosis/facts.h"

/* Processes, destinations and the like that get a finding of their own. */
#define THRESHOLD_EACH_MAX		10
/* A connection that waits longer is a finding, unless "doctor --older" differs. */
#define THRESHOLD_OLDER_NS	60000000000ULL
/* Of places for mini-sockets, and of ports: a warning, and worse. */
#define THRESHOLD_NEAR_PERCENT	80
#define THRESHOLD_FULL_PERCENT	95
/* A forecast counts from here on: a short burst is no trouble. */
#define THRESHOLD_FORECAST_PERCENT	50
#define THRESHOLD_FORECAST_NS	300000000000ULL
/* A sample shorter than this says nothing about a rate. */
#define THRESHOLD_RATE_MIN_NS	1000000000ULL
/* Of ends: what peers and networks do now and then is no trouble. */
#define THRESHOLD_SHARE_PERCENT	1
/*
 * Of net.ipv4.tcp_max_orphans: the kernel counts an orphan that makes no
 * progress two or four times (tcp_out_of_resources()).
 */
#define THRESHOLD_ORPHANS_PERCENT	50
/* Orphans in FIN_WAIT2, if they are also a quarter of all sockets. */
#define THRESHOLD_FW2_ORPHANS_MIN	256
#define THRESHOLD_FW2_ORPHANS_PERCENT	25

/**
 * enum tw_reuse - what net.ipv4.tcp_tw_reuse does for a destination
 * @TW_REUSE_NOTHING: no port is held by a mini-socket
 * @TW_REUSE_WORKS: it is on, and there are ports that it frees
 * @TW_REUSE_HELPS: it is off, and there are such ports
 * @TW_REUSE_MAYBE: the same, if the other end uses timestamps: not known
 * @TW_REUSE_NO_TIMESTAMPS: net.ipv4.tcp_timestamps is 0
 * @TW_REUSE_PEER_HAS_NONE: the other end does not use timestamps
 * @TW_REUSE_TOO_YOUNG: all are too young, mostly below a second
 * @TW_REUSE_FIN_WAIT2: all are in FIN_WAIT2
 * @TW_REUSE_UNKNOWN: a setting could not be read
 */
enum tw_reuse {
	TW_REUSE_NOTHING,
	TW_REUSE_WORKS,
	TW_REUSE_HELPS,
	TW_REUSE_MAYBE,
	TW_REUSE_NO_TIMESTAMPS,
	TW_REUSE_PEER_HAS_NONE,
	TW_REUSE_TOO_YOUNG,
	TW_REUSE_FIN_WAIT2,
	TW_REUSE_UNKNOWN,
};

/**
 * struct port_outlook - how a destination's ports are
 * @total: ports that there are
 * @taken: ports that a connect() cannot have
 * @freed: ports of mini-sockets that it can have, because of tcp_tw_reuse
 * @reuse: what that setting does here
 * @is_on: it is on for this destination
 * @rate: new uses of ports, in 1000 seconds
 * @growth: by how many @taken grows in 1000 seconds
 * @left: nanoseconds until none is left at this rate, if that will be
 */
struct port_outlook {
	uint64_t total;
	uint64_t taken;
	uint64_t freed;
	enum tw_reuse reuse;
	bool is_on;
	struct fact rate;
	int64_t growth;
	struct fact left;
};

/**
 * port_outlook_of() - how a destination's ports are, and will be
 * @facts: what is known
 * @target: the destination
 * @o: the result
 */
void port_outlook_of(const struct facts *facts,
		     const struct facts_target *target, struct port_outlook *o);

/**
 * threshold_is_reached() - is a part at least this share of the whole?
 * @part: the part
 * @whole: the whole
 * @percent: the share
 *
 * Return: true if so; never of nothing.
 */
bool threshold_is_reached(uint64_t part, uint64_t whole, unsigned int percent);

#endif /* DIAGNOSIS_THRESHOLDS_H */
