/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The traffic of a busy machine as a source: many connections, most of them
 * with both ends on it, which end in the usual ways and in some rarer ones. The
 * same numbers give the same events anywhere, and take no memory.
 */
#ifndef TCPFIN_RUSH_H
#define TCPFIN_RUSH_H

#include <stdbool.h>
#include <stdint.h>

#include "source/source.h"

/**
 * struct rush - the source
 * @src: what readers see of it
 * @events: how many to hand out
 * @open: mini-sockets at once, once TIME_WAITs have begun to end
 * @seed: which addresses, ports and sequence numbers
 * @alone: of two ends only the one that closes first is on this machine
 * @given: how many were handed out
 * @round: connections so far
 * @now_ns: time of the last event
 * @lag: rounds since one more TIME_WAIT began than ended
 * @step: of the connection at hand
 * @event: the one handed out
 */
struct rush {
	struct tcpfin_source src;
	uint64_t events;
	uint64_t open;
	uint64_t seed;
	bool alone;
	uint64_t given;
	uint64_t round;
	uint64_t now_ns;
	unsigned int lag;
	unsigned int step;
	struct tcpfin_event event;
};

/* Start; the fields from @events to @alone were set before. */
void rush_init(struct rush *r);

/* Make a recording of it; the file begins and ends at its start. */
void rush_record(struct rush *r, int fd);

#endif /* TCPFIN_RUSH_H */
