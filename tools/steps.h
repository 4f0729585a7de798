/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What an event's kind and its two states say by themselves, worked out once
 * for each combination: the tracker asks at each event.
 */
#ifndef TCPFIN_STEPS_H
#define TCPFIN_STEPS_H

#include <stdint.h>

#include "tcpfin.h"

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
/* It may be what nothing is odd about: a frequent kind, from a known state. */
#define TCPFIN_STEP_USUAL	(1U << 30)

#define TCPFIN_STEP_KINDS	8
#define TCPFIN_STEP_STATE_MAX	16

/**
 * struct tcpfin_step_facts - what a kind and two states say
 * @bits: TCPFIN_STEP_*
 * @sets: TCPFIN_CONN_* that are known after it, if nothing about it is odd
 * @slot: where in begin_ns the beginning of the old state is
 * @new_slot: and that of the new one
 */
struct tcpfin_step_facts {
	uint32_t bits;
	uint32_t sets;
	uint32_t slot;
	uint32_t new_slot;
};

/* See tcpfin_step_facts(). */
extern struct tcpfin_step_facts
tcpfin_steps[TCPFIN_STEP_KINDS][TCPFIN_STEP_STATE_MAX][TCPFIN_STEP_STATE_MAX];

/**
 * tcpfin_steps_init() - work them out, before the first tcpfin_step_facts()
 */
void tcpfin_steps_init(void);

/**
 * tcpfin_steps_work_out() - the same for one that may be any
 * @kind: of an event, any value
 * @old: its old state, likewise
 * @new: its new one
 *
 * Return: what they say, valid until the next call.
 */
const struct tcpfin_step_facts *
tcpfin_steps_work_out(uint8_t kind, uint8_t old, uint8_t new);

/**
 * tcpfin_step_facts() - what an event's kind and states say
 * @ev: the event
 *
 * Return: it.
 */
static inline const struct tcpfin_step_facts *
tcpfin_step_facts(const struct tcpfin_event *ev)
{
	unsigned int kind = ev->kind, old = ev->old_state, new = ev->new_state;

	if (kind < TCPFIN_STEP_KINDS && (old | new) < TCPFIN_STEP_STATE_MAX)
		return &tcpfin_steps[kind][old][new];
	return tcpfin_steps_work_out(ev->kind, ev->old_state, ev->new_state);
}

#endif /* TCPFIN_STEPS_H */
