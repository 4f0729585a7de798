// SPDX-License-Identifier: GPL-2.0
/* The facts that "doctor" gathers from single steps. */
#include <string.h>

#include "check.h"
#include "diagnosis/history.h"
#include "fixtures.h"

static struct history history;
static struct conn conn;

static int set_up(void **state)
{
	(void)state;
	memset(&history, 0, sizeof(history));
	memset(&conn, 0, sizeof(conn));
	conn.flags = CONN_OWNER;
	conn.pid = 9;
	memcpy(conn.comm, "app", 4);
	return 0;
}

static void take(struct tcpfin_event ev)
{
	history_event(&history, &ev, &conn);
}

static struct tcpfin_event timeout(uint8_t old, uint32_t what, uint32_t tries)
{
	struct tcpfin_event ev = fixture_event(TCPFIN_KIND_STATE, 1, old, TCP_CLOSE,
					       5 * SEC);

	ev.reason = TCPFIN_REASON_TIMEOUT;
	ev.detail = TCPFIN_TIMEOUT_DETAIL(what, tries);
	return ev;
}

static void groups_timeouts_by_cause(void **state)
{
	struct timeouts *t = &history.timeouts[TCPFIN_TIMEOUT_RETRANSMISSION];
	struct tcpfin_event ev;

	(void)state;
	ev = timeout(TCP_FIN_WAIT1, TCPFIN_TIMEOUT_RETRANSMISSION, 8);
	take(ev);
	assert_int_equal(t->orphans, 0);
	ev.flags |= TCPFIN_F_ORPHAN;
	take(ev);
	ev.detail = RETRANSMISSIONS(3);
	conn.flags |= CONN_ENDED | CONN_WRITE_SEQ;
	conn.old_state = TCP_FIN_WAIT1;
	conn.una = 0xfffffff0U;
	conn.write_seq = conn.una + 50;
	take(ev);
	assert_int_equal(t->count, 3);
	assert_int_equal(t->orphans, 2);
	assert_int_equal(t->tries_max, 8);
	assert_int_equal(t->bytes, 49);
	assert_int_equal(t->rport, 443);
	assert_memory_equal(t->comm, "app", 4);
	take(timeout(TCP_ESTABLISHED, TCPFIN_TIMEOUT_KEEPALIVE, 3));
	take(timeout(TCP_ESTABLISHED, TCPFIN_TIMEOUT_MAX + 1, 3));
	assert_int_equal(history.timeouts[TCPFIN_TIMEOUT_KEEPALIVE].count, 1);
	assert_int_equal(history.timeouts[TCPFIN_TIMEOUT_UNKNOWN].count, 1);
	/* A connect() that nobody answers is no teardown. */
	take(timeout(TCP_SYN_SENT, TCPFIN_TIMEOUT_RETRANSMISSION, 6));
	assert_int_equal(t->count, 3);
	assert_int_equal(history.ends, 6);
}

static void counts_orphans_that_were_aborted(void **state)
{
	struct tcpfin_event ev = timeout(TCP_FIN_WAIT1, 0, 0);

	(void)state;
	ev.reason = TCPFIN_REASON_ABORTED;
	ev.detail = TCPFIN_CAUSE_ORPHANS;
	take(ev);
	assert_int_equal(history.orphan_aborts, 1);
}

static void counts_lost_last_acks(void **state)
{
	struct tcpfin_event ev;

	(void)state;
	take(fixture_event(TCPFIN_KIND_TW_BIRTH, 1, TCP_FIN_WAIT2,
			   TCP_FIN_WAIT2, 1));
	assert_int_equal(history.counts.time_waits, 0);
	take(fixture_event(TCPFIN_KIND_TW_FLIP, 1, TCP_FIN_WAIT2, TCP_TIME_WAIT,
			   2));
	take(fixture_event(TCPFIN_KIND_TW_BIRTH, 2, TCP_FIN_WAIT2,
			   TCP_TIME_WAIT, 3));
	assert_int_equal(history.counts.time_waits, 2);
	/* A TIME_WAIT extended by a segment outside the window, not by a FIN. */
	ev = fixture_event(TCPFIN_KIND_TW_EXTEND, 1, TCP_TIME_WAIT,
			   TCP_TIME_WAIT, 4);
	take(ev);
	assert_int_equal(history.counts.fins_again, 0);
	ev.flags = TCPFIN_F_FIN;
	conn.fin_again = 1;
	take(ev);
	conn.fin_again = 2;
	take(ev);
	assert_int_equal(history.counts.fins_again, 2);
	assert_int_equal(history.counts.fins_again_conns, 1);
}

static void counts_refused_time_waits(void **state)
{
	struct tcpfin_event ev;

	(void)state;
	ev = fixture_event(TCPFIN_KIND_TW_REFUSED, 1, TCP_FIN_WAIT2, TCP_CLOSE,
			   7 * SEC);
	take(ev);
	assert_int_equal(history.counts.refused, 1);
	assert_int_equal(history.counts.refused_ns, 7 * SEC);
	assert_int_equal(history.ends, 1);
	assert_int_equal(history.counts.events, 1);
}

#define TEST(test)	cmocka_unit_test_setup(test, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(groups_timeouts_by_cause),
		TEST(counts_orphans_that_were_aborted),
		TEST(counts_lost_last_acks),
		TEST(counts_refused_time_waits),
	};

	return RUN_TESTS(tests);
}
