/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A source with the traffic of a busy machine: many connections, most of them with both
 * ends on the machine, which end in usual and some rarer ways. The events depend on
 * the parameters only, and need no memory.
 */
#ifndef TESTS_UNIT_BUSY_TRAFFIC_H
#define TESTS_UNIT_BUSY_TRAFFIC_H

#include <stdbool.h>
#include <stdint.h>

#include "source/source.h"

/**
 * struct busy_traffic - the source
 * @src: the source that readers use
 * @events: number of events
 * @open: mini-sockets at a time, once TIME_WAITs have begun to end
 * @seed: determines addresses, ports and sequence numbers
 * @alone: only the end that closes first is on this machine
 * @given: events returned so far
 * @round: connections begun so far
 * @now_ns: time of the last event
 * @lag: the step's lag in the current round
 * @step: index of the next step of the current connection
 * @event: the last event
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

/* Start; the caller has set the fields from @events to @alone. */
void busy_traffic_init(struct busy_traffic *r);

/* Record the traffic to a file, and seek to the start of the file. */
void busy_traffic_record(struct busy_traffic *r, int fd);

#endif /* TESTS_UNIT_BUSY_TRAFFIC_H */
