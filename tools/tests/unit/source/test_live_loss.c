// SPDX-License-Identifier: GPL-2.0
/* The live source over rings of the test: losses, torn records, missed calls. */
#include <pthread.h>
#include <string.h>

#include "check.h"
#include "fixtures.h"
#include "util/clock.h"

static struct fixture_rings fixture;
static struct source *src;
static struct item item;

static void reports_overwritten_records(void **state)
{
	unsigned int i;

	(void)state;
	fixture_open(&fixture, 2, 64);
	fixture_put(&fixture, 1, fixture_at(50));
	for (i = 1; i <= 100; i++)
		fixture_put(&fixture, 0, fixture_at(i));
	src = fixture_source(&fixture, true, false);
	item = fixture_expect_lost(src, 0, 36);
	assert_int_equal(item.time_ns, 37);
	for (i = 37; i <= 50; i++)
		fixture_expect_event(src, 0, i);
	fixture_expect_event(src, 1, 50);
	for (i = 51; i <= 100; i++)
		fixture_expect_event(src, 0, i);
	fixture_expect(src, ITEM_END);
	source_close(src);
	fixture_close(&fixture);
}

static void reports_a_loss_in_its_place(void **state)
{
	unsigned int i;

	(void)state;
	fixture_open(&fixture, 1, 64);
	src = fixture_source(&fixture, true, true);
	fixture_put(&fixture, 0, fixture_at(1));
	fixture_expect_event(src, 0, 1);
	fixture_expect(src, ITEM_IDLE);
	for (i = 2; i <= 70; i++)
		fixture_put(&fixture, 0, fixture_at(i));
	fixture_expect_lost(src, 0, 5);
	for (i = 7; i <= 70; i++)
		fixture_expect_event(src, 0, i);
	fixture_expect(src, ITEM_IDLE);
	source_close(src);
	fixture_close(&fixture);
}

/* A loss tells the CPU, not the ring. */
static void a_loss_is_of_a_cpu(void **state)
{
	unsigned int i;

	(void)state;
	fixture_open(&fixture, 3, 64);
	fixture.rings[1].cpu = 77;
	fixture.rings[2].used = 0;
	for (i = 1; i <= 65; i++)
		fixture_put(&fixture, 1, fixture_at(i));
	src = fixture_source(&fixture, true, false);
	assert_int_equal(source_cpu(src, 0), 0);
	assert_int_equal(source_cpu(src, 1), 77);
	assert_int_equal(source_cpu(src, 2), CPU_NONE);
	assert_int_equal(source_cpu(src, 3), CPU_NONE);
	fixture_expect_lost(src, 77, 1);
	for (i = 2; i <= 65; i++)
		fixture_expect_event(src, 1, i);
	fixture_expect(src, ITEM_END);
	source_close(src);
	fixture_close(&fixture);
}

/* Spare rings do not hold up the only CPU's records. */
static void spare_rings_do_not_count(void **state)
{
	(void)state;
	fixture_open(&fixture, 5, 64);
	fixture.rings[1].used = 0;
	fixture.rings[2].used = 0;
	fixture.rings[3].used = 0;
	fixture.rings[4].used = 0;
	src = fixture_source(&fixture, true, true);
	fixture_put(&fixture, 0, fixture_at(clock_mono_ns()));
	fixture_expect(src, ITEM_EVENT);
	fixture_expect(src, ITEM_IDLE);
	fixture.rings[1].used = 1;
	fixture_put(&fixture, 0, fixture_at(clock_mono_ns()));
	fixture_expect(src, ITEM_IDLE);
	source_close(src);
	fixture_close(&fixture);
}

static void reports_records_without_a_ring(void **state)
{
	(void)state;
	fixture_open(&fixture, 1, 64);
	fixture.header->no_ring = 5;
	src = fixture_source(&fixture, true, true);
	fixture_put(&fixture, 0, fixture_at(1));
	fixture_expect_event(src, 0, 1);
	fixture_expect_lost(src, CPU_NO_RING, 5);
	fixture_expect(src, ITEM_IDLE);
	fixture.header->no_ring = 12;
	fixture_expect_lost(src, CPU_NO_RING, 7);
	fixture_expect(src, ITEM_IDLE);
	source_close(src);
	/* Those from before are not the business of who starts now. */
	src = fixture_source(&fixture, false, true);
	fixture_expect(src, ITEM_IDLE);
	fixture.header->no_ring = 13;
	fixture_expect_lost(src, CPU_NO_RING, 1);
	source_close(src);
	fixture_close(&fixture);
}

static void waits_for_an_unfinished_record(void **state)
{
	(void)state;
	fixture_open(&fixture, 1, 64);
	fixture_put(&fixture, 0, fixture_at(1));
	fixture_put(&fixture, 0, fixture_at(2));
	fixture_put(&fixture, 0, fixture_at(3));
	fixture.data[1].seq = 0;
	src = fixture_source(&fixture, true, true);
	fixture_expect_event(src, 0, 1);
	fixture_expect(src, ITEM_IDLE);
	fixture_expect(src, ITEM_IDLE);
	fixture.data[1].seq = 2;
	fixture_expect_event(src, 0, 2);
	fixture_expect_event(src, 0, 3);
	fixture_expect(src, ITEM_IDLE);
	source_close(src);
	fixture_close(&fixture);
}

static void an_unfinished_record_is_lost_at_the_end(void **state)
{
	(void)state;
	fixture_open(&fixture, 2, 64);
	fixture_put(&fixture, 0, fixture_at(1));
	fixture_put(&fixture, 0, fixture_at(2));
	fixture_put(&fixture, 0, fixture_at(3));
	fixture_put(&fixture, 1, fixture_at(9));
	fixture.data[1].seq = 0;
	fixture.data[64].seq = 0x7777;
	src = fixture_source(&fixture, true, false);
	/* Reported before newer events, since nothing follows the loss. */
	item = fixture_expect_lost(src, 1, 1);
	assert_in_range(item.time_ns, 9, clock_mono_ns());
	fixture_expect_event(src, 0, 1);
	fixture_expect_lost(src, 0, 1);
	fixture_expect_event(src, 0, 3);
	fixture_expect(src, ITEM_END);
	source_close(src);
	fixture_close(&fixture);
}

static bool stop_writer;

/* Write records with the number in every field, so that a torn record shows. */
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
		fixture_put(&fixture, 0, ev);
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

/* Records read and records reported lost must add up. */
static void never_returns_a_torn_record(void **state)
{
	uint64_t number = 0, got = 0, until = clock_mono_ns() + SEC / 2;
	pthread_t writer;

	(void)state;
	fixture_open(&fixture, 1, 64);
	src = fixture_source(&fixture, true, true);
	stop_writer = false;
	assert_int_equal(pthread_create(&writer, NULL, write_records, NULL), 0);
	while (clock_mono_ns() < until) {
		source_next(src, &item);
		if (item.type == ITEM_LOST) {
			number += item.count;
		} else if (item.type == ITEM_EVENT) {
			check_whole(item.event, number++);
			got++;
		}
	}
	__atomic_store_n(&stop_writer, true, __ATOMIC_RELAXED);
	pthread_join(writer, NULL);
	source_finish(src);
	for (source_next(src, &item); item.type != ITEM_END;
	     source_next(src, &item)) {
		if (item.type == ITEM_LOST)
			number += item.count;
		else
			check_whole(item.event, number++);
	}
	assert_true(got > 0);
	assert_int_equal(number, source_recorded(src, 0));
	source_close(src);
	fixture_close(&fixture);
}

static void reports_missed_calls(void **state)
{
	uint64_t start = clock_mono_ns();

	(void)state;
	fixture_open(&fixture, 1, 64);
	fixture_put(&fixture, 0, fixture_at(10));
	fixture.header->probe[2].missed = 3;
	src = fixture_source(&fixture, true, true);
	fixture_expect_event(src, 0, 10);
	item = fixture_expect(src, ITEM_MISSED);
	assert_int_equal(item.count, 3);
	/* The missed call may be after the last event. */
	assert_in_range(item.time_ns, start, clock_mono_ns());
	fixture_expect(src, ITEM_IDLE);
	fixture.header->probe[5].missed = 1;
	item = fixture_expect(src, ITEM_MISSED);
	assert_int_equal(item.count, 1);
	fixture_expect(src, ITEM_IDLE);
	source_close(src);
	fixture_close(&fixture);
}

static void reports_the_sockets_of_missed_calls(void **state)
{
	(void)state;
	fixture_open(&fixture, 1, 64);
	fixture.header->probe[0].missed = 3;
	fixture.header->probe[1].about = TCPFIN_ABOUT_MINI;
	fixture.header->probe[1].missed = 4;
	fixture.header->probe[2].about = TCPFIN_ABOUT_BOTH;
	fixture.header->probe[2].missed = 2;
	src = fixture_source(&fixture, true, true);
	item = fixture_expect(src, ITEM_MISSED);
	assert_int_equal(item.count, 9);
	assert_int_equal(item.mini, 5);
	source_close(src);
	fixture_close(&fixture);
}

static void a_head_that_lies_does_not_hang(void **state)
{
	(void)state;
	fixture_open(&fixture, 2, 64);
	fixture.rings[0].head = UINT64_MAX;
	fixture.rings[1].head = 1000;
	src = fixture_source(&fixture, true, false);
	fixture_expect(src, ITEM_LOST);
	fixture_expect(src, ITEM_LOST);
	fixture_expect(src, ITEM_END);
	source_close(src);

	src = fixture_source(&fixture, false, true);
	fixture.rings[0].head = 5;
	fixture.rings[1].head = 0;
	fixture_expect(src, ITEM_IDLE);
	source_close(src);
	fixture_close(&fixture);
}

/* Records that the head announced are lost at once, not one by one. */
static void a_head_that_goes_back_does_not_hang(void **state)
{
	(void)state;
	fixture_open(&fixture, 1, 64);
	fixture_put(&fixture, 0, fixture_at(1));
	fixture.rings[0].head = 1ULL << 62;
	src = fixture_source(&fixture, true, false);
	fixture_expect_event(src, 0, 1);
	fixture.rings[0].head = 1;
	fixture_expect_lost(src, 0, (1ULL << 62) - 1);
	fixture_expect(src, ITEM_END);
	source_close(src);
	fixture_close(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reports_overwritten_records),
		cmocka_unit_test(reports_a_loss_in_its_place),
		cmocka_unit_test(a_loss_is_of_a_cpu),
		cmocka_unit_test(spare_rings_do_not_count),
		cmocka_unit_test(reports_records_without_a_ring),
		cmocka_unit_test(waits_for_an_unfinished_record),
		cmocka_unit_test(an_unfinished_record_is_lost_at_the_end),
		cmocka_unit_test(never_returns_a_torn_record),
		cmocka_unit_test(reports_missed_calls),
		cmocka_unit_test(reports_the_sockets_of_missed_calls),
		cmocka_unit_test(a_head_that_lies_does_not_hang),
		cmocka_unit_test(a_head_that_goes_back_does_not_hang),
	};

	return RUN_TESTS(tests);
}
