/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A model of TCP connections: simulates a random legal teardown, from the first FIN or
 * RST to the last step of both ends, and returns the records that the module would
 * write, together with the true facts.
 *
 * The simulation notes the facts from the segments; none are derived from the records.
 */
#ifndef TESTS_UNIT_TCP_MODEL_H
#define TESTS_UNIT_TCP_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "module/tcpfin.h"
#include "track/verdict.h"

#define MODEL_EVENTS 96
#define MODEL_STATES 12

/* A random generator: a seed gives the same connections everywhere. */
struct model_rng {
	uint64_t state;
};

uint64_t model_random(struct model_rng *rng);
/* A number from 0 to @below - 1. */
uint32_t model_below(struct model_rng *rng, uint32_t below);
/* True with this probability in percent. */
bool model_chance(struct model_rng *rng, uint32_t percent);

/* Addresses and identities of both ends, [0] and [1]. */
struct model_link {
	uint8_t family;
	uint8_t addr[2][16];
	uint16_t port[2];
	uint32_t netns[2];
	uint32_t host[2];
	uint64_t cookie[2];
	uint32_t iss[2];
	/* The module's scope=all: steps before the teardown, too. */
	bool scope_all;
	/* Segments arrive in order, and each of them once. */
	bool calm;
	/* An end of another system, which may answer a FIN with its own, again. */
	bool foreign[2];
};

/* The true facts of one end. A time of 0: did not happen. */
struct model_side {
	uint64_t began_ns[MODEL_STATES];
	uint64_t left_ns[MODEL_STATES];
	uint64_t end_ns;
	/* When the FIN was queued, and when its ACK arrived. */
	uint64_t fin_ns;
	uint64_t fin_acked_ns;
	uint32_t fin_seq;
	/* The FIN left before the peer's FIN arrived. */
	bool fin_first;
	bool fin_left;
	/* ACK number of the FIN's first transmission. */
	uint32_t fin_ack;
	/* When the peer's FIN arrived. */
	uint64_t got_fin_ns;
	/* Nothing was unacknowledged when the peer's FIN began CLOSE_WAIT. */
	bool quiet;
	/* The first segment sent that acknowledged the peer's FIN. */
	bool ack_left;
	uint32_t ack_seq;
	/* RCV.NXT at FIN_WAIT1, FIN_WAIT2; or SND.NXT, write_seq at CLOSE_WAIT. */
	uint32_t mark[2];
	/* Did one segment carry ACK and FIN, if that can be known? */
	enum tri merged;
	uint32_t retransmitted;
	uint32_t fin_again;
	uint32_t extended;
	enum how how;
	const char *cause;
	uint8_t reason;
	uint8_t old_state;
	bool mini;
	uint64_t mini_ns;
	uint32_t pid;
	bool owner;
};

struct model_life {
	struct model_link link;
	struct tcpfin_event event[MODEL_EVENTS];
	uint8_t who[MODEL_EVENTS];
	unsigned int events;
	struct model_side side[2];
	uint64_t end_ns;
	/* Last sequence numbers, for the next connection of the addresses. */
	uint32_t seq[2];
};

/**
 * model_live() - simulate a teardown
 * @life: receives records and facts; the caller has set @life->link
 * @rng: random generator
 * @start_ns: earliest time of an event
 */
void model_live(struct model_life *life, struct model_rng *rng,
		uint64_t start_ns);

#endif /* TESTS_UNIT_TCP_MODEL_H */
