/* SPDX-License-Identifier: GPL-2.0 */
/* A piece of the input, of which fuzz programs make an item, mostly an event. */
#ifndef TESTS_FUZZ_PIECE_H
#define TESTS_FUZZ_PIECE_H

#include <stdint.h>

/* Users limit the ranges, so that sockets and addresses repeat. */
struct piece {
	uint8_t what;
	uint8_t cookie;
	uint8_t ends;
	uint8_t kind;
	uint8_t old_state;
	uint8_t new_state;
	uint8_t reason;
	uint8_t flags;
	int8_t later;
	uint8_t snd;
	uint8_t rcv;
	uint8_t detail;
	uint8_t err;
	uint8_t pid;
	uint8_t large;
	uint8_t more;
	char comm[8];
};

#endif /* TESTS_FUZZ_PIECE_H */
