/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What an event's kind and its two states say by themselves, worked out once
 * for each combination: the tracker asks at each event.
 */
#ifndef TRACK_TRANSITION_TABLE_H
#define TRACK_TRANSITION_TABLE_H

#include <netinet/tcp.h>
#include <stdint.h>

#include "module/tcpfin.h"

/* Bits 0 to 15 are the states that the end is known to have been in. */
#define TRANSITION_STATES	0xffffU
/* It is the end's last one. */
#define TRANSITION_ENDS	(1U << 16)
/* Of a full socket: write_seq is one more than its FIN's number, or just that */
#define TRANSITION_FIN_BEFORE	(1U << 17)
#define TRANSITION_FIN_NEXT	(1U << 18)
/* The peer's FIN has come; of TCPFIN_KIND_TW_REFUSED the detail tells. */
#define TRANSITION_PEER_FIN	(1U << 19)
/* The old state is none of an end that closes first, or second. */
#define TRANSITION_NOT_FIRST	(1U << 20)
#define TRANSITION_NOT_SECOND	(1U << 21)
/* If no step of its teardown was seen, one was missed, or this is a later one. */
#define TRANSITION_LATER	(1U << 22)
/* The kind is TCPFIN_KIND_STATE. */
#define TRANSITION_STATE	(1U << 23)
/* A mini-socket is there. */
#define TRANSITION_MINI	(1U << 24)
#define TRANSITION_DEATH	(1U << 25)
/* The new state is one to be in. */
#define TRANSITION_MOVES	(1U << 26)
/* The two states differ. */
#define TRANSITION_BEGINS	(1U << 27)
/* The kind is none of the most frequent ones. */
#define TRANSITION_RARE	(1U << 28)
#define TRANSITION_BIRTH	(1U << 29)

/**
 * transition_table_init() - work them out, before the first transition_bits()
 */
void transition_table_init(void);

/**
 * transition_bits() - what an event's kind and states say
 * @ev: the event
 *
 * Return: TRANSITION_*.
 */
uint32_t transition_bits(const struct tcpfin_event *ev);

#endif /* TRACK_TRANSITION_TABLE_H */
