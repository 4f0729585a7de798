// SPDX-License-Identifier: GPL-2.0
/*
 * Many random connections at a time, of which the reader misses some records: every
 * verdict must be complete and right, or marked as incomplete.
 *
 * TCPFIN_SEED sets the first seed, TCPFIN_ROUNDS the number of rounds.
 */
#include <inttypes.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "check.h"
#include "track/pairing.h"
#include "verdict_check.h"

#define LIVES		300
#define ROUNDS		60
#define SECOND_NS	1000000000ULL
#define GRACE_NS	(30 * SECOND_NS)
#define FAR_FUTURE	(UINT64_MAX - SECOND_NS)

/* The records that the reader gets. */
struct plan {
	uint32_t limit;
	/* One end of each connection is on another machine, perhaps of another system. */
	bool one_sided;
	/* The network neither loses, nor repeats, nor reorders segments. */
	bool calm;
	/* Events come late by up to this time. */
	uint64_t late_ns;
	/* One in this many events, or runs of events, is lost; 0: none. */
	uint32_t gap_every;
	/* One in this many lacks the note of an earlier probe; 0: none. */
	uint32_t unmatched_every;
};

struct arrival {
	uint64_t at_ns;
	struct tcpfin_event ev;
	uint32_t host;
	unsigned int order;
};

/* Connections that ended by FINs, and how many of these have each wave's numbers. */
struct tally {
	uint64_t fins;
	uint64_t seqs[4];
	uint64_t acks[4];
};

struct round {
	const struct plan *plan;
	struct model_rng rng;
	uint64_t seed;
	struct model_life life[LIVES];
	/* Verdicts in which each end has ended. */
	unsigned int reported[LIVES][2];
	bool hidden[LIVES][2];
	/* The end that is hidden if one is. */
	unsigned int hide;
	/* Latest arrival of a record, by end and CPU. */
	uint64_t latest_ns[LIVES][2][3];
	struct arrival *arrival;
	size_t arrivals;
	struct pairing *pairing;
	uint64_t verdicts;
	struct tally *tally;
};

static uint64_t number(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 0) : otherwise;
}

/*
 * Sequence numbers that wrap around soon. No other connection has the addresses then,
 * since only sequence numbers tell such connections apart.
 */
static void draw_wrap(struct round *r, struct model_link *link,
		      unsigned int nth)
{
	unsigned int i;

	for (i = 0; i < 2; i++)
		link->iss[i] = (uint32_t)-1 -
			model_below(&r->rng, model_chance(&r->rng, 50) ? 3000 : 3);
	link->port[0] = (uint16_t)(10000 + nth);
}

static void draw_link(struct round *r, struct model_link *link,
		      unsigned int nth)
{
	uint32_t place = model_below(&r->rng, 40);
	unsigned int i;

	memset(link, 0, sizeof(*link));
	link->family = model_chance(&r->rng, 50) ? AF_INET : AF_INET6;
	for (i = 0; i < 2; i++) {
		link->addr[i][0] = 10;
		link->addr[i][3] = (uint8_t)(1 + i);
		link->addr[i][link->family == AF_INET ? 1 : 15] =
			(uint8_t)(place % 5);
		link->port[i] = (uint16_t)(i ? 443 : 40000 + place / 5);
		link->netns[i] = 1 + model_below(&r->rng, 6);
		link->host[i] = model_below(&r->rng, 2);
		link->iss[i] = (uint32_t)model_random(&r->rng);
	}
	if (model_chance(&r->rng, 30))
		draw_wrap(r, link, nth);
	link->scope_all = model_chance(&r->rng, 20);
	link->calm = r->plan->calm;
	link->foreign[r->hide] = r->plan->one_sided && model_chance(&r->rng, 50);
}

/*
 * Reuse the addresses, and perhaps the socket if it closed regularly. Sequence numbers go
 * on where they were, as in the kernel.
 */
static void draw_next(struct round *r, const struct model_life *before,
		      struct model_link *link)
{
	unsigned int i;

	*link = before->link;
	for (i = 0; i < 2; i++) {
		if (before->side[i].mini || !model_chance(&r->rng, 30))
			link->cookie[i] = 0;
		link->iss[i] = before->seq[i] + 1 + model_below(&r->rng, 1U << 24);
	}
}

/*
 * Uptime at the begin of a round: soon after boot, or such that the clock passes 2^32 us,
 * 2^32 ms or 2^63 ns during the round.
 */
static uint64_t draw_uptime(struct round *r)
{
	static const uint64_t uptimes_ns[] = {
		SECOND_NS, (1ULL << 32) * 1000 - 10 * SECOND_NS,
		(1ULL << 32) * 1000000 - 10 * SECOND_NS,
		(1ULL << 63) - 10 * SECOND_NS,
	};

	return uptimes_ns[model_below(&r->rng, 4)];
}

static void draw_lives(struct round *r)
{
	uint64_t uptime_ns = draw_uptime(r), start_ns, cookie = 1;
	unsigned int i, j;

	for (i = 0; i < LIVES; i++) {
		struct model_life *life = &r->life[i];

		if (i && model_chance(&r->rng, 30)) {
			draw_next(r, life - 1, &life->link);
			start_ns = life[-1].end_ns + 1 +
				   model_below(&r->rng, SECOND_NS);
		} else {
			draw_link(r, &life->link, i);
			start_ns = uptime_ns + model_random(&r->rng) %
					       (20 * SECOND_NS);
		}
		for (j = 0; j < 2; j++)
			if (!life->link.cookie[j])
				life->link.cookie[j] = cookie++;
		model_live(life, &r->rng, start_ns);
	}
}

/* Change a record as if the note of an earlier probe were missing. */
static void unmatch(struct tcpfin_event *ev)
{
	switch (ev->kind) {
	case TCPFIN_KIND_TW_FLIP:
	case TCPFIN_KIND_TW_EXTEND:
		ev->kind = TCPFIN_KIND_TW_EXTEND;
		ev->old_state = 0;
		ev->flags &= (uint8_t)~TCPFIN_F_FIN;
		break;
	case TCPFIN_KIND_TW_DEATH:
		ev->reason = TCPFIN_REASON_NONE;
		ev->detail = 0;
		break;
	}
}

/* CPU of a record: of the process, of packets of the full or of the mini-socket. */
static unsigned int cpu_of(const struct tcpfin_event *ev)
{
	if (ev->flags & TCPFIN_F_TASK)
		return 0;
	return ev->flags & TCPFIN_F_SNDBUF ? 1 : 2;
}

/* Records of a CPU stay in order, and none overtakes the last record of an end. */
static uint64_t draw_delay(struct round *r, unsigned int i, unsigned int who,
			   const struct tcpfin_event *ev)
{
	uint64_t *latest_ns = &r->latest_ns[i][who][cpu_of(ev)];
	uint64_t at_ns = ev->time_ns, end_ns = r->life[i].side[who].end_ns;

	if (r->plan->late_ns && model_chance(&r->rng, 20))
		at_ns += model_random(&r->rng) % r->plan->late_ns;
	if (at_ns < *latest_ns)
		at_ns = *latest_ns;
	if (at_ns > end_ns)
		at_ns = end_ns;
	*latest_ns = at_ns;
	return at_ns;
}

static void arrive(struct round *r, unsigned int i, unsigned int n)
{
	struct model_life *life = &r->life[i];
	struct arrival *a = &r->arrival[r->arrivals];
	unsigned int who = life->who[n];

	a->ev = life->event[n];
	a->host = life->link.host[who];
	a->order = (unsigned int)r->arrivals++;
	a->at_ns = draw_delay(r, i, who, &a->ev);
	if (r->plan->unmatched_every &&
	    !model_below(&r->rng, r->plan->unmatched_every))
		unmatch(&a->ev);
}

static int by_arrival(const void *a, const void *b)
{
	const struct arrival *x = a, *y = b;

	if (x->at_ns != y->at_ns)
		return x->at_ns < y->at_ns ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static void draw_arrivals(struct round *r)
{
	unsigned int i, n;

	r->arrival = calloc((size_t)LIVES * MODEL_EVENTS, sizeof(*r->arrival));
	assert_non_null(r->arrival);
	for (i = 0; i < LIVES; i++) {
		r->hidden[i][r->hide] = r->plan->one_sided;
		for (n = 0; n < r->life[i].events; n++)
			if (!r->hidden[i][r->life[i].who[n]])
				arrive(r, i, n);
	}
	qsort(r->arrival, r->arrivals, sizeof(*r->arrival), by_arrival);
}

/* A socket is in one connection after the other: the latest event tells in which. */
static bool is_of(const struct model_life *life, const struct conn *conn)
{
	int at = verdict_check_end(life, conn);
	unsigned int n;

	for (n = 0; at >= 0 && n < life->events; n++)
		if (life->who[n] == at &&
		    life->event[n].time_ns == conn->touched_ns)
			return true;
	return false;
}

static unsigned int find_life(const struct round *r, const struct conn *conn)
{
	unsigned int i;

	for (i = 0; i < LIVES; i++)
		if (is_of(&r->life[i], conn))
			return i;
	fail_msg("seed %" PRIu64 ": a verdict on no connection", r->seed);
	return 0;
}

static void show(const struct model_life *life)
{
	static const char *const kinds[] = TCPFIN_KIND_NAMES;
	static const char *const states[] = TCPFIN_STATE_NAMES;
	unsigned int n;

	for (n = 0; n < life->events; n++) {
		const struct tcpfin_event *ev = &life->event[n];

		print_message("# %" PRIu64 " end %u (cookie %llu): %s %s -> "
			      "%s, reason %u\n", (uint64_t)ev->time_ns,
			      life->who[n], (unsigned long long)ev->cookie,
			      kinds[ev->kind], states[ev->old_state],
			      states[ev->new_state], ev->reason);
	}
}

static void show_ends(const struct verdict *v)
{
	unsigned int e;

	for (e = 0; e < 2 && v->end[e]; e++)
		print_message("# seen of cookie %" PRIu64 ": flags %#x states "
			      "%#x state %u FINs %u %u latest %" PRIu64 "\n",
			      v->end[e]->cookie, v->end[e]->flags,
			      v->end[e]->states, v->end[e]->state,
			      v->end[e]->fin_seq, v->end[e]->peer_fin_seq,
			      v->end[e]->touched_ns);
}

static bool is_strict(const struct plan *plan)
{
	return !plan->gap_every && !plan->unmatched_every &&
	       plan->limit >= 2 * LIVES;
}

static enum verdict_check_seen what_is_seen(const struct plan *plan)
{
	return is_strict(plan) ? VERDICT_CHECK_ALL :
	       plan->unmatched_every || (plan->late_ns && plan->limit < LIVES) ?
	       VERDICT_CHECK_UNCOUNTED : VERDICT_CHECK_SOME;
}

static void count_numbers(struct tally *tally, const struct verdict *v)
{
	unsigned int i;

	if (v->how != HOW_FIN)
		return;
	tally->fins++;
	for (i = 0; i < 4; i++) {
		tally->seqs[i] += v->wave[i].seq.known;
		tally->acks[i] += v->wave[i].ack.known;
	}
}

static void judge(void *data, const struct verdict *v)
{
	struct round *r = data;
	unsigned int i = find_life(r, v->end[0]), e;
	char why[VERDICT_CHECK_WHY_MAX];

	r->verdicts++;
	count_numbers(r->tally, v);
	if (v->end[1] && find_life(r, v->end[1]) != i) {
		show(&r->life[i]);
		show(&r->life[find_life(r, v->end[1])]);
		show_ends(v);
		fail_msg("seed %" PRIu64 ": ends of two connections make a pair",
			 r->seed);
	}
	if (verdict_check_contradicts(&r->life[i], v, what_is_seen(r->plan),
				      why)) {
		show(&r->life[i]);
		show_ends(v);
		fail_msg("seed %" PRIu64 ": %s", r->seed, why);
	}
	for (e = 0; e < 2 && v->end[e]; e++)
		if (v->end[e]->flags & CONN_ENDED)
			r->reported[i][verdict_check_end(&r->life[i], v->end[e])]++;
}

/* Count verdicts on connections that are still open. */
static void count(void *data, const struct verdict *v)
{
	uint64_t *open = data;

	(void)v;
	++*open;
}

static bool is_mini(const struct tcpfin_event *ev)
{
	return ev->kind == TCPFIN_KIND_TW_FLIP ||
	       ev->kind == TCPFIN_KIND_TW_EXTEND ||
	       ev->kind == TCPFIN_KIND_TW_DEATH;
}

static void feed(struct round *r)
{
	struct item item = { 0 };
	size_t i, run = 0;

	for (i = 0; i < r->arrivals; i++) {
		const struct arrival *a = &r->arrival[i];

		if (!run && r->plan->gap_every &&
		    !model_below(&r->rng, r->plan->gap_every))
			run = 1 + model_below(&r->rng,
					      model_chance(&r->rng, 10) ? 200 :
									  3);
		item.time_ns = a->ev.time_ns;
		item.host = a->host;
		if (run) {
			run--;
			item.count++;
			item.mini += is_mini(&a->ev);
			continue;
		}
		if (item.count) {
			item.type = model_chance(&r->rng, 50) ?
				    ITEM_LOST : ITEM_MISSED;
			pairing_take(r->pairing, &item);
			item.count = 0;
			item.mini = 0;
		}
		item.type = ITEM_EVENT;
		item.event = &a->ev;
		assert_non_null(pairing_take(r->pairing, &item));
	}
	if (item.count) {
		item.type = ITEM_LOST;
		item.time_ns++;
		pairing_take(r->pairing, &item);
	}
}

static void check_told(const struct round *r, uint64_t open)
{
	const struct tracker *t = pairing_tracker(r->pairing);
	uint64_t unreported = 0;
	unsigned int i, j;

	for (i = 0; i < LIVES; i++) {
		for (j = 0; j < 2; j++) {
			if (r->reported[i][j] > 1) {
				show(&r->life[i]);
				fail_msg("seed %" PRIu64 ": an end is reported "
					 "twice", r->seed);
			}
			unreported += !r->reported[i][j] && !r->hidden[i][j];
		}
	}
	if (is_strict(r->plan) && (unreported || open))
		fail_msg("seed %" PRIu64 ": %" PRIu64 " ends are not reported, %"
			 PRIu64 " are open", r->seed, unreported, open);
	if (r->plan->limit < 20 && !tracker_evicted(t))
		fail_msg("seed %" PRIu64 ": nothing was evicted", r->seed);
	if (!r->plan->gap_every && unreported > tracker_evicted(t) + open)
		fail_msg("seed %" PRIu64 ": %" PRIu64 " ends are not reported, %"
			 PRIu64 " were evicted", r->seed, unreported,
			 tracker_evicted(t));
	if (is_strict(r->plan) &&
	    r->verdicts != (uint64_t)LIVES)
		fail_msg("seed %" PRIu64 ": %" PRIu64 " verdicts", r->seed,
			 r->verdicts);
}

static void run_round(const struct plan *plan, uint64_t seed, struct tally *tally)
{
	struct round *r = calloc(1, sizeof(*r));
	uint64_t open = 0;

	assert_non_null(r);
	r->plan = plan;
	r->seed = seed;
	r->tally = tally;
	r->rng.state = seed;
	r->hide = model_below(&r->rng, 2);
	draw_lives(r);
	draw_arrivals(r);
	r->pairing = pairing_new(plan->limit, GRACE_NS, judge, r);
	assert_non_null(r->pairing);
	feed(r);
	assert_true(pairing_time(r->pairing, FAR_FUTURE) == UINT64_MAX);
	pairing_finish(r->pairing);
	pairing_open(r->pairing, count, &open);
	check_told(r, open);
	pairing_free(r->pairing);
	free(r->arrival);
	free(r);
}

static struct tally play_rounds(const struct plan *plan)
{
	struct tally tally = { 0 };
	uint64_t i, rounds = number("TCPFIN_ROUNDS", ROUNDS);
	uint64_t seed = number("TCPFIN_SEED", 1);

	for (i = 0; i < rounds; i++)
		run_round(plan, seed + i, &tally);
	return tally;
}

/* At least this many in a hundred connections must have the numbers of each wave. */
static void expect_known(const struct tally *tally, const unsigned int seqs[4],
			 const unsigned int acks[4])
{
	unsigned int i;

	assert_true(tally->fins > 0);
	for (i = 0; i < 4; i++)
		if (tally->seqs[i] * 100 < seqs[i] * tally->fins ||
		    tally->acks[i] * 100 < acks[i] * tally->fins)
			fail_msg("wave %u: %" PRIu64 " seq and %" PRIu64 " ack of %"
				 PRIu64 " are known", i + 1, tally->seqs[i],
				 tally->acks[i], tally->fins);
}

static void calm_networks_leave_few_numbers_unknown(void **state)
{
	static const unsigned int seqs[] = { 100, 55, 100, 90 };
	static const unsigned int acks[] = { 70, 100, 95, 100 };
	const struct plan plan = { .limit = 100000, .calm = true };
	const struct tally tally = play_rounds(&plan);

	(void)state;
	expect_known(&tally, seqs, acks);
}

static void all_records_make_right_verdicts(void **state)
{
	const struct plan plan = { .limit = 100000 };

	(void)state;
	play_rounds(&plan);
}

static void late_events_change_nothing(void **state)
{
	const struct plan plan = { .limit = 100000, .late_ns = 2000000 };

	(void)state;
	play_rounds(&plan);
}

static void one_end_makes_what_verdict_it_can(void **state)
{
	const struct plan plan = { .limit = 100000, .one_sided = true };

	(void)state;
	play_rounds(&plan);
}

static void losses_make_no_wrong_verdict(void **state)
{
	const struct plan plan = { .limit = 100000, .gap_every = 20 };

	(void)state;
	play_rounds(&plan);
}

static void losses_of_one_end_make_no_wrong_verdict(void **state)
{
	const struct plan plan = {
		.limit = 100000, .gap_every = 20, .one_sided = true,
	};

	(void)state;
	play_rounds(&plan);
}

static void unmatched_events_make_no_wrong_verdict(void **state)
{
	const struct plan plan = { .limit = 100000, .unmatched_every = 10 };

	(void)state;
	play_rounds(&plan);
}

static void evictions_are_counted(void **state)
{
	const struct plan plan = { .limit = 10 };

	(void)state;
	play_rounds(&plan);
}

static void late_unmatched_and_lost(void **state)
{
	const struct plan plan = {
		.limit = 100000, .late_ns = 2000000, .gap_every = 20,
		.unmatched_every = 10,
	};

	(void)state;
	play_rounds(&plan);
}

static void late_lost_and_evicted(void **state)
{
	const struct plan plan = {
		.limit = 30, .late_ns = 2000000, .gap_every = 20,
	};

	(void)state;
	play_rounds(&plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_records_make_right_verdicts),
		cmocka_unit_test(calm_networks_leave_few_numbers_unknown),
		cmocka_unit_test(late_events_change_nothing),
		cmocka_unit_test(one_end_makes_what_verdict_it_can),
		cmocka_unit_test(losses_make_no_wrong_verdict),
		cmocka_unit_test(losses_of_one_end_make_no_wrong_verdict),
		cmocka_unit_test(unmatched_events_make_no_wrong_verdict),
		cmocka_unit_test(evictions_are_counted),
		cmocka_unit_test(late_unmatched_and_lost),
		cmocka_unit_test(late_lost_and_evicted),
	};

	return RUN_TESTS(tests);
}
