/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A running simulation: the current state of both ends, the actions of processes and
 * timers, and the functions that note records and facts.
 */
#ifndef TESTS_UNIT_TCP_MODEL_INTERNAL_H
#define TESTS_UNIT_TCP_MODEL_INTERNAL_H

#include <netinet/tcp.h>

#include "tcp_model.h"

#define FLIGHT 8
#define HELD 4

struct segment {
	uint32_t seq;
	uint32_t end;
	uint32_t ack;
	bool fin;
	bool rst;
};

/* Current state of an end; @write_seq includes a queued FIN. */
struct end {
	uint8_t state;
	bool mini;
	bool over;
	bool orphan;
	bool stalled;
	bool fin_queued;
	bool ack_due;
	bool unread;
	bool long_wait;
	uint32_t snd_una;
	uint32_t snd_nxt;
	uint32_t write_seq;
	uint32_t rcv_nxt;
	uint32_t rcv_wup;
	struct segment flight[FLIGHT];
	unsigned int in_flight;
	/* Received before the segments that come before them. */
	struct segment held[HELD];
	unsigned int holds;
};

struct sim {
	struct model_life *life;
	struct model_rng *rng;
	struct end end[2];
	uint64_t now_ns;
	bool impatient;
};

static inline struct model_side *model_side(const struct sim *p,
					    unsigned int i)
{
	return &p->life->side[i];
}

static inline bool model_is_in(const struct end *e, unsigned int states)
{
	return !e->over && !e->mini && BIT(e->state) & states;
}

/* tcp_model_end.c */
struct tcpfin_event *model_record(struct sim *p, unsigned int i, uint8_t kind,
				  uint8_t old, uint8_t new);
void model_by_task(struct tcpfin_event *ev, uint32_t pid);
void model_by_owner(struct sim *p, unsigned int i, struct tcpfin_event *ev);
void model_change(struct sim *p, unsigned int i, uint8_t state);
struct tcpfin_event *model_step(struct sim *p, unsigned int i, uint8_t state);
void model_put(struct sim *p, unsigned int i, struct segment seg);
void model_put_rst(struct sim *p, unsigned int i);
struct tcpfin_event *model_end_full(struct sim *p, unsigned int i,
				    enum how how, uint8_t reason,
				    uint32_t detail, bool rst);
struct tcpfin_event *model_end_mini(struct sim *p, unsigned int i,
				    enum how how, uint8_t reason,
				    uint32_t detail);
void model_time_wait(struct sim *p, unsigned int i, uint8_t substate);

/* tcp_model_segments.c */
void model_send_new(struct sim *p, unsigned int i);
void model_send_again(struct sim *p, unsigned int i);
void model_close_end(struct sim *p, unsigned int i, bool orphan);
void model_let_go(struct sim *p, unsigned int i);
void model_arrive(struct sim *p, unsigned int i);

#endif /* TESTS_UNIT_TCP_MODEL_INTERNAL_H */
