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

/* The end of a socket with 50 unacknowledged bytes, the FIN included. */
static struct tcpfin_event end(uint8_t old, uint8_t reason, uint32_t detail)
{
	struct tcpfin_event ev;

	ev = fixture_event(TCPFIN_KIND_STATE, 1, old, TCP_CLOSE, 5 * SEC);
	ev.flags = TCPFIN_F_SNDBUF;
	ev.snd_una = 0xfffffff0U;
	ev.write_seq = ev.snd_una + 50;
	ev.reason = reason;
	ev.detail = detail;
	return ev;
}

static void take(struct tcpfin_event ev)
{
	history_event(&history, &ev, &conn, false);
}

/* There must be one group, with this kind of loss. */
static void expect_loss(enum data_loss loss, uint64_t bytes)
{
	assert_int_equal(history.nlosses, 1);
	assert_int_equal(history.losses[0].loss, loss);
	assert_int_equal(history.losses[0].count, 1);
	assert_int_equal(history.losses[0].bytes, bytes);
	assert_int_equal(history.losses[0].pid, 9);
	assert_int_equal(history.losses[0].port, 443);
	history.nlosses = 0;
}

static void knows_how_data_were_lost(void **state)
{
	struct tcpfin_event ev;

	(void)state;
	ev = end(TCP_ESTABLISHED, TCPFIN_REASON_ABORTED,
		 TCPFIN_CAUSE_UNREAD_DATA);
	ev.write_seq = ev.snd_una;
	take(ev);
	expect_loss(DATA_LOSS_UNREAD, 0);
	take(end(TCP_ESTABLISHED, TCPFIN_REASON_ABORTED, TCPFIN_CAUSE_LINGER0));
	expect_loss(DATA_LOSS_UNSENT, 50);
	take(end(TCP_FIN_WAIT1, TCPFIN_REASON_ABORTED, TCPFIN_CAUSE_ORPHANS));
	expect_loss(DATA_LOSS_UNSENT, 49);
	assert_int_equal(history.orphan_aborts, 1);
	take(end(TCP_FIN_WAIT2, TCPFIN_REASON_ABORTED, TCPFIN_CAUSE_LATE_DATA));
	expect_loss(DATA_LOSS_LATE, 0);
	ev = fixture_event(TCPFIN_KIND_TW_DEATH, 1, TCP_FIN_WAIT2, TCP_CLOSE,
			   1);
	ev.reason = TCPFIN_REASON_RST_SENT;
	ev.detail = TCPFIN_CAUSE_LATE_DATA;
	take(ev);
	expect_loss(DATA_LOSS_LATE, 0);
	take(end(TCP_CLOSE_WAIT, TCPFIN_REASON_RST_RCVD, 0));
	expect_loss(DATA_LOSS_PEER, 50);
	assert_int_equal(history.ends, 6);
}

static void knows_when_no_data_were_lost(void **state)
{
	struct tcpfin_event ev;

	(void)state;
	/* Everything is acknowledged, or everything but the FIN. */
	ev = end(TCP_ESTABLISHED, TCPFIN_REASON_ABORTED, TCPFIN_CAUSE_LINGER0);
	ev.write_seq = ev.snd_una;
	take(ev);
	ev = end(TCP_LAST_ACK, TCPFIN_REASON_RST_RCVD, 0);
	ev.write_seq = ev.snd_una + 1;
	take(ev);
	/* A refused connect(), and an unknown send buffer. */
	take(end(TCP_SYN_SENT, TCPFIN_REASON_RST_RCVD, 0));
	ev = end(TCP_ESTABLISHED, TCPFIN_REASON_RST_RCVD, 0);
	ev.flags = 0;
	take(ev);
	/* An ordinary end, and what timed out, which is no data loss. */
	take(end(TCP_LAST_ACK, TCPFIN_REASON_NONE, 0));
	take(end(TCP_FIN_WAIT1, TCPFIN_REASON_TIMEOUT,
		 RETRANSMISSIONS(1)));
	assert_int_equal(history.nlosses, 0);
	assert_int_equal(history.ends, 6);
}

static void groups_losses(void **state)
{
	struct tcpfin_event ev;
	unsigned int i;

	(void)state;
	ev = end(TCP_ESTABLISHED, TCPFIN_REASON_RST_RCVD, 0);
	take(ev);
	take(ev);
	assert_int_equal(history.nlosses, 1);
	assert_int_equal(history.losses[0].count, 2);
	assert_int_equal(history.losses[0].bytes, 100);
	/* Another local port is in the same group, another process is not. */
	ev.lport++;
	take(ev);
	conn.pid++;
	take(ev);
	assert_int_equal(history.nlosses, 2);
	assert_int_equal(history.losses[0].count, 3);
	for (i = 0; i < 2 * DATA_LOSSES_MAX; i++) {
		conn.pid++;
		take(ev);
	}
	assert_int_equal(history.nlosses, DATA_LOSSES_MAX);
	assert_int_equal(history.losses_rest, DATA_LOSSES_MAX + 2);
}

static void counts_orphans_that_gave_up(void **state)
{
	struct tcpfin_event ev = end(TCP_FIN_WAIT1, TCPFIN_REASON_TIMEOUT,
				     RETRANSMISSIONS(8));

	(void)state;
	take(ev);
	assert_int_equal(history.orphan_timeouts, 0);
	ev.flags |= TCPFIN_F_ORPHAN;
	take(ev);
	ev.detail = RETRANSMISSIONS(3);
	take(ev);
	assert_int_equal(history.orphan_timeouts, 2);
	assert_int_equal(history.tries_max, 8);
	assert_int_equal(history.orphan_rport, 443);
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
		TEST(knows_how_data_were_lost),
		TEST(knows_when_no_data_were_lost),
		TEST(groups_losses),
		TEST(counts_orphans_that_gave_up),
		TEST(counts_lost_last_acks),
		TEST(counts_refused_time_waits),
	};

	return RUN_TESTS(tests);
}
