// SPDX-License-Identifier: GPL-2.0
/*
 * Simulates a busy machine. A connection begins in each round, and connections that
 * began some rounds (lags) before take their next steps, so that events are mixed.
 */
#include <string.h>
#include <unistd.h>

#include "busy_traffic.h"
#include "check.h"
#include "fixtures.h"
#include "recording_builder.h"
#include "short_names.h"
#include "source/recording_write.h"

#define RINGS		4
/* Lags before the end of TIME_WAIT, which has lag LAST. */
#define LAGS		4
#define LAST		LAGS
#define TIME_WAIT_NS	(60700 * MS)
#define STEPS_MAX	9

/* An event: how many rounds after the connection's begin, at which end, and its fields. */
struct step {
	uint8_t lag;
	uint8_t end;
	uint8_t kind;
	uint8_t old;
	uint8_t new;
	uint8_t reason;
	uint8_t detail;
	uint8_t flags;
};

/* Share of 100 connections, mask of the ends on this machine, and the steps. */
struct scenario {
	unsigned int share;
	unsigned int ends;
	struct step step[STEPS_MAX];
};

#define TASK	TCPFIN_F_TASK
#define ORPHAN	TCPFIN_F_ORPHAN

#define EXPIRED	TCPFIN_REASON_EXPIRED

#define CLOSER_TO_FIN_WAIT2						\
	{ 0, 0, STATE, ESTAB, FW1, 0, 0, TASK },			\
	{ 1, 0, STATE, FW1, FW2, 0, 0, ORPHAN },			\
	{ 1, 0, BIRTH, FW2, FW2, 0, 0, 0 }

#define OTHER_END							\
	{ 0, 1, STATE, ESTAB, CW, 0, 0, 0 },				\
	{ 2, 1, STATE, CW, LACK, 0, TCPFIN_LAST_ACK_ALONE, TASK },	\
	{ 2, 1, STATE, LACK, CLOSE, 0, 0, ORPHAN }

#define TO_TIME_WAIT	{ 2, 0, FLIP, FW2, TW, 0, 0, 0 }
#define ITS_END		{ LAST, 0, DEATH, TW, CLOSE, EXPIRED, 0, 0 }

static const struct scenario scenarios[] = {
	{ 74, 3, { CLOSER_TO_FIN_WAIT2, OTHER_END, TO_TIME_WAIT, ITS_END } },
	{ 8, 1, { CLOSER_TO_FIN_WAIT2, TO_TIME_WAIT, ITS_END } },
	{ 6, 2, { OTHER_END } },
	/* shutdown(): a full socket in FIN_WAIT2. */
	{ 4, 3, {
		{ 0, 0, STATE, ESTAB, FW1, 0, 0, TASK },
		{ 1, 0, STATE, FW1, FW2, 0, 0, 0 },
		OTHER_END,
		{ 2, 0, BIRTH, FW2, TW, 0, 0, 0 },
		ITS_END,
	} },
	{ 3, 3, {
		{ 0, 0, STATE, ESTAB, CLOSE, TCPFIN_REASON_ABORTED,
		  TCPFIN_CAUSE_LINGER0, TASK | TCPFIN_F_RST },
		{ 0, 1, STATE, ESTAB, CLOSE, TCPFIN_REASON_RST_RCVD, 0, 0 },
	} },
	/* The last ACK was lost. */
	{ 3, 3, {
		CLOSER_TO_FIN_WAIT2, OTHER_END, TO_TIME_WAIT,
		{ 3, 0, EXTEND, TW, TW, 0, 0, TCPFIN_F_FIN }, ITS_END,
	} },
	/* The other end never closed. */
	{ 2, 1, {
		CLOSER_TO_FIN_WAIT2,
		{ LAST, 0, DEATH, FW2, CLOSE, EXPIRED, 0, 0 },
	} },
};

/* Connections of 100 that have a mini-socket. */
#define MINIS	91

static uint64_t scramble(uint64_t x)
{
	x ^= x >> 33;
	x *= 0xff51afd7ed558ccdULL;
	x ^= x >> 33;
	x *= 0xc4ceb9fe1a85ec53ULL;
	return x ^ x >> 33;
}

static const struct scenario *scenario_of(uint64_t number)
{
	unsigned int at = (unsigned int)(number * 37 % 100);
	const struct scenario *scenario = scenarios;

	while (at >= scenario->share)
		at -= scenario++->share;
	return scenario;
}

static struct busy_traffic *to_busy_traffic(struct source *src)
{
	return (struct busy_traffic *)src;
}

/* Rounds between the begin of a connection and its steps of @lag. */
static uint64_t rounds_before(const struct busy_traffic *r, unsigned int lag)
{
	return lag < LAST ? lag : lag + r->open * 100 / MINIS;
}

static void set_addresses(struct tcpfin_event *ev, unsigned int end,
			  uint64_t random)
{
	uint8_t client[16] = { 10, 1, 0, 1 }, server[16] = { 10, 2, 0, 1 };
	uint16_t ports[2] = { (uint16_t)(32768 + (random >> 20) % 28000), 443 };

	if (random >> 40 & 7) {
		client[2] = (uint8_t)(random >> 48);
		server[3] = (uint8_t)(random >> 56 & 3);
	} else {
		ev->family = AF_INET6;
		memcpy(client, (uint8_t[]){ 0x20, 1, 0xd, 0xb8 }, 4);
		memcpy(server, client, 4);
		client[15] = (uint8_t)(random >> 48);
		server[15] = 7;
	}
	memcpy(ev->laddr, end ? server : client, sizeof(server));
	memcpy(ev->raddr, end ? client : server, sizeof(server));
	ev->lport = ports[end];
	ev->rport = ports[!end];
}

/* Shift the sequence numbers by random ones of the connection. */
static void move_numbers(struct tcpfin_event *ev, unsigned int end,
			 uint64_t random)
{
	uint32_t by[2] = { (uint32_t)random, (uint32_t)(random >> 32) };

	ev->snd_nxt += by[end];
	ev->rcv_nxt += by[!end];
	if (!(ev->flags & TCPFIN_F_SNDBUF))
		return;
	ev->snd_una += by[end];
	ev->write_seq += by[end];
}

static void make_event(struct busy_traffic *r, uint64_t number,
		       const struct step *s)
{
	uint64_t random = scramble(number ^ r->seed), cookie = 2 * number + 1;
	struct tcpfin_event *ev = &r->event;

	*ev = s->end ? fixture_far(s->kind, cookie + 1, s->old, s->new,
				   r->now_ns) :
		       fixture_event(s->kind, cookie, s->old, s->new,
				     r->now_ns);
	ev->netns = 0xf0000000;
	ev->reason = s->reason;
	ev->detail = s->detail;
	ev->flags |= s->flags;
	ev->seq = r->given + 1;
	set_addresses(ev, s->end, random);
	move_numbers(ev, s->end, scramble(random));
	if (ev->flags & TCPFIN_F_SNDBUF) {
		ev->flags |= TCPFIN_F_OWNER;
		ev->uid = s->end ? 33 : 1000;
		ev->cgroup = s->end ? 5000 : 6000;
	}
	if (s->flags & TASK)
		*ev = fixture_task(*ev, s->end ? 800 : 4000 + random % 50,
				   s->end ? "nginx" : "wrk");
}

/* The next step of this round, NULL at its end. */
static const struct step *next_step(struct busy_traffic *r, uint64_t *number)
{
	for (; r->lag <= LAST; r->lag++, r->step = 0) {
		const struct step *step;
		const struct scenario *scenario;
		uint64_t before = rounds_before(r, r->lag);

		if (r->round < before)
			continue;
		*number = r->round - before;
		scenario = scenario_of(*number);
		while (r->step < STEPS_MAX && scenario->step[r->step].kind) {
			step = &scenario->step[r->step++];
			if (step->lag == r->lag &&
			    !(r->alone && step->end && scenario->ends == 3))
				return step;
		}
	}
	return NULL;
}

static void next_round(struct busy_traffic *r)
{
	r->round++;
	r->lag = 0;
	r->step = 0;
	r->now_ns = SEC + r->round * TIME_WAIT_NS / (r->open * 100 / MINIS);
}

static void busy_traffic_next(struct source *src, struct item *item)
{
	struct busy_traffic *r = to_busy_traffic(src);
	const struct step *step;
	uint64_t number;

	*item = (struct item){ .type = ITEM_END };
	if (r->given == r->events)
		return;
	while (!(step = next_step(r, &number)))
		next_round(r);
	r->now_ns += 1000;
	make_event(r, number, step);
	r->given++;
	item->type = ITEM_EVENT;
	item->cpu = (uint32_t)(number % RINGS);
	item->time_ns = r->event.time_ns;
	item->event = &r->event;
}

static uint64_t busy_traffic_now(struct source *src)
{
	return to_busy_traffic(src)->now_ns;
}

void busy_traffic_init(struct busy_traffic *r)
{
	static const struct source_ops ops = {
		.next = busy_traffic_next, .now = busy_traffic_now,
	};

	r->src = (struct source){ .ops = &ops, .hosts = 1 };
	r->src.header = builder_header();
	r->given = 0;
	r->round = 0;
	r->lag = 0;
	r->step = 0;
	r->now_ns = SEC;
}

void busy_traffic_record(struct busy_traffic *r, int fd)
{
	static struct recorder recorder;
	struct item item;

	busy_traffic_init(r);
	assert_true(recorder_start(&recorder, fd, &r->src));
	for (;;) {
		source_next(&r->src, &item);
		if (item.type == ITEM_END)
			break;
		assert_true(recorder_item(&recorder, &r->src, &item));
	}
	assert_true(recorder_finish(&recorder, &r->src));
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
}
