// SPDX-License-Identifier: GPL-2.0
/* The live source over rings of the test: merging, waiting, the end. */
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "fixtures.h"
#include "source/recording.h"
#include "util/clock.h"

static struct fixture_rings fixture;
static struct source *src;
static struct item item;

static void merges_rings_by_time(void **state)
{
	(void)state;
	fixture_open(&fixture, 3, 64);
	fixture_put(&fixture, 0, fixture_at(10));
	fixture_put(&fixture, 2, fixture_at(15));
	fixture_put(&fixture, 0, fixture_at(20));
	fixture_put(&fixture, 1, fixture_at(5));
	fixture_put(&fixture, 1, fixture_at(30));
	fixture_put(&fixture, 1, fixture_at(31));
	src = fixture_source(&fixture, true, false);
	fixture_expect_event(src, 1, 5);
	fixture_expect_event(src, 0, 10);
	fixture_expect_event(src, 2, 15);
	fixture_expect_event(src, 0, 20);
	fixture_expect_event(src, 1, 30);
	fixture_expect_event(src, 1, 31);
	fixture_expect(src, ITEM_END);
	fixture_expect(src, ITEM_END);
	source_close(src);
	fixture_close(&fixture);
}

/* Each ring is in order, so the merge must be, for any number of rings. */
static void merges_many_rings(void **state)
{
	uint64_t seed = 7;
	unsigned int i;

	(void)state;
	fixture_open(&fixture, 37, 64);
	for (i = 1; i <= 1000; i++) {
		seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
		fixture_put(&fixture, (uint32_t)(seed >> 33) % 37, fixture_at(i));
	}
	src = fixture_source(&fixture, true, false);
	for (i = 1; i <= 1000; i++) {
		item = fixture_expect(src, ITEM_EVENT);
		assert_int_equal(item.event->time_ns, i);
	}
	fixture_expect(src, ITEM_END);
	source_close(src);
	fixture_close(&fixture);
}

static void starts_from_now_unless_asked(void **state)
{
	(void)state;
	fixture_open(&fixture, 2, 64);
	fixture_put(&fixture, 0, fixture_at(1));
	fixture.header->probe[0].missed = 5;
	src = fixture_source(&fixture, false, true);
	fixture_expect(src, ITEM_IDLE);
	fixture_put(&fixture, 0, fixture_at(2));
	fixture_expect_event(src, 0, 2);
	fixture_expect(src, ITEM_IDLE);
	source_close(src);
	fixture_close(&fixture);
}

static void holds_back_recent_events(void **state)
{
	uint64_t now = clock_mono_ns();

	(void)state;
	fixture_open(&fixture, 2, 64);
	src = fixture_source(&fixture, true, true);
	fixture_put(&fixture, 0, fixture_at(now + SEC));
	fixture_expect(src, ITEM_IDLE);
	/* Written later, with an earlier time. */
	fixture_put(&fixture, 1, fixture_at(now - 1));
	usleep(2100);
	fixture_expect_event(src, 1, now - 1);
	/* An event with a future time is held back from when it was first seen. */
	fixture_expect_event(src, 0, now + SEC);
	fixture_expect(src, ITEM_IDLE);
	fixture_put(&fixture, 0, fixture_at(now + 2 * SEC));
	fixture_expect(src, ITEM_IDLE);
	source_finish(src);
	fixture_expect_event(src, 0, now + 2 * SEC);
	fixture_expect(src, ITEM_END);
	source_close(src);
	fixture_close(&fixture);
}

static void one_ring_holds_nothing_back(void **state)
{
	uint64_t now = clock_mono_ns();

	(void)state;
	fixture_open(&fixture, 1, 64);
	src = fixture_source(&fixture, true, true);
	fixture_put(&fixture, 0, fixture_at(now + SEC));
	fixture_expect_event(src, 0, now + SEC);
	source_close(src);
	fixture_close(&fixture);
}

static void ends_when_the_module_goes(void **state)
{
	(void)state;
	fixture_open(&fixture, 2, 64);
	src = fixture_source(&fixture, false, true);
	fixture_expect(src, ITEM_IDLE);
	fixture_put(&fixture, 0, fixture_at(1));
	fixture_put(&fixture, 1, fixture_at(clock_mono_ns() + SEC));
	fixture.header->gone = 1;
	source_wait(src, 1000);
	fixture_expect_event(src, 0, 1);
	fixture_expect(src, ITEM_EVENT);
	fixture_expect(src, ITEM_END);
	assert_true(src->gone);
	source_close(src);
	fixture_close(&fixture);
}

/* Time of @n waits: poll() returns at once here, only the pause takes time. */
static uint64_t time_of_waits(unsigned int n)
{
	uint64_t start = clock_mono_ns();

	while (n--)
		source_wait(src, -1);
	return clock_mono_ns() - start;
}

static void a_wait_takes_time_unless_stopped(void **state)
{
	struct live_options opts = { .follow = true };
	char why[ERROR_LINE_MAX];
	int pipefd[2];

	(void)state;
	assert_int_equal(pipe(pipefd), 0);
	opts.stop_fd = pipefd[0];
	fixture_open(&fixture, 1, 64);
	src = live_open_fd(dup(fixture.fd), &opts, why);
	assert_non_null(src);
	fixture_expect(src, ITEM_IDLE);
	assert_true(time_of_waits(5) >= 48 * MS);
	assert_int_equal(write(pipefd[1], "x", 1), 1);
	assert_true(time_of_waits(500) < 5 * SEC);
	source_close(src);
	fixture_close(&fixture);
	close(pipefd[0]);
	close(pipefd[1]);
}

/* Waits are longer under load, and short when a ring fills fast. */
static void wait_time_follows_the_load(void **state)
{
	uint64_t time[6];
	unsigned int i, j;

	(void)state;
	fixture_open(&fixture, 1, 1024);
	src = fixture_source(&fixture, true, true);
	for (i = 0; i < 6; i++) {
		fixture_expect(src, ITEM_IDLE);
		for (j = 0; j < (i < 5 ? 200 : 300); j++)
			fixture_put(&fixture, 0, fixture_at(1));
		time[i] = time_of_waits(1);
		while (j--)
			fixture_expect_event(src, 0, 1);
	}
	fixture_expect(src, ITEM_IDLE);
	assert_true(time[0] >= 9 * MS);
	assert_true(time[1] >= 19 * MS);
	assert_true(time[4] >= 39 * MS);
	/* More than a quarter of the ring was new at the last read. */
	fixture_put(&fixture, 0, fixture_at(1));
	assert_in_range(time_of_waits(1), MS, 35 * MS);
	source_close(src);
	fixture_close(&fixture);
}

static void knows_the_wall_clock(void **state)
{
	struct timespec now;
	uint64_t want;

	(void)state;
	fixture_open(&fixture, 1, 64);
	src = fixture_source(&fixture, true, true);
	clock_gettime(CLOCK_REALTIME, &now);
	want = (uint64_t)now.tv_sec * SEC + (uint64_t)now.tv_nsec;
	assert_in_range(source_wall(src, source_now(src)), want - SEC,
			want + SEC);
	source_close(src);
	fixture_close(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(merges_rings_by_time),
		cmocka_unit_test(merges_many_rings),
		cmocka_unit_test(starts_from_now_unless_asked),
		cmocka_unit_test(holds_back_recent_events),
		cmocka_unit_test(one_ring_holds_nothing_back),
		cmocka_unit_test(ends_when_the_module_goes),
		cmocka_unit_test(a_wait_takes_time_unless_stopped),
		cmocka_unit_test(wait_time_follows_the_load),
		cmocka_unit_test(knows_the_wall_clock),
	};

	return RUN_TESTS(tests);
}
