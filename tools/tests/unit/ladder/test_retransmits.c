// SPDX-License-Identifier: GPL-2.0
/* The times of retransmitted FINs: kept for each end, within limits. */
#include <string.h>

#include "check.h"
#include "fixtures.h"
#include "ladder/retransmits.h"

static struct retransmits *retransmits;
static struct conn conn;

static int setup(void **state)
{
	(void)state;
	memset(&conn, 0, sizeof(conn));
	conn.cookie = 1;
	conn.netns = 1;
	retransmits = retransmits_new();
	return !retransmits;
}

static int teardown(void **state)
{
	(void)state;
	retransmits_free(retransmits);
	return 0;
}

static void take(struct tcpfin_event ev)
{
	const struct item item = {
		.type = ITEM_EVENT, .event = &ev,
	};

	retransmits_take(retransmits, &item, &conn);
}

static void send_again(uint64_t time_ns)
{
	conn.retransmitted++;
	take(fixture_event(TCPFIN_KIND_FIN_RETRANS, conn.cookie, TCP_FIN_WAIT1,
			   TCP_FIN_WAIT1, time_ns));
}

static void keeps_what_was_sent_and_what_came(void **state)
{
	const struct retransmit *times;
	struct tcpfin_event ev;

	(void)state;
	send_again(5);
	ev = fixture_event(TCPFIN_KIND_TW_EXTEND, 1, TCP_TIME_WAIT,
			   TCP_TIME_WAIT, 7);
	take(ev);
	ev.time_ns = 9;
	ev.flags |= TCPFIN_F_FIN;
	conn.fin_again++;
	take(ev);
	times = retransmits_find(retransmits, &conn);
	assert_non_null(times);
	assert_int_equal(times->sent, 1);
	assert_int_equal(times->sent_ns[0], 5);
	assert_int_equal(times->came, 1);
	assert_int_equal(times->came_ns[0], 9);
}

static void keeps_ends_apart(void **state)
{
	(void)state;
	send_again(5);
	conn.host = 1;
	assert_null(retransmits_find(retransmits, &conn));
	conn.host = 0;
	conn.netns = 2;
	assert_null(retransmits_find(retransmits, &conn));
}

static void forgets_the_last_user_of_a_cookie(void **state)
{
	(void)state;
	send_again(5);
	send_again(6);
	conn.retransmitted = 0;
	send_again(100);
	assert_int_equal(retransmits_find(retransmits, &conn)->sent, 1);
	assert_int_equal(retransmits_find(retransmits, &conn)->sent_ns[0], 100);
}

static void limits_the_times_of_an_end(void **state)
{
	uint64_t i;

	(void)state;
	for (i = 0; i < RETRANSMIT_TIMES + 5; i++)
		send_again(i);
	assert_int_equal(retransmits_find(retransmits, &conn)->sent,
			 RETRANSMIT_TIMES);
}

static void drops_the_oldest_end(void **state)
{
	uint64_t i;

	(void)state;
	for (i = 1; i <= RETRANSMIT_ENDS + 1; i++) {
		conn.cookie = i;
		conn.retransmitted = 0;
		send_again(i);
	}
	conn.cookie = 1;
	assert_null(retransmits_find(retransmits, &conn));
	conn.cookie = 2;
	assert_non_null(retransmits_find(retransmits, &conn));
	retransmits_drop(retransmits, &conn);
	assert_null(retransmits_find(retransmits, &conn));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
		TEST(keeps_what_was_sent_and_what_came),
		TEST(keeps_ends_apart),
		TEST(forgets_the_last_user_of_a_cookie),
		TEST(limits_the_times_of_an_end),
		TEST(drops_the_oldest_end),
	};

	return RUN_TESTS(tests);
}
