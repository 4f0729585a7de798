// SPDX-License-Identifier: GPL-2.0
/* The numbers of a summary against a reference: durations, bars, ends, open sockets. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "commands/summary.h"
#include "fixtures.h"
#include "stats/bars.h"

#define SPANS	10000

static uint64_t spans[SPANS];

static int by_size(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* Usual lengths of TIME_WAIT, and some shorter ones. */
static void make_spans(struct distribution *d)
{
	uint64_t seed = 3;
	unsigned int i;

	for (i = 0; i < SPANS; i++) {
		seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
		spans[i] = i % 10 ? 60 * SEC + (seed >> 35) % SEC :
				    5 * MS + (seed >> 35);
		distribution_add(d, spans[i]);
	}
	qsort(spans, SPANS, sizeof(spans[0]), by_size);
}

static void agrees_with_sorted_spans(void **state)
{
	static const double marks[] = { 1, 50, 90, 99, 99.9, 100 };
	struct distribution d;
	uint64_t sum = 0, want, got;
	size_t i;

	(void)state;
	assert_int_equal(distribution_init(&d, 3), 0);
	make_spans(&d);
	for (i = 0; i < SPANS; i++)
		sum += spans[i];
	assert_int_equal(d.count, SPANS);
	assert_int_equal(d.min_ns, spans[0]);
	assert_int_equal(d.max_ns, spans[SPANS - 1]);
	assert_in_range(distribution_mean(&d), sum / SPANS - 1000, sum / SPANS);
	for (i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		want = spans[(size_t)(marks[i] / 100 * SPANS + 0.5) - 1];
		got = distribution_percentile(&d, marks[i]);
		assert_in_range(got, want - want / 1000 - 1000,
				want + want / 1000 + 1000);
	}
	distribution_exit(&d);
}

static void one_span_is_all_of_its_percentiles(void **state)
{
	struct distribution d;

	(void)state;
	assert_int_equal(distribution_init(&d, 3), 0);
	assert_int_equal(distribution_mean(&d), 0);
	distribution_add(&d, 60543219876);
	assert_int_equal(distribution_percentile(&d, 50), 60543219876);
	assert_int_equal(distribution_percentile(&d, 99.9), 60543219876);
	assert_int_equal(distribution_mean(&d), 60543219876);
	distribution_exit(&d);
}

static void extremes_do_no_harm(void **state)
{
	struct bar bars[BARS_MAX];
	struct distribution d;
	unsigned int n, i;
	uint64_t sum = 0;

	(void)state;
	assert_int_equal(distribution_init(&d, 3), 0);
	assert_int_equal(bars_make(&d, bars), 0);
	distribution_add(&d, 0);
	distribution_add(&d, UINT64_MAX);
	assert_int_equal(d.min_ns, 0);
	assert_int_equal(d.max_ns, UINT64_MAX);
	n = bars_make(&d, bars);
	assert_in_range(n, 2, BARS_MAX);
	for (i = 0; i < n; i++)
		sum += bars[i].count;
	assert_int_equal(sum, 2);
	assert_int_equal(bars[0].count, 1);
	assert_int_equal(bars[n - 1].count, 1);
	distribution_exit(&d);
}

/* Bars must be contiguous and few, and count each duration in the right bar. */
static void check_bars(const struct distribution *d, unsigned int most)
{
	struct bar bars[BARS_MAX];
	unsigned int n = bars_make(d, bars), i;
	uint64_t sum = 0;

	assert_in_range(n, 1, most);
	assert_true(bars[0].from_us * 1000 <= d->min_ns);
	assert_true(bars[n - 1].to_us * 1000 > d->max_ns);
	for (i = 0; i < n; i++) {
		assert_true(bars[i].to_us > bars[i].from_us);
		if (i)
			assert_int_equal(bars[i].from_us, bars[i - 1].to_us);
		sum += bars[i].count;
	}
	assert_int_equal(sum, d->count);
}

static void bars_cover_every_span(void **state)
{
	struct distribution d;
	uint64_t span;

	(void)state;
	for (span = 1; span < 8600 * SEC; span = span * 3 + 1) {
		assert_int_equal(distribution_init(&d, 3), 0);
		distribution_add(&d, span);
		check_bars(&d, 1);
		distribution_add(&d, span + span / 7);
		check_bars(&d, 14);
		distribution_add(&d, span + span / 2);
		check_bars(&d, 14);
		distribution_add(&d, span * 10);
		check_bars(&d, BARS_MAX);
		distribution_exit(&d);
	}
}

static void growing_bars_hold_what_they_say(void **state)
{
	struct bar bars[BARS_MAX];
	struct distribution d;

	(void)state;
	assert_int_equal(distribution_init(&d, 3), 0);
	distribution_add(&d, 3 * MS);
	distribution_add(&d, 7 * MS);
	distribution_add(&d, 60 * MS);
	assert_int_equal(bars_make(&d, bars), 5);
	assert_int_equal(bars[0].from_us, 2000);
	assert_int_equal(bars[0].count, 1);
	assert_int_equal(bars[1].from_us, 5000);
	assert_int_equal(bars[1].count, 1);
	assert_int_equal(bars[4].from_us, 50000);
	assert_int_equal(bars[4].to_us, 100000);
	assert_int_equal(bars[4].count, 1);
	distribution_exit(&d);
}

struct fixture {
	struct summary_stats stats;
	struct tracker *tracker;
};

static void feed(struct fixture *f, struct tcpfin_event ev)
{
	struct event_times times = event_times_none();
	struct step step;

	tracker_event(f->tracker, 0, &ev, &step);
	event_times_add(&times, ev.time_ns);
	teardown_counts_events(&f->stats.counts, &times);
	summary_stats_event(&f->stats, &ev, &step);
}

static void fixture_init(struct fixture *f, enum group_by by)
{
	memset(f, 0, sizeof(*f));
	assert_true(summary_stats_init(&f->stats, by));
	f->tracker = tracker_new(100000, NULL);
	assert_non_null(f->tracker);
}

static void fixture_exit(struct fixture *f)
{
	tracker_free(f->tracker);
	summary_stats_exit(&f->stats);
}

static struct tcpfin_event birth(uint64_t cookie, uint8_t new, uint64_t time)
{
	return fixture_event(TCPFIN_KIND_TW_BIRTH, cookie, TCP_FIN_WAIT2, new,
			     time);
}

static struct tcpfin_event death(uint64_t cookie, uint8_t old, uint8_t reason,
				 uint64_t time)
{
	struct tcpfin_event ev = fixture_event(TCPFIN_KIND_TW_DEATH, cookie, old,
					       TCP_CLOSE, time);

	ev.reason = reason;
	return ev;
}

static void counts_each_kind(void **state)
{
	struct tcpfin_event ev;
	struct fixture f;

	(void)state;
	fixture_init(&f, GROUP_BY_NONE);
	feed(&f, birth(1, TCP_TIME_WAIT, SEC));
	feed(&f, birth(2, TCP_FIN_WAIT2, SEC));
	ev = fixture_event(TCPFIN_KIND_TW_FLIP, 2, TCP_FIN_WAIT2, TCP_TIME_WAIT,
			   3 * SEC);
	feed(&f, ev);
	ev = fixture_event(TCPFIN_KIND_TW_EXTEND, 2, TCP_TIME_WAIT,
			   TCP_TIME_WAIT, 4 * SEC);
	feed(&f, ev);
	feed(&f, ev);
	feed(&f, birth(3, TCP_FIN_WAIT2, 4 * SEC));
	feed(&f, death(3, TCP_FIN_WAIT2, TCPFIN_REASON_RST_RCVD, 5 * SEC));
	feed(&f, death(1, TCP_TIME_WAIT, TCPFIN_REASON_EXPIRED, 61 * SEC));
	feed(&f, death(2, TCP_TIME_WAIT, 200, 64 * SEC));
	feed(&f, death(4, TCP_TIME_WAIT, TCPFIN_REASON_EXPIRED, 64 * SEC));
	feed(&f, death(5, 0, TCPFIN_REASON_NONE, 64 * SEC));
	feed(&f, fixture_event(TCPFIN_KIND_TW_REFUSED, 6, TCP_FIN_WAIT2,
			       TCP_CLOSE, 65 * SEC));

	assert_int_equal(f.stats.counts.events, 12);
	assert_int_equal(f.stats.counts.tw_ended, 3);
	assert_int_equal(f.stats.tw.count, 2);
	assert_int_equal(f.stats.tw.min_ns, 60 * SEC);
	assert_int_equal(f.stats.tw.max_ns, 61 * SEC);
	assert_int_equal(f.stats.counts.tw_ends.by_reason[TCPFIN_REASON_EXPIRED], 2);
	assert_int_equal(f.stats.counts.tw_ends.by_reason[200], 1);
	assert_int_equal(f.stats.counts.extended, 1);
	assert_int_equal(f.stats.counts.extensions, 2);
	assert_int_equal(f.stats.counts.refused, 1);
	assert_int_equal(f.stats.counts.fw2_born, 2);
	assert_int_equal(f.stats.counts.fw2_flips, 1);
	assert_int_equal(f.stats.counts.fw2_ended, 1);
	assert_int_equal(f.stats.fw2.count, 2);
	assert_int_equal(f.stats.fw2.min_ns, SEC);
	assert_int_equal(f.stats.fw2.max_ns, 2 * SEC);
	assert_int_equal(f.stats.counts.unknown_ended, 1);
	fixture_exit(&f);
}

static void counts_callers_within_bounds(void **state)
{
	struct reason_count end;
	struct tcpfin_event ev;
	unsigned int at = 0;
	struct fixture f;

	(void)state;
	fixture_init(&f, GROUP_BY_NONE);
	ev = death(1, TCP_TIME_WAIT, TCPFIN_REASON_CALLER, SEC);
	ev.detail = 15;
	feed(&f, ev);
	ev.detail = UINT32_MAX;
	feed(&f, ev);
	assert_true(reason_counts_next(&f.stats.counts.tw_ends, &at, &end));
	assert_int_equal(end.reason, TCPFIN_REASON_CALLER);
	assert_int_equal(end.detail, 0);
	assert_int_equal(end.count, 1);
	assert_true(reason_counts_next(&f.stats.counts.tw_ends, &at, &end));
	assert_int_equal(end.detail, 15);
	assert_false(reason_counts_next(&f.stats.counts.tw_ends, &at, &end));
	fixture_exit(&f);
}

static void counts_what_is_open(void **state)
{
	const struct item gap = {
		.type = ITEM_LOST, .count = 1, .time_ns = 3 * SEC,
	};
	struct summary_open open = { .filter = NULL };
	struct fixture f;

	(void)state;
	fixture_init(&f, GROUP_BY_NONE);
	feed(&f, birth(1, TCP_TIME_WAIT, SEC));
	feed(&f, birth(2, TCP_FIN_WAIT2, 2 * SEC));
	tracker_loss(f.tracker, &gap);
	feed(&f, birth(3, TCP_TIME_WAIT, 4 * SEC));
	feed(&f, birth(4, TCP_TIME_WAIT, 5 * SEC));
	feed(&f, birth(5, TCP_FIN_WAIT2, 5 * SEC));
	feed(&f, fixture_event(TCPFIN_KIND_STATE, 6, TCP_ESTABLISHED,
			       TCP_FIN_WAIT1, 6 * SEC));
	summary_stats_open(&f.stats, f.tracker, 10 * SEC, &open);
	assert_int_equal(open.tw, 2);
	assert_true(open.tw_oldest.known);
	assert_int_equal(open.tw_oldest.value, 6 * SEC);
	assert_int_equal(open.fw2, 1);
	assert_int_equal(open.uncertain, 2);
	fixture_exit(&f);
}

static unsigned int visited;
static struct group_row first, last;
static uint64_t others;
static char first_key[GROUP_KEY_TEXT_MAX], last_key[GROUP_KEY_TEXT_MAX];

static void visit(void *data, const struct summary_group *group)
{
	(void)data;
	strcpy(last_key, group->key ? group->key : "NULL");
	last = *group->row;
	others = group->others;
	if (!visited++) {
		strcpy(first_key, last_key);
		first = last;
	}
}

static void visit_all(struct fixture *f, uint64_t top)
{
	const struct tcpfin_header header = { .abi = TCPFIN_ABI };

	visited = 0;
	summary_stats_groups(&f->stats, top, &header, NULL, visit, NULL);
}

static void groups_by_port_largest_first(void **state)
{
	struct summary_open open = { .filter = NULL };
	struct tcpfin_event ev;
	struct fixture f;
	unsigned int i;

	(void)state;
	fixture_init(&f, GROUP_BY_RPORT);
	for (i = 1; i <= 30; i++) {
		ev = birth(i, TCP_TIME_WAIT, i * SEC);
		ev.rport = i % 3 ? 443 : 80;
		feed(&f, ev);
	}
	for (i = 1; i <= 27; i++) {
		ev = death(i, TCP_TIME_WAIT, TCPFIN_REASON_EXPIRED,
			   i * SEC + 60 * SEC);
		feed(&f, ev);
	}
	summary_stats_open(&f.stats, f.tracker, 70 * SEC, &open);
	visit_all(&f, SUMMARY_TOP);
	assert_int_equal(visited, 2);
	assert_string_equal(first_key, "443");
	assert_int_equal(first.ended, 18);
	assert_int_equal(first.open, 2);
	assert_int_equal(first.dist.min_ns, 60 * SEC);
	assert_string_equal(last_key, "80");
	assert_int_equal(last.ended, 9);
	assert_int_equal(last.open, 1);
	group_table_reset_open(f.stats.groups);
	visit_all(&f, SUMMARY_TOP);
	assert_int_equal(first.open, 0);
	fixture_exit(&f);
}

static void groups_by_each_key(void **state)
{
	static const struct {
		const char *by;
		const char *want;
	} cases[] = {
		{ "destination", "192.0.2.7:443" },
		{ "raddr", "192.0.2.7" }, { "rport", "443" },
		{ "lport", "40000" }, { "netns", "1" },
		{ "comm", "a\\x0ab" }, { "reason", "tw-reuse" },
	};
	struct tcpfin_event ev;
	struct fixture f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		fixture_init(&f, group_by_parse(cases[i].by));
		assert_string_equal(group_by_name(group_by_parse(cases[i].by)),
				    cases[i].by);
		ev = fixture_task(birth(1, TCP_TIME_WAIT, SEC), 5, "a\nb");
		ev.comm[8] = 'x';	/* Bytes after the NUL are no part of the name. */
		feed(&f, ev);
		feed(&f, death(1, TCP_TIME_WAIT, TCPFIN_REASON_TW_REUSE,
			       2 * SEC));
		visit_all(&f, SUMMARY_TOP);
		assert_int_equal(visited, 1);
		assert_string_equal(first_key, cases[i].want);
		fixture_exit(&f);
	}
	assert_int_equal(group_by_parse("uid"), GROUP_BY_NONE);
}

static void too_many_groups_become_one(void **state)
{
	struct tcpfin_event ev;
	struct fixture f;
	unsigned int i;

	(void)state;
	fixture_init(&f, GROUP_BY_RADDR);
	for (i = 1; i <= SUMMARY_GROUPS_MAX + 10; i++) {
		ev = death(i, TCP_TIME_WAIT, TCPFIN_REASON_EXPIRED, SEC);
		memcpy(ev.raddr, &i, sizeof(i));
		feed(&f, ev);
	}
	visit_all(&f, SUMMARY_GROUPS_MAX);
	assert_int_equal(visited, SUMMARY_GROUPS_MAX + 1);
	assert_string_equal(last_key, "(more than 0 others)");
	assert_null(last.key);
	assert_int_equal(last.ended, 10);
	visit_all(&f, SUMMARY_TOP);
	assert_int_equal(visited, SUMMARY_TOP + 1);
	assert_string_equal(last_key, "(more than 4076 others)");
	assert_int_equal(last.ended, SUMMARY_GROUPS_MAX + 10 - SUMMARY_TOP);
	fixture_exit(&f);
}

/* The others have the sum of the groups that are not printed, and their lengths. */
static void the_others_are_one(void **state)
{
	struct tcpfin_event ev;
	struct fixture f;
	unsigned int i;

	(void)state;
	fixture_init(&f, GROUP_BY_LPORT);
	for (i = 1; i <= 6; i++) {
		ev = birth(i, TCP_TIME_WAIT, SEC);
		ev.lport = (uint16_t)(i < 3 ? 1 : i);
		feed(&f, ev);
		ev = death(i, TCP_TIME_WAIT, TCPFIN_REASON_EXPIRED, 60 * SEC + i * SEC);
		ev.lport = (uint16_t)(i < 3 ? 1 : i);
		feed(&f, ev);
	}
	visit_all(&f, 1);
	assert_int_equal(visited, 2);
	assert_string_equal(first_key, "1");
	assert_int_equal(first.ended, 2);
	assert_string_equal(last_key, "(4 others)");
	assert_int_equal(others, 4);
	assert_int_equal(last.ended, 4);
	assert_int_equal(last.dist.count, 4);
	assert_int_equal(last.dist.min_ns, 62 * SEC);
	assert_int_equal(last.dist.max_ns, 65 * SEC);
	fixture_exit(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_sorted_spans),
		cmocka_unit_test(one_span_is_all_of_its_percentiles),
		cmocka_unit_test(extremes_do_no_harm),
		cmocka_unit_test(bars_cover_every_span),
		cmocka_unit_test(growing_bars_hold_what_they_say),
		cmocka_unit_test(counts_each_kind),
		cmocka_unit_test(counts_callers_within_bounds),
		cmocka_unit_test(counts_what_is_open),
		cmocka_unit_test(groups_by_port_largest_first),
		cmocka_unit_test(groups_by_each_key),
		cmocka_unit_test(too_many_groups_become_one),
		cmocka_unit_test(the_others_are_one),
	};

	return RUN_TESTS(tests);
}
