/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A model of TCP connections: draws a life at random, legal from the first FIN
 * or RST to the last trace of both ends, and gives the records that the module
 * would write, and next to them the truth.
 *
 * The truth is noted down while the life is played, from what happens to the
 * segments; nothing of it is worked out from the records.
 */
#ifndef TESTS_UNIT_TCP_MODEL_H
#define TESTS_UNIT_TCP_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "module/tcpfin.h"
#include "track/verdict.h"

#define MODEL_EVENTS 96
#define MODEL_STATES 12

/* A generator of numbers of its own: a seed gives the same lives anywhere. */
struct model_rng {
	uint64_t state;
};

uint64_t model_random(struct model_rng *rng);
/* From 0 to below @below. */
uint32_t model_below(struct model_rng *rng, uint32_t below);
/* True @percent times in a hundred. */
bool model_chance(struct model_rng *rng, uint32_t percent);

/* What two ends have from the start; [0] and [1] are the ends throughout. */
struct model_link {
	uint8_t family;
	uint8_t addr[2][16];
	uint16_t port[2];
	uint32_t netns[2];
	uint32_t host[2];
	uint64_t cookie[2];
	uint32_t iss[2];
	/* Records of every change of state, not only of teardowns. */
	bool scope_all;
};

/* The truth of one end. A time of 0: that did not happen. */
struct model_side {
	uint64_t began_ns[MODEL_STATES];
	uint64_t left_ns[MODEL_STATES];
	uint64_t end_ns;
	/* Its own FIN: queued, and when its acknowledgment came. */
	uint64_t fin_ns;
	uint64_t fin_acked_ns;
	uint32_t fin_seq;
	/* It had left before the other's FIN came, if that came at all. */
	bool fin_first;
	bool fin_left;
	/* The acknowledgment number that it had when it left first. */
	uint32_t fin_ack;
	/* That of the other end, when it came here. */
	uint64_t got_fin_ns;
	/* The first segment that acknowledged it. */
	bool ack_left;
	uint32_t ack_seq;
	/* RCV.NXT at FIN_WAIT1, FIN_WAIT2; SND.NXT, queue's end at CLOSE_WAIT. */
	uint32_t mark[2];
	/* Can anybody tell whether the ACK took the FIN along? */
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
	/* The sequence numbers at the end, for the next life of the addresses.
	 */
	uint32_t seq[2];
};

/**
 * model_live() - play a life
 * @life: filled in; @life->link was set by the caller
 * @rng: decides
 * @start_ns: when it may begin
 */
void model_live(struct model_life *life, struct model_rng *rng,
		uint64_t start_ns);

#endif /* TESTS_UNIT_TCP_MODEL_H */
