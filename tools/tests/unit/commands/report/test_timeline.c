// SPDX-License-Identifier: GPL-2.0
/* Counts over time: intervals that grow, and numbers of mini-sockets. */
#include <string.h>

#include "check.h"
#include "commands/report/timeline.h"
#include "fixtures.h"

static struct timeline t;
static struct population p;

static int setup(void **state)
{
	(void)state;
	memset(&t, 0, sizeof(t));
	return 0;
}

static int64_t sum(unsigned int series)
{
	int64_t all = 0;
	unsigned int i;

	for (i = 0; i < TIMELINE_MAX; i++)
		all += t.count[i][series];
	return all;
}

/* Intervals begin at whole milliseconds of the wall clock: now is 12:00:00.9985. */
static void begins_at_round_times(void **state)
{
	(void)state;
	timeline_start(&t, 5 * SEC, 998500000);
	assert_int_equal(timeline_wall(&t), 998 * MS);
	timeline_add(&t, 0, 5 * SEC, 1);
	timeline_add(&t, 0, 5 * SEC + 600000, 1);
	assert_int_equal(t.count[0][0], 1);
	assert_int_equal(t.count[1][0], 1);
}

/* Counts stay at their time when intervals grow. */
static void grows(void **state)
{
	uint64_t wall = 1780318800 * SEC + 1234567890, width;
	unsigned int i;

	(void)state;
	timeline_start(&t, SEC, wall);
	for (i = 0; i < 5000; i++)
		timeline_add(&t, i % 2, SEC + i * 7 * MS, 1);
	assert_int_equal(sum(0), 2500);
	assert_int_equal(sum(1), 2500);
	width = timeline_width(&t);
	assert_int_equal(width, 100 * MS);
	assert_int_equal(timeline_wall(&t) % width, 0);
	for (i = 0; i < 5000; i++) {
		uint64_t at = (wall + i * 7 * MS - timeline_wall(&t)) /
			      width;

		t.count[at][i % 2]--;
	}
	for (i = 0; i < TIMELINE_MAX; i++) {
		assert_int_equal(t.count[i][0], 0);
		assert_int_equal(t.count[i][1], 0);
	}
}

static void shrinks(void **state)
{
	(void)state;
	timeline_start(&t, 0, 0);
	timeline_add(&t, 0, 599 * MS, 1);
	assert_int_equal(timeline_used(&t), 600);
	timeline_shrink(&t, 120);
	assert_int_equal(timeline_used(&t), 60);
	assert_int_equal(t.count[59][0], 1);
}

static void covers_all_of_time(void **state)
{
	(void)state;
	timeline_start(&t, 1, UINT64_MAX);
	timeline_add(&t, 0, UINT64_MAX, 1);
	timeline_add(&t, 0, 0, 1);
	assert_in_range(timeline_used(&t), 1, TIMELINE_MAX);
	assert_int_equal(sum(0), 2);
	assert_int_equal(t.count[0][0], 1);
}

static void adds_up_a_population(void **state)
{
	(void)state;
	timeline_start(&t, 0, 0);
	timeline_add(&t, SERIES_TW, MS, 3);
	timeline_add(&t, SERIES_FW2, 2 * MS, 1);
	timeline_add(&t, SERIES_TW, 4 * MS, -2);
	population_make(&t, true, false, &p);
	assert_int_equal(p.tw[0], 0);
	assert_int_equal(p.tw[1], 3);
	assert_int_equal(p.tw[3], 3);
	assert_int_equal(p.tw[4], 1);
	assert_int_equal(p.fw2[4], 1);
	assert_int_equal(p.peak, 4);
	assert_int_equal(p.peak_at, 2);
}

/* Without losses a mini-socket whose begin was not seen existed from the start. */
static void knows_what_was_there_before(void **state)
{
	(void)state;
	timeline_start(&t, 0, 0);
	timeline_add(&t, SERIES_UNSEEN, 2 * MS, -1);
	timeline_add(&t, SERIES_UNSEEN, 3 * MS, -1);
	population_make(&t, true, false, &p);
	assert_int_equal(p.unseen[0], 2);
	assert_int_equal(p.unseen[2], 1);
	assert_int_equal(p.unseen[3], 0);
	assert_int_equal(p.left_out, 0);
	population_make(&t, false, false, &p);
	assert_int_equal(p.unseen[0], 0);
	assert_int_equal(p.left_out, 2);
}

/* A mini-socket that begins and ends within an interval counts for the maximum. */
static void knows_the_most(void **state)
{
	(void)state;
	timeline_start(&t, 0, 0);
	timeline_most(&t, 3 * MS, 5);
	timeline_most(&t, 7 * MS, 9);
	timeline_most(&t, 8 * MS, 2);
	timeline_add(&t, SERIES_TW, 5 * MS, 4);
	timeline_shrink(&t, 1);
	population_make(&t, true, true, &p);
	assert_int_equal(p.tw[0], 4);
	assert_int_equal(p.most[0], 9);
	assert_int_equal(p.peak, 9);
	population_make(&t, true, false, &p);
	assert_int_equal(p.most[0], 0);
	assert_int_equal(p.peak, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(begins_at_round_times, setup),
		cmocka_unit_test_setup(grows, setup),
		cmocka_unit_test_setup(shrinks, setup),
		cmocka_unit_test_setup(covers_all_of_time, setup),
		cmocka_unit_test_setup(adds_up_a_population, setup),
		cmocka_unit_test_setup(knows_what_was_there_before, setup),
		cmocka_unit_test_setup(knows_the_most, setup),
	};

	return RUN_TESTS(tests);
}
