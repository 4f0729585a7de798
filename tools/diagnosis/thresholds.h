/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Thresholds of findings, chosen for somebody on call: nothing below is worth a
 * call.
 */
#ifndef DIAGNOSIS_THRESHOLDS_H
#define DIAGNOSIS_THRESHOLDS_H

#include <stdbool.h>
#include <stdint.h>

#include "diagnosis/facts.h"

/* Most findings of one kind, for example for processes or destinations */
#define THRESHOLD_EACH_MAX		10
/* A longer wait is a finding, unless "doctor --older" sets another time */
#define THRESHOLD_OLDER_NS	60000000000ULL
/*
 * Sockets of one program that are over and open, or whose peers do not read or answer;
 * fewer may be a pool's, or a few bad peers'
 */
#define THRESHOLD_OVER_MIN	10
/* Share of mini-sockets or ports in use: warning, critical */
#define THRESHOLD_NEAR_PERCENT	80
#define THRESHOLD_FULL_PERCENT	95
/* A forecast counts from this share on, and within this time */
#define THRESHOLD_FORECAST_PERCENT	50
#define THRESHOLD_FORECAST_NS	300000000000ULL
/* A shorter sample says nothing about a rate */
#define THRESHOLD_RATE_MIN_NS	1000000000ULL
/* Share of ends; smaller shares are normal for peers and networks */
#define THRESHOLD_SHARE_PERCENT	1
/*
 * Share of net.ipv4.tcp_max_orphans: the kernel counts an orphan that makes no
 * progress two or four times (tcp_out_of_resources()).
 */
#define THRESHOLD_ORPHANS_PERCENT	50
/* Orphans in FIN_WAIT2: number, and share of all sockets */
#define THRESHOLD_FW2_ORPHANS_MIN	256
#define THRESHOLD_FW2_ORPHANS_PERCENT	25

/* What net.ipv4.tcp_tw_reuse does for a destination */
enum tw_reuse {
	TW_REUSE_NOTHING,	/* no port is held by a mini-socket */
	TW_REUSE_WORKS,		/* the setting is on and frees ports */
	TW_REUSE_HELPS,		/* the setting is off and would free ports */
	/* all are from before the recording, so that it is not known */
	TW_REUSE_MAYBE,
	TW_REUSE_NO_TIMESTAMPS,	/* net.ipv4.tcp_timestamps is 0 */
	TW_REUSE_BOUND,		/* bind() chose the ports */
	TW_REUSE_PEER_HAS_NONE,	/* the peer does not use timestamps */
	TW_REUSE_TOO_YOUNG,	/* all are too young, mostly below a second */
	TW_REUSE_FIN_WAIT2,	/* all are in FIN_WAIT2 */
	TW_REUSE_UNKNOWN,	/* a setting could not be read */
};

/* Share of ports in use that bind() chose; below, bind() is not how ports go */
#define THRESHOLD_BOUND_PERCENT	10

/* State and forecast of a destination's local ports */
struct port_outlook {
	uint64_t total;		/* number of ports */
	uint64_t taken;		/* ports that connect() cannot use */
	uint64_t bound;	/* of these, ports that bind() chose, for any destination */
	uint64_t freed;	/* mini-sockets' ports that tcp_tw_reuse makes usable */
	enum tw_reuse reuse;	/* what tcp_tw_reuse does here */
	bool is_on;		/* tcp_tw_reuse is on for this destination */
	struct optional rate;	/* ports newly used in 1000 seconds */
	int64_t growth;		/* growth of @taken in 1000 seconds */
	/* nanoseconds until no port is left, if that will happen */
	struct optional left;
};

/* Compute state and forecast of a destination's local ports. */
void port_outlook_of(const struct facts *facts,
		     const struct facts_target *target, struct port_outlook *o);

/* Is @part at least @percent of @whole? Never if either is 0. */
static inline bool threshold_is_reached(uint64_t part, uint64_t whole,
					unsigned int percent)
{
	return part && whole && (double)part * 100 >= (double)whole * percent;
}

#endif /* DIAGNOSIS_THRESHOLDS_H */
