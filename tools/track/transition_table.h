/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What an event's kind and its two states imply, computed once for each
 * combination because the tracker needs it for each event.
 */
#ifndef TRACK_TRANSITION_TABLE_H
#define TRACK_TRANSITION_TABLE_H

#include <netinet/tcp.h>
#include <stdint.h>

#include "module/tcpfin.h"

/* Bits 0 to 15: states that the end is now known to have been in, BIT(TCP_*) */
#define TRANSITION_STATES	0xffffU
/* The last event of the end */
#define TRANSITION_ENDS	(1U << 16)
/* Full socket: FIN's number is write_seq - 1, or write_seq (queued next) */
#define TRANSITION_FIN_BEFORE	(1U << 17)
#define TRANSITION_FIN_NEXT	(1U << 18)
/* The peer's FIN has arrived (TCPFIN_KIND_TW_REFUSED: the detail tells) */
#define TRANSITION_PEER_FIN	(1U << 19)
/* The old state rules out an active, or a passive closer */
#define TRANSITION_NOT_ACTIVE	(1U << 20)
#define TRANSITION_NOT_PASSIVE	(1U << 21)
/* Not the first transition of a teardown: there was an earlier one */
#define TRANSITION_LATER	(1U << 22)
/* The kind is TCPFIN_KIND_STATE. */
#define TRANSITION_STATE	(1U << 23)
/* A mini-socket exists; the event is its creation; its end */
#define TRANSITION_MINI	(1U << 24)
#define TRANSITION_BIRTH	(1U << 29)
#define TRANSITION_DEATH	(1U << 25)
/* The event enters or confirms a state */
#define TRANSITION_MOVES	(1U << 26)
/* Old and new state differ: the new state begins now */
#define TRANSITION_BEGINS	(1U << 27)
/* The kind is infrequent and needs a closer look */
#define TRANSITION_RARE	(1U << 28)

/* The table covers all known kinds and states. */
#define TRANSITION_KINDS	8
#define TRANSITION_STATE_MAX	16

extern uint32_t
transition_table[TRANSITION_KINDS][TRANSITION_STATE_MAX][TRANSITION_STATE_MAX];

/* Fill the table; must precede the first transition_bits(). */
void transition_table_init(void);

/* Compute the TRANSITION_* bits of an event's kind and states. */
uint32_t transition_compute(uint8_t kind, uint8_t old, uint8_t new);

/* Return the TRANSITION_* bits of an event. */
static inline uint32_t transition_bits(const struct tcpfin_event *ev)
{
	if (ev->kind < TRANSITION_KINDS &&
	    (ev->old_state | ev->new_state) < TRANSITION_STATE_MAX)
		return transition_table[ev->kind][ev->old_state][ev->new_state];
	return transition_compute(ev->kind, ev->old_state, ev->new_state);
}

#endif /* TRACK_TRANSITION_TABLE_H */
