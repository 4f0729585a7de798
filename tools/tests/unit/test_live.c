// SPDX-License-Identifier: GPL-2.0
/* The live source over crafted rings: merging, loss, torn records, the end. */
#include <pthread.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "craft.h"
#include "map.h"
#include "recording.h"

static struct craft craft;
static struct tcpfin_source *src;
static struct tcpfin_item item;

static struct tcpfin_event event(uint64_t time_ns)
{
	return craft_event(TCPFIN_KIND_STATE, time_ns, TCP_ESTABLISHED,
			   TCP_FIN_WAIT1, time_ns);
}

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * SEC + (uint64_t)ts.tv_nsec;
}

static void expect_event(uint32_t cpu, uint64_t time_ns)
{
	tcpfin_source_next(src, &item);
	assert_int_equal(item.type, TCPFIN_ITEM_EVENT);
	assert_int_equal(item.cpu, cpu);
	assert_int_equal(item.event->time_ns, time_ns);
	assert_int_equal(item.event->cookie, time_ns);
}

static void expect(enum tcpfin_item_type type)
{
	tcpfin_source_next(src, &item);
	assert_int_equal(item.type, type);
}

static void expect_lost(uint32_t cpu, uint64_t count)
{
	expect(TCPFIN_ITEM_LOST);
	assert_int_equal(item.cpu, cpu);
	assert_int_equal(item.count, count);
}

static void merges_rings_by_time(void **state)
{
	(void)state;
	craft_open(&craft, 3, 64);
	craft_put(&craft, 0, event(10));
	craft_put(&craft, 2, event(15));
	craft_put(&craft, 0, event(20));
	craft_put(&craft, 1, event(5));
	craft_put(&craft, 1, event(30));
	craft_put(&craft, 1, event(31));
	src = craft_source(&craft, true, false);
	expect_event(1, 5);
	expect_event(0, 10);
	expect_event(2, 15);
	expect_event(0, 20);
	expect_event(1, 30);
	expect_event(1, 31);
	expect(TCPFIN_ITEM_END);
	expect(TCPFIN_ITEM_END);
	tcpfin_source_close(src);
	craft_close(&craft);
}

/* Each ring is in order, so the merge must be too, whatever the rings. */
static void merges_many_rings(void **state)
{
	uint64_t seed = 7;
	unsigned int i;

	(void)state;
	craft_open(&craft, 37, 64);
	for (i = 1; i <= 1000; i++) {
		seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
		craft_put(&craft, (uint32_t)(seed >> 33) % 37, event(i));
	}
	src = craft_source(&craft, true, false);
	for (i = 1; i <= 1000; i++) {
		expect(TCPFIN_ITEM_EVENT);
		assert_int_equal(item.event->time_ns, i);
	}
	expect(TCPFIN_ITEM_END);
	tcpfin_source_close(src);
	craft_close(&craft);
}

static void same_item(const struct tcpfin_item *got,
		      const struct tcpfin_item *want)
{
	assert_int_equal(got->type, want->type);
	if (want->type == TCPFIN_ITEM_LOST)
		assert_int_equal(got->count, want->count);
	if (want->type == TCPFIN_ITEM_EVENT)
		assert_memory_equal(got->event, want->event,
				    sizeof(*want->event));
	if (want->type != TCPFIN_ITEM_END)
		assert_int_equal(got->cpu, want->cpu);
}

/* What @one gives one by one is what @src gives @many at a time. */
static size_t take_all(struct tcpfin_source *one, size_t many)
{
	struct tcpfin_rec_event list[32];
	size_t i, n, taken = 0;
	struct tcpfin_item want;

	do {
		n = tcpfin_source_take(src, list, many);
		assert_in_range(n, 0, many);
		for (i = 0; i < n; i++) {
			tcpfin_source_next(one, &want);
			item.type = TCPFIN_ITEM_EVENT;
			item.cpu = list[i].cpu;
			item.event = &list[i].event;
			assert_int_equal(list[i].reserved, 0);
			same_item(&item, &want);
		}
		taken += n;
		if (n)
			continue;
		tcpfin_source_next(src, &item);
		tcpfin_source_next(one, &want);
		same_item(&item, &want);
	} while (item.type != TCPFIN_ITEM_END);
	return taken;
}

/*
 * Rings that were overrun, records that are not finished, times that repeat or
 * go back: whatever is there.
 */
static void takes_many_in_the_same_order(void **state)
{
	uint64_t seed = 11;
	unsigned int i, rings;

	(void)state;
	for (rings = 1; rings < 9; rings++) {
		struct tcpfin_source *one;

		craft_open(&craft, rings, 64);
		for (i = 0; i < 500; i++) {
			seed = seed * 6364136223846793005ULL +
			       1442695040888963407ULL;
			/* Runs of one ring, as under load. */
			craft_put(&craft, (uint32_t)(seed >> 37) % rings *
					  (i % 32 > 8),
				  event(i + 100 - (seed >> 33) % 6));
		}
		craft.data[20].seq = 0;
		one = craft_source(&craft, true, false);
		src = craft_source(&craft, true, false);
		assert_in_range(take_all(one, 1 + rings * 3), 40, 500);
		tcpfin_source_close(one);
		tcpfin_source_close(src);
		craft_close(&craft);
	}
}

static void takes_nothing_that_is_new(void **state)
{
	struct tcpfin_rec_event list[8];
	uint64_t now = now_ns();

	(void)state;
	craft_open(&craft, 2, 64);
	craft_put(&craft, 0, event(now - SEC));
	craft_put(&craft, 0, event(now - SEC + 1));
	craft_put(&craft, 0, event(now + SEC));
	src = craft_source(&craft, true, true);
	assert_int_equal(tcpfin_source_take(src, list, 8), 0);
	expect_event(0, now - SEC);
	assert_int_equal(tcpfin_source_take(src, list, 8), 1);
	assert_int_equal(list[0].event.time_ns, now - SEC + 1);
	expect(TCPFIN_ITEM_IDLE);
	tcpfin_source_stop(src);
	expect_event(0, now + SEC);
	expect(TCPFIN_ITEM_END);
	tcpfin_source_close(src);
	craft_close(&craft);
}

static void starts_from_now_unless_asked(void **state)
{
	(void)state;
	craft_open(&craft, 2, 64);
	craft_put(&craft, 0, event(1));
	craft.header->probe[0].missed = 5;
	src = craft_source(&craft, false, true);
	expect(TCPFIN_ITEM_IDLE);
	craft_put(&craft, 0, event(2));
	expect_event(0, 2);
	expect(TCPFIN_ITEM_IDLE);
	tcpfin_source_close(src);
	craft_close(&craft);
}

static void tells_what_was_overwritten(void **state)
{
	unsigned int i;

	(void)state;
	craft_open(&craft, 2, 64);
	craft_put(&craft, 1, event(50));
	for (i = 1; i <= 100; i++)
		craft_put(&craft, 0, event(i));
	src = craft_source(&craft, true, false);
	expect_lost(0, 36);
	assert_int_equal(item.time_ns, 37);
	for (i = 37; i <= 50; i++)
		expect_event(0, i);
	expect_event(1, 50);
	for (i = 51; i <= 100; i++)
		expect_event(0, i);
	expect(TCPFIN_ITEM_END);
	tcpfin_source_close(src);
	craft_close(&craft);
}

static void tells_a_gap_where_it_is(void **state)
{
	unsigned int i;

	(void)state;
	craft_open(&craft, 1, 64);
	src = craft_source(&craft, true, true);
	craft_put(&craft, 0, event(1));
	expect_event(0, 1);
	expect(TCPFIN_ITEM_IDLE);
	for (i = 2; i <= 70; i++)
		craft_put(&craft, 0, event(i));
	expect_lost(0, 5);
	for (i = 7; i <= 70; i++)
		expect_event(0, i);
	expect(TCPFIN_ITEM_IDLE);
	tcpfin_source_close(src);
	craft_close(&craft);
}

static void waits_for_an_unfinished_record(void **state)
{
	(void)state;
	craft_open(&craft, 1, 64);
	craft_put(&craft, 0, event(1));
	craft_put(&craft, 0, event(2));
	craft_put(&craft, 0, event(3));
	craft.data[1].seq = 0;
	src = craft_source(&craft, true, true);
	expect_event(0, 1);
	expect(TCPFIN_ITEM_IDLE);
	expect(TCPFIN_ITEM_IDLE);
	craft.data[1].seq = 2;
	expect_event(0, 2);
	expect_event(0, 3);
	expect(TCPFIN_ITEM_IDLE);
	tcpfin_source_close(src);
	craft_close(&craft);
}

static void an_unfinished_record_is_lost_at_the_end(void **state)
{
	(void)state;
	craft_open(&craft, 2, 64);
	craft_put(&craft, 0, event(1));
	craft_put(&craft, 0, event(2));
	craft_put(&craft, 0, event(3));
	craft_put(&craft, 1, event(9));
	craft.data[1].seq = 0;
	craft.data[64].seq = 0x7777;
	src = craft_source(&craft, true, false);
	/* Before what may be newer: found now, and nothing comes after it. */
	expect_lost(1, 1);
	assert_in_range(item.time_ns, 9, now_ns());
	expect_event(0, 1);
	expect_lost(0, 1);
	expect_event(0, 3);
	expect(TCPFIN_ITEM_END);
	tcpfin_source_close(src);
	craft_close(&craft);
}

static bool stop_writer;

/* Every field tells the record's number, so that a mixture shows. */
static void *write_records(void *arg)
{
	struct tcpfin_event ev;
	uint64_t n = 0;

	(void)arg;
	while (!__atomic_load_n(&stop_writer, __ATOMIC_RELAXED)) {
		memset(&ev, (int)(n & 0xff), sizeof(ev));
		ev.time_ns = n;
		ev.cgroup = n;
		ev.ifindex = (uint32_t)n;
		craft_put(&craft, 0, ev);
		n++;
	}
	return NULL;
}

static void check_whole(const struct tcpfin_event *ev, uint64_t number)
{
	struct tcpfin_event want;

	memset(&want, (int)(number & 0xff), sizeof(want));
	want.seq = number + 1;
	want.time_ns = number;
	want.cgroup = number;
	want.ifindex = (uint32_t)number;
	assert_memory_equal(ev, &want, sizeof(want));
}

/* Numbers read and numbers told as lost must add up without a hole. */
static void never_believes_a_torn_record(void **state)
{
	uint64_t number = 0, got = 0, until = now_ns() + SEC / 2;
	pthread_t writer;

	(void)state;
	craft_open(&craft, 1, 64);
	src = craft_source(&craft, true, true);
	stop_writer = false;
	assert_int_equal(pthread_create(&writer, NULL, write_records, NULL), 0);
	while (now_ns() < until) {
		tcpfin_source_next(src, &item);
		if (item.type == TCPFIN_ITEM_LOST) {
			number += item.count;
		} else if (item.type == TCPFIN_ITEM_EVENT) {
			check_whole(item.event, number++);
			got++;
		}
	}
	__atomic_store_n(&stop_writer, true, __ATOMIC_RELAXED);
	pthread_join(writer, NULL);
	tcpfin_source_stop(src);
	for (tcpfin_source_next(src, &item); item.type != TCPFIN_ITEM_END;
	     tcpfin_source_next(src, &item)) {
		if (item.type == TCPFIN_ITEM_LOST)
			number += item.count;
		else
			check_whole(item.event, number++);
	}
	assert_true(got > 0);
	assert_int_equal(number, tcpfin_source_recorded(src, 0));
	tcpfin_source_close(src);
	craft_close(&craft);
}

static void holds_back_what_is_new(void **state)
{
	uint64_t now = now_ns();

	(void)state;
	craft_open(&craft, 2, 64);
	src = craft_source(&craft, true, true);
	craft_put(&craft, 0, event(now + SEC));
	expect(TCPFIN_ITEM_IDLE);
	/* Published later, but earlier in time. */
	craft_put(&craft, 1, event(now - 1));
	usleep(2100);
	expect_event(1, now - 1);
	/* It claims to be from the future: held from when it was first seen. */
	expect_event(0, now + SEC);
	expect(TCPFIN_ITEM_IDLE);
	craft_put(&craft, 0, event(now + 2 * SEC));
	expect(TCPFIN_ITEM_IDLE);
	tcpfin_source_stop(src);
	expect_event(0, now + 2 * SEC);
	expect(TCPFIN_ITEM_END);
	tcpfin_source_close(src);
	craft_close(&craft);
}

static void one_ring_holds_nothing_back(void **state)
{
	uint64_t now = now_ns();

	(void)state;
	craft_open(&craft, 1, 64);
	src = craft_source(&craft, true, true);
	craft_put(&craft, 0, event(now + SEC));
	expect_event(0, now + SEC);
	tcpfin_source_close(src);
	craft_close(&craft);
}

static void tells_missed_calls(void **state)
{
	uint64_t start = now_ns();

	(void)state;
	craft_open(&craft, 1, 64);
	craft_put(&craft, 0, event(10));
	craft.header->probe[2].missed = 3;
	src = craft_source(&craft, true, true);
	expect_event(0, 10);
	expect(TCPFIN_ITEM_MISSED);
	assert_int_equal(item.count, 3);
	/* A call may have been missed after the last event. */
	assert_in_range(item.time_ns, start, now_ns());
	expect(TCPFIN_ITEM_IDLE);
	craft.header->probe[5].missed = 1;
	expect(TCPFIN_ITEM_MISSED);
	assert_int_equal(item.count, 1);
	expect(TCPFIN_ITEM_IDLE);
	tcpfin_source_close(src);
	craft_close(&craft);
}

static void ends_when_the_module_goes(void **state)
{
	(void)state;
	craft_open(&craft, 2, 64);
	src = craft_source(&craft, false, true);
	expect(TCPFIN_ITEM_IDLE);
	craft_put(&craft, 0, event(1));
	craft_put(&craft, 1, event(now_ns() + SEC));
	craft.header->gone = 1;
	tcpfin_source_wait(src, 1000);
	expect_event(0, 1);
	expect(TCPFIN_ITEM_EVENT);
	expect(TCPFIN_ITEM_END);
	assert_true(src->gone);
	tcpfin_source_close(src);
	craft_close(&craft);
}

/* The crafted file is always readable, so only the rest takes time. */
static uint64_t time_of_waits(unsigned int n)
{
	uint64_t start = now_ns();

	while (n--)
		tcpfin_source_wait(src, -1);
	return now_ns() - start;
}

static void a_wait_rests_unless_it_is_stopped(void **state)
{
	struct tcpfin_live_options opts = { .follow = true };
	char why[TCPFIN_WHY_MAX];
	int pipefd[2];

	(void)state;
	assert_int_equal(pipe(pipefd), 0);
	opts.stop_fd = pipefd[0];
	craft_open(&craft, 1, 64);
	src = tcpfin_live_open_fd(dup(craft.fd), &opts, why);
	assert_non_null(src);
	expect(TCPFIN_ITEM_IDLE);
	assert_true(time_of_waits(5) >= 48 * MS);
	assert_int_equal(write(pipefd[1], "x", 1), 1);
	assert_true(time_of_waits(500) < 5 * SEC);
	tcpfin_source_close(src);
	craft_close(&craft);
	close(pipefd[0]);
	close(pipefd[1]);
}

/* Under load it rests for longer, and when a ring fills fast hardly at all. */
static void a_wait_rests_as_the_load_is(void **state)
{
	uint64_t time[6];
	unsigned int i, j;

	(void)state;
	craft_open(&craft, 1, 1024);
	src = craft_source(&craft, true, true);
	for (i = 0; i < 6; i++) {
		expect(TCPFIN_ITEM_IDLE);
		for (j = 0; j < (i < 5 ? 200 : 300); j++)
			craft_put(&craft, 0, event(1));
		time[i] = time_of_waits(1);
		while (j--)
			expect_event(0, 1);
	}
	expect(TCPFIN_ITEM_IDLE);
	assert_true(time[0] >= 9 * MS);
	assert_true(time[1] >= 19 * MS);
	assert_true(time[4] >= 39 * MS);
	/* What it saw last was more than a quarter of the ring. */
	craft_put(&craft, 0, event(1));
	assert_in_range(time_of_waits(1), MS, 35 * MS);
	tcpfin_source_close(src);
	craft_close(&craft);
}

static void a_head_that_lies_does_not_hang(void **state)
{
	(void)state;
	craft_open(&craft, 2, 64);
	craft.rings[0].head = UINT64_MAX;
	craft.rings[1].head = 1000;
	src = craft_source(&craft, true, false);
	expect(TCPFIN_ITEM_LOST);
	expect(TCPFIN_ITEM_LOST);
	expect(TCPFIN_ITEM_END);
	tcpfin_source_close(src);

	src = craft_source(&craft, false, true);
	craft.rings[0].head = 5;
	craft.rings[1].head = 0;
	expect(TCPFIN_ITEM_IDLE);
	tcpfin_source_close(src);
	craft_close(&craft);
}

static void knows_the_wall_clock(void **state)
{
	struct timespec now;
	uint64_t want;

	(void)state;
	craft_open(&craft, 1, 64);
	src = craft_source(&craft, true, true);
	clock_gettime(CLOCK_REALTIME, &now);
	want = (uint64_t)now.tv_sec * SEC + (uint64_t)now.tv_nsec;
	assert_in_range(tcpfin_source_wall(src, tcpfin_source_now(src)),
			want - SEC, want + SEC);
	tcpfin_source_close(src);
	craft_close(&craft);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(merges_rings_by_time),
		cmocka_unit_test(merges_many_rings),
		cmocka_unit_test(takes_many_in_the_same_order),
		cmocka_unit_test(takes_nothing_that_is_new),
		cmocka_unit_test(starts_from_now_unless_asked),
		cmocka_unit_test(tells_what_was_overwritten),
		cmocka_unit_test(tells_a_gap_where_it_is),
		cmocka_unit_test(waits_for_an_unfinished_record),
		cmocka_unit_test(an_unfinished_record_is_lost_at_the_end),
		cmocka_unit_test(never_believes_a_torn_record),
		cmocka_unit_test(holds_back_what_is_new),
		cmocka_unit_test(one_ring_holds_nothing_back),
		cmocka_unit_test(tells_missed_calls),
		cmocka_unit_test(ends_when_the_module_goes),
		cmocka_unit_test(a_wait_rests_unless_it_is_stopped),
		cmocka_unit_test(a_wait_rests_as_the_load_is),
		cmocka_unit_test(a_head_that_lies_does_not_hang),
		cmocka_unit_test(knows_the_wall_clock),
	};

	return RUN_TESTS(tests);
}
