/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What an event's kind and its two states say by themselves, worked out once
 * for each combination: the tracker asks at each event.
 */
#ifndef TCPFIN_STEPS_H
#define TCPFIN_STEPS_H

#include <netinet/tcp.h>
#include <stdint.h>

#include "module/tcpfin.h"

/* Bits 0 to 15 are the states that the end is known to have been in. */
#define TCPFIN_STEP_STATES	0xffffU
/* It is the end's last one. */
#define TCPFIN_STEP_ENDS	(1U << 16)
/* Of a full socket: write_seq is one more than its FIN's number, or just that */
#define TCPFIN_STEP_FIN_BEFORE	(1U << 17)
#define TCPFIN_STEP_FIN_NEXT	(1U << 18)
/* The peer's FIN has come; of TCPFIN_KIND_TW_REFUSED the detail tells. */
#define TCPFIN_STEP_PEER_FIN	(1U << 19)
/* The old state is none of an end that closes first, or second. */
#define TCPFIN_STEP_NOT_FIRST	(1U << 20)
#define TCPFIN_STEP_NOT_SECOND	(1U << 21)
/* If no step of its teardown was seen, one was missed, or this is a later one. */
#define TCPFIN_STEP_LATER	(1U << 22)
/* The kind is TCPFIN_KIND_STATE. */
#define TCPFIN_STEP_STATE	(1U << 23)
/* A mini-socket is there. */
#define TCPFIN_STEP_MINI	(1U << 24)
#define TCPFIN_STEP_DEATH	(1U << 25)
/* The new state is one to be in. */
#define TCPFIN_STEP_MOVES	(1U << 26)
/* The two states differ. */
#define TCPFIN_STEP_BEGINS	(1U << 27)
/* The kind is none of the most frequent ones. */
#define TCPFIN_STEP_RARE	(1U << 28)
#define TCPFIN_STEP_BIRTH	(1U << 29)

/* States of an end that closes first, and of one that closes second. */
#define TCPFIN_CLOSES_FIRST	(1U << TCP_FIN_WAIT1 | 1U << TCP_FIN_WAIT2 | \
				 1U << TCP_CLOSING | 1U << TCP_TIME_WAIT)
#define TCPFIN_CLOSES_SECOND	(1U << TCP_CLOSE_WAIT | 1U << TCP_LAST_ACK)

/**
 * tcpfin_steps_init() - work them out, before the first tcpfin_step_bits()
 */
void tcpfin_steps_init(void);

/**
 * tcpfin_step_bits() - what an event's kind and states say
 * @ev: the event
 *
 * Return: TCPFIN_STEP_*.
 */
uint32_t tcpfin_step_bits(const struct tcpfin_event *ev);

#endif /* TCPFIN_STEPS_H */
