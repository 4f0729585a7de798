// SPDX-License-Identifier: GPL-2.0
/* The tracker: durations, owners, ends, and unknown facts. */
#include <string.h>

#include "check.h"
#include "fixtures.h"
#include "short_names.h"
#include "track/tracker.h"

static struct tracker *tracker;
static struct step step;

static int setup(void **state)
{
	(void)state;
	tracker = tracker_new(1000, NULL);
	return !tracker;
}

static int teardown(void **state)
{
	(void)state;
	tracker_free(tracker);
	return 0;
}

static void gap(uint64_t time_ns)
{
	const struct item item = {
		.type = ITEM_LOST, .count = 1, .time_ns = time_ns,
	};

	tracker_loss(tracker, &item);
}

static void feed_event(struct tcpfin_event ev)
{
	tracker_event(tracker, 0, &ev, &step);
}

static void feed(uint8_t kind, uint64_t cookie, uint8_t old, uint8_t new,
		 uint64_t time_ns)
{
	feed_event(fixture_event(kind, cookie, old, new, time_ns));
}

static void expect_span(uint64_t ns)
{
	assert_true(step.span_known);
	assert_int_equal(step.span_ns, ns);
}

static unsigned int tracked(void)
{
	const struct conn *conn = tracker_first(tracker);
	unsigned int n = 0;

	for (; conn; conn = tracker_after(tracker, conn))
		n++;
	return n;
}

static void measures_each_state(void **state)
{
	(void)state;
	feed(STATE, 7, TCP_ESTABLISHED, TCP_FIN_WAIT1, 1000);
	assert_false(step.span_known);
	feed(STATE, 7, TCP_FIN_WAIT1, TCP_FIN_WAIT2, 1500);
	expect_span(500);
	feed(BIRTH, 7, TCP_FIN_WAIT2, TCP_TIME_WAIT, 1800);
	expect_span(300);
	feed(EXTEND, 7, TCP_TIME_WAIT, TCP_TIME_WAIT, 3000);
	expect_span(1200);
	assert_int_equal(step.conn->extended, 1);
	feed(DEATH, 7, TCP_TIME_WAIT, TCP_CLOSE, 9800);
	expect_span(8000);
	assert_true(step.time_wait_over);
	assert_int_equal(tracked(), 0);
}

static void fin_wait2_of_a_mini_socket_is_no_time_wait(void **state)
{
	(void)state;
	feed(STATE, 7, TCP_FIN_WAIT1, TCP_FIN_WAIT2, 1000);
	feed(BIRTH, 7, TCP_FIN_WAIT2, TCP_FIN_WAIT2, 1010);
	expect_span(10);
	assert_int_equal(step.conn->state, TCP_FIN_WAIT2);
	feed(FLIP, 7, TCP_FIN_WAIT2, TCP_TIME_WAIT, 1500);
	expect_span(500);
	assert_true(step.mini_known);
	assert_int_equal(step.mini_ns, 490);
	feed(DEATH, 7, TCP_TIME_WAIT, TCP_CLOSE, 2500);
	expect_span(1000);
	assert_true(step.time_wait_over);

	feed(BIRTH, 8, TCP_FIN_WAIT2, TCP_FIN_WAIT2, 5000);
	feed(DEATH, 8, TCP_FIN_WAIT2, TCP_CLOSE, 6000);
	assert_false(step.time_wait_over);
	/* FIN_WAIT2 began before the mini-socket, at an unknown time. */
	assert_false(step.span_known);
	assert_int_equal(step.mini_ns, 1000);
}

static void knows_nothing_of_an_unseen_start(void **state)
{
	(void)state;
	feed(DEATH, 7, TCP_TIME_WAIT, TCP_CLOSE, 1000);
	assert_true(step.time_wait_over);
	assert_false(step.span_known);
	assert_int_equal(step.span_ns, 0);
	feed(EXTEND, 8, TCP_TIME_WAIT, TCP_TIME_WAIT, 1000);
	assert_false(step.span_known);
	feed(DEATH, 8, TCP_TIME_WAIT, TCP_CLOSE, 2000);
	assert_false(step.span_known);
	assert_int_equal(tracked(), 0);
}

static void netns_is_part_of_identity(void **state)
{
	struct tcpfin_event other;

	(void)state;
	feed(STATE, 7, TCP_ESTABLISHED, TCP_FIN_WAIT1, 1000);
	other = fixture_event(STATE, 7, TCP_FIN_WAIT1, TCP_FIN_WAIT2, 1500);
	other.netns = 2;
	feed_event(other);
	assert_false(step.span_known);
	assert_int_equal(tracked(), 2);
}

static void remembers_the_owner(void **state)
{
	struct tcpfin_event ev;

	(void)state;
	ev = fixture_task(fixture_event(STATE, 7, TCP_ESTABLISHED, TCP_FIN_WAIT1,
					1000), 42, "nginx");
	ev.flags |= TCPFIN_F_OWNER;
	ev.uid = 33;
	feed_event(ev);
	feed(BIRTH, 7, TCP_FIN_WAIT2, TCP_TIME_WAIT, 2000);
	/* The connect() that takes the ports belongs to another process. */
	feed_event(fixture_task(fixture_event(DEATH, 7, TCP_TIME_WAIT, TCP_CLOSE,
					      3000), 99, "curl"));
	assert_true(step.conn->flags & CONN_OWNER);
	assert_int_equal(step.conn->pid, 42);
	assert_string_equal(step.conn->comm, "nginx");
	assert_true(step.conn->flags & CONN_UID);
	assert_int_equal(step.conn->uid, 33);
}

static void a_killer_is_no_owner(void **state)
{
	struct tcpfin_event ev;

	(void)state;
	ev = fixture_task(
		fixture_event(STATE, 7, TCP_ESTABLISHED, TCP_CLOSE, 10), 99,
		"ss");
	ev.reason = TCPFIN_REASON_KILLED;
	feed_event(ev);
	assert_false(step.conn->flags & CONN_OWNER);
}

static void spans_are_never_negative(void **state)
{
	(void)state;
	feed(STATE, 7, TCP_ESTABLISHED, TCP_FIN_WAIT1, 1000);
	feed(STATE, 7, TCP_FIN_WAIT1, TCP_FIN_WAIT2, 900);
	expect_span(0);
	feed(BIRTH, 8, TCP_FIN_WAIT2, TCP_TIME_WAIT, UINT64_MAX);
	feed(DEATH, 8, TCP_TIME_WAIT, TCP_CLOSE, 1);
	expect_span(0);
	assert_int_equal(step.mini_ns, 0);
}

static void a_late_birth_moves_nothing_back(void **state)
{
	(void)state;
	feed(STATE, 7, TCP_FIN_WAIT1, TCP_FIN_WAIT2, 1000);
	feed(FLIP, 7, TCP_FIN_WAIT2, TCP_TIME_WAIT, 1100);
	feed(BIRTH, 7, TCP_FIN_WAIT2, TCP_FIN_WAIT2, 1050);
	assert_int_equal(step.conn->state, TCP_TIME_WAIT);
	feed(DEATH, 7, TCP_TIME_WAIT, TCP_CLOSE, 2100);
	expect_span(1000);
}

static void a_late_flip_tells_when_time_wait_began(void **state)
{
	(void)state;
	feed(BIRTH, 7, TCP_FIN_WAIT2, TCP_FIN_WAIT2, 1000);
	feed(EXTEND, 7, TCP_TIME_WAIT, TCP_TIME_WAIT, 1200);
	assert_false(step.span_known);
	feed(FLIP, 7, TCP_FIN_WAIT2, TCP_TIME_WAIT, 1100);
	feed(DEATH, 7, TCP_TIME_WAIT, TCP_CLOSE, 2100);
	expect_span(1000);
	assert_int_equal(step.conn->extended, 1);
}

static void a_duplicate_changes_no_span(void **state)
{
	(void)state;
	feed(BIRTH, 7, TCP_FIN_WAIT2, TCP_TIME_WAIT, 1000);
	feed(BIRTH, 7, TCP_FIN_WAIT2, TCP_TIME_WAIT, 1000);
	assert_false(step.span_known);
	feed(DEATH, 7, TCP_TIME_WAIT, TCP_CLOSE, 1500);
	expect_span(500);
	feed(DEATH, 7, TCP_TIME_WAIT, TCP_CLOSE, 1500);
	assert_false(step.span_known);
	assert_int_equal(tracked(), 0);
}

static void a_lost_flip_leaves_no_span(void **state)
{
	(void)state;
	feed(BIRTH, 7, TCP_FIN_WAIT2, TCP_FIN_WAIT2, 1000);
	gap(1500);
	feed(DEATH, 7, TCP_TIME_WAIT, TCP_CLOSE, 2000);
	assert_true(step.time_wait_over);
	assert_false(step.span_known);
}

static void a_gap_does_not_spoil_time_wait(void **state)
{
	(void)state;
	feed(BIRTH, 7, TCP_FIN_WAIT2, TCP_TIME_WAIT, 1000);
	gap(1500);
	assert_true(tracker_is_uncertain(tracker, step.conn));
	feed(DEATH, 7, TCP_TIME_WAIT, TCP_CLOSE, 2000);
	expect_span(1000);
}

static void a_gap_spoils_what_was_before_a_fin(void **state)
{
	(void)state;
	feed(STATE, 7, TCP_SYN_SENT, TCP_ESTABLISHED, 500);
	gap(700);
	feed(STATE, 7, TCP_ESTABLISHED, TCP_FIN_WAIT1, 1000);
	assert_false(step.span_known);
	assert_true(step.conn->flags & CONN_LOST);
	assert_false(tracker_is_uncertain(tracker, step.conn));
}

static void a_fins_number_proves_a_span_across_a_gap(void **state)
{
	(void)state;
	feed(STATE, 7, TCP_ESTABLISHED, TCP_FIN_WAIT1, 1000);
	gap(1500);
	feed(STATE, 7, TCP_FIN_WAIT1, TCP_FIN_WAIT2, 2000);
	expect_span(1000);
	assert_true(step.conn->flags & CONN_LOST);
}

/* Missed calls on full sockets do not affect mini-sockets, and vice versa. */
static void missed_calls_are_about_full_or_mini_sockets(void **state)
{
	struct item missed = {
		.type = ITEM_MISSED, .count = 3, .mini = 3,
		.time_ns = 1500,
	};

	(void)state;
	feed(STATE, 7, TCP_ESTABLISHED, TCP_FIN_WAIT1, 1000);
	tracker_loss(tracker, &missed);
	assert_false(tracker_is_uncertain(tracker, step.conn));
	feed(STATE, 7, TCP_FIN_WAIT1, TCP_FIN_WAIT2, 2000);
	feed(BIRTH, 7, TCP_FIN_WAIT2, TCP_FIN_WAIT2, 2000);
	missed.mini = 0;
	missed.time_ns = 3000;
	tracker_loss(tracker, &missed);
	assert_false(tracker_is_uncertain(tracker, step.conn));
	missed.mini = 1;
	tracker_loss(tracker, &missed);
	assert_true(tracker_is_uncertain(tracker, step.conn));
	feed(FLIP, 7, TCP_FIN_WAIT2, TCP_TIME_WAIT, 4000);
	assert_true(step.conn->flags & CONN_LOST);
}

static void another_fin_is_another_connection(void **state)
{
	struct tcpfin_event ev;

	(void)state;
	feed(STATE, 7, TCP_ESTABLISHED, TCP_FIN_WAIT1, 1000);
	gap(1500);
	ev = fixture_event(STATE, 7, TCP_FIN_WAIT1, TCP_FIN_WAIT2, 2000);
	ev.write_seq += 5;
	feed_event(ev);
	assert_false(step.span_known);
	assert_int_equal(tracked(), 1);
}

static void a_birth_timed_after_the_flip_moves_nothing_back(void **state)
{
	(void)state;
	feed(STATE, 7, TCP_FIN_WAIT1, TCP_FIN_WAIT2, 1000);
	feed(FLIP, 7, TCP_FIN_WAIT2, TCP_TIME_WAIT, 1100);
	feed(BIRTH, 7, TCP_FIN_WAIT2, TCP_FIN_WAIT2, 1110);
	assert_int_equal(step.conn->state, TCP_TIME_WAIT);
	feed(DEATH, 7, TCP_TIME_WAIT, TCP_CLOSE, 2100);
	expect_span(1000);
}

static void a_seen_time_wait_outlives_a_silent_death(void **state)
{
	(void)state;
	feed(BIRTH, 7, TCP_FIN_WAIT2, TCP_TIME_WAIT, 1000);
	feed(DEATH, 7, 0, TCP_CLOSE, 1700);
	assert_true(step.time_wait_over);
	expect_span(700);
	feed(BIRTH, 8, TCP_FIN_WAIT2, TCP_FIN_WAIT2, 1000);
	feed(DEATH, 8, 0, TCP_CLOSE, 1700);
	assert_false(step.time_wait_over);
}

static void refusal_is_an_end(void **state)
{
	(void)state;
	feed(STATE, 7, TCP_FIN_WAIT1, TCP_FIN_WAIT2, 1000);
	feed(TCPFIN_KIND_TW_REFUSED, 7, TCP_FIN_WAIT2, TCP_CLOSE, 1300);
	expect_span(300);
	assert_int_equal(tracked(), 0);
}

static void no_cookie_no_identity(void **state)
{
	(void)state;
	feed(STATE, 0, TCP_ESTABLISHED, TCP_FIN_WAIT1, 1000);
	feed(STATE, 0, TCP_FIN_WAIT1, TCP_FIN_WAIT2, 2000);
	assert_false(step.span_known);
	assert_int_equal(tracked(), 0);
}

static void forgets_the_quietest_at_the_limit(void **state)
{
	uint64_t i;

	(void)state;
	for (i = 1; i <= 1000; i++)
		feed(STATE, i, TCP_ESTABLISHED, TCP_FIN_WAIT1, i);
	feed(STATE, 1, TCP_FIN_WAIT1, TCP_FIN_WAIT2, 1001);
	feed(STATE, 1001, TCP_ESTABLISHED, TCP_FIN_WAIT1, 1002);
	assert_int_equal(tracker_evicted(tracker), 1);
	assert_int_equal(tracked(), 1000);
	feed(STATE, 1, TCP_FIN_WAIT2, TCP_CLOSE, 2000);
	expect_span(999);
	feed(STATE, 2, TCP_FIN_WAIT1, TCP_CLOSE, 2000);
	assert_false(step.span_known);
}

static void limits_of_one_and_of_odd_size_work(void **state)
{
	struct tcpfin_event ev;
	struct tracker *t;
	uint32_t limit;
	uint64_t i;

	(void)state;
	for (limit = 1; limit < 4000; limit += 1499) {
		t = tracker_new(limit, NULL);
		assert_non_null(t);
		for (i = 1; i <= 5000; i++) {
			ev = fixture_event(STATE, i, TCP_ESTABLISHED,
					   TCP_FIN_WAIT1, i);
			tracker_event(t, 0, &ev, &step);
		}
		assert_int_equal(tracker_evicted(t), 5000 - limit);
		tracker_free(t);
	}
}

/* Random connections against a plain array: the table must not lose or mix any. */
static void equals_a_plain_array(void **state)
{
	static uint64_t since[800];
	uint64_t now = 1, seed = 1;
	unsigned int i, at;

	(void)state;
	memset(since, 0, sizeof(since));
	for (i = 0; i < 200000; i++, now++) {
		seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
		at = (unsigned int)(seed >> 40) % 800;
		if (since[at]) {
			feed(STATE, at * 64 + 1, TCP_FIN_WAIT1, TCP_CLOSE, now);
			expect_span(now - since[at]);
			since[at] = 0;
		} else {
			feed(STATE, at * 64 + 1, TCP_ESTABLISHED,
			     TCP_FIN_WAIT1, now);
			assert_false(step.span_known);
			since[at] = now;
		}
	}
	for (i = 0, at = 0; at < 800; at++)
		i += since[at] != 0;
	assert_int_equal(tracked(), i);
}

/*
 * The hash is the high half of a product with (cookie ^ netns << 32): for a key that is
 * larger by the inverse of the factor, the product differs in the low half only.
 */
static void equal_hashes_are_told_apart(void **state)
{
	const uint64_t netns = 1ULL << 32;
	const uint64_t other = ((1 ^ netns) + 0xf1de83e19937733dULL) ^ netns;

	(void)state;
	feed(STATE, 1, TCP_ESTABLISHED, TCP_FIN_WAIT1, 1000);
	feed(STATE, other, TCP_FIN_WAIT1, TCP_FIN_WAIT2, 1500);
	assert_false(step.span_known);
	assert_int_equal(tracked(), 2);
	feed(STATE, 1, TCP_FIN_WAIT1, TCP_CLOSE, 1600);
	expect_span(600);
	feed(STATE, other, TCP_FIN_WAIT2, TCP_CLOSE, 1700);
	expect_span(200);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(measures_each_state),
		TEST(fin_wait2_of_a_mini_socket_is_no_time_wait),
		TEST(knows_nothing_of_an_unseen_start),
		TEST(netns_is_part_of_identity),
		TEST(remembers_the_owner),
		TEST(a_killer_is_no_owner),
		TEST(spans_are_never_negative),
		TEST(a_late_birth_moves_nothing_back),
		TEST(a_late_flip_tells_when_time_wait_began),
		TEST(a_duplicate_changes_no_span),
		TEST(a_lost_flip_leaves_no_span),
		TEST(a_gap_does_not_spoil_time_wait),
		TEST(a_gap_spoils_what_was_before_a_fin),
		TEST(a_fins_number_proves_a_span_across_a_gap),
		TEST(missed_calls_are_about_full_or_mini_sockets),
		TEST(another_fin_is_another_connection),
		TEST(a_birth_timed_after_the_flip_moves_nothing_back),
		TEST(a_seen_time_wait_outlives_a_silent_death),
		TEST(refusal_is_an_end),
		TEST(no_cookie_no_identity),
		TEST(forgets_the_quietest_at_the_limit),
		TEST(limits_of_one_and_of_odd_size_work),
		TEST(equal_hashes_are_told_apart),
		TEST(equals_a_plain_array),
	};

	return RUN_TESTS(tests);
}
