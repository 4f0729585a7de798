// SPDX-License-Identifier: GPL-2.0
/* Computes what an event's kind and its two states imply. */
#include <netinet/tcp.h>
#include <stdbool.h>

#include "track/conn.h"
#include "track/transition_table.h"

/* States in which our FIN is queued or sent */
#define FIN_QUEUED	(BIT(TCP_FIN_WAIT1) | BIT(TCP_FIN_WAIT2) | \
			 BIT(TCP_CLOSING) | BIT(TCP_LAST_ACK))
/* States after the peer's FIN has arrived */
#define PEER_CLOSED	(BIT(TCP_CLOSE_WAIT) | BIT(TCP_LAST_ACK) | \
			 BIT(TCP_CLOSING) | BIT(TCP_TIME_WAIT))
#define TEARDOWN_BEGINS	(BIT(TCP_FIN_WAIT1) | BIT(TCP_CLOSE_WAIT))

uint32_t transition_table[TRANSITION_KINDS][TRANSITION_STATE_MAX][TRANSITION_STATE_MAX];

static bool is_end(uint8_t kind, uint8_t new)
{
	return kind == TCPFIN_KIND_TW_DEATH || kind == TCPFIN_KIND_TW_REFUSED ||
	       (kind == TCPFIN_KIND_STATE && new == TCP_CLOSE);
}

/* Only a transition of a full socket can queue a FIN. */
static uint32_t fin_bits(uint8_t kind, uint8_t old, uint8_t new)
{
	unsigned int is_in = conn_bit(old) | conn_bit(new);
	uint32_t bits = 0;

	if (kind != TCPFIN_KIND_STATE || conn_bit(old) & FIN_QUEUED)
		bits |= TRANSITION_FIN_BEFORE;
	else if (new == TCP_FIN_WAIT1 || new == TCP_LAST_ACK)
		bits |= TRANSITION_FIN_NEXT;
	if (kind != TCPFIN_KIND_TW_REFUSED && is_in & PEER_CLOSED)
		bits |= TRANSITION_PEER_FIN;
	return bits;
}

static uint32_t kind_bits(uint8_t kind)
{
	switch (kind) {
	case TCPFIN_KIND_STATE:
		return TRANSITION_STATE;
	case TCPFIN_KIND_TW_BIRTH:
		return TRANSITION_MINI | TRANSITION_BIRTH;
	case TCPFIN_KIND_TW_FLIP:
		return TRANSITION_MINI;
	case TCPFIN_KIND_TW_DEATH:
		return TRANSITION_MINI | TRANSITION_DEATH;
	case TCPFIN_KIND_TW_EXTEND:
		return TRANSITION_MINI | TRANSITION_RARE;
	}
	return TRANSITION_RARE;
}

/* A teardown never goes back, and an end stays active or passive closer. */
static uint32_t order_bits(uint8_t old, uint8_t new)
{
	uint8_t state = old ? old : new;
	uint32_t bits = 0;

	if (old && !(conn_bit(old) & ACTIVE_CLOSE))
		bits |= TRANSITION_NOT_ACTIVE;
	if (old && !(conn_bit(old) & PASSIVE_CLOSE))
		bits |= TRANSITION_NOT_PASSIVE;
	if (conn_bit(old) & TEARDOWN_BEGINS || conn_slot(state))
		bits |= TRANSITION_LATER;
	return bits;
}

uint32_t transition_compute(uint8_t kind, uint8_t old, uint8_t new)
{
	uint32_t bits = (conn_bit(old) | conn_bit(new)) & ~(BIT(0) | BIT(TCP_CLOSE));

	bits |= kind_bits(kind) | fin_bits(kind, old, new) |
		order_bits(old, new);
	if (is_end(kind, new))
		bits |= TRANSITION_ENDS;
	else if (new != TCP_CLOSE && !(bits & TRANSITION_RARE))
		bits |= TRANSITION_MOVES;
	if (old != new)
		bits |= TRANSITION_BEGINS;
	return bits;
}

void transition_table_init(void)
{
	uint8_t kind, old, new;

	if (transition_table[0][0][0])
		return; /* already filled */
	for (kind = 0; kind < TRANSITION_KINDS; kind++)
		for (old = 0; old < TRANSITION_STATE_MAX; old++)
			for (new = 0; new < TRANSITION_STATE_MAX; new++)
				transition_table[kind][old][new] =
					transition_compute(kind, old, new);
}
