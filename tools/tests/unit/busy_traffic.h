/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The traffic of a busy machine as a source: many connections, most of them
 * with both ends on it, which end in the usual ways and in some rarer ones. The
 * same numbers give the same events anywhere, and take no memory.
 */
#ifndef TESTS_UNIT_BUSY_TRAFFIC_H
#define TESTS_UNIT_BUSY_TRAFFIC_H

#include <stdbool.h>
#include <stdint.h>

#include "source/source.h"

/**
 * struct busy_traffic - the source
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
struct busy_traffic {
	struct source src;
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
void busy_traffic_init(struct busy_traffic *r);

/* Make a recording of it; the file begins and ends at its start. */
void busy_traffic_record(struct busy_traffic *r, int fd);

#endif /* TESTS_UNIT_BUSY_TRAFFIC_H */
