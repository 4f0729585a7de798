// SPDX-License-Identifier: GPL-2.0
/* Who reset a connection, why, and what was lost by it. */
#include <string.h>

#include "check.h"
#include "diagnosis/resets.h"
#include "fixtures.h"
#include "track/pairing.h"

static struct resets resets;
static struct pairing *pairing;

static bool serves(const void *data, const struct conn *conn)
{
	(void)data;
	return conn->lport == 443;
}

static void take_verdict(void *data, const struct verdict *v)
{
	(void)data;
	resets_take(&resets, v, serves, NULL);
}

static int set_up(void **state)
{
	(void)state;
	memset(&resets, 0, sizeof(resets));
	pairing = pairing_new(1000, SEC, take_verdict, NULL);
	return !pairing;
}

static int tear_down(void **state)
{
	(void)state;
	pairing_free(pairing);
	return 0;
}

static void feed(struct tcpfin_event ev)
{
	const struct item item = SCRIPT_EVENT(&ev);

	pairing_take(pairing, &item);
}

static void finish(void)
{
	pairing_finish(pairing);
}

/* A client's end that aborts with a RST, @bytes of what it wrote not acknowledged. */
static struct tcpfin_event aborts(uint32_t cause, uint32_t bytes)
{
	struct tcpfin_event ev = fixture_event(TCPFIN_KIND_STATE, 1, TCP_ESTABLISHED,
					       TCP_CLOSE, 5 * SEC);

	ev.flags = TCPFIN_F_SNDBUF | TCPFIN_F_RST;
	ev.reason = TCPFIN_REASON_ABORTED;
	ev.detail = cause;
	ev.write_seq = ev.snd_una + bytes;
	ev.snd_nxt = ev.write_seq;
	return fixture_task(ev, 7, "haproxy");
}

/*
 * The server's end that gets a RST, after it received @received bytes, with @bytes of
 * what it wrote not acknowledged.
 */
static struct tcpfin_event gets_rst(uint32_t received, uint32_t bytes)
{
	struct tcpfin_event ev = fixture_far(TCPFIN_KIND_STATE, 2, TCP_ESTABLISHED,
					     TCP_CLOSE, 6 * SEC);

	ev.flags = TCPFIN_F_SNDBUF;
	ev.reason = TCPFIN_REASON_RST_RCVD;
	ev.rcv_nxt += received;
	ev.write_seq = ev.snd_una + bytes;
	ev.snd_nxt = ev.write_seq;
	return ev;
}

static const struct reset_group *expect(unsigned int cause, uint64_t count)
{
	finish();
	assert_int_equal(resets.count, 1);
	assert_string_equal(reset_cause_name(resets.list[0].cause),
			    reset_cause_name(cause));
	assert_int_equal(resets.list[0].count, count);
	return &resets.list[0];
}

/* Both ends show that all had arrived, though not all was acknowledged. */
static void both_ends_tell_that_all_arrived(void **state)
{
	const struct reset_group *g;
	struct tcpfin_event ev = aborts(TCPFIN_CAUSE_LINGER0, 30);

	(void)state;
	ev.rcv_nxt += 50;
	feed(ev);
	feed(gets_rst(30, 50));
	g = expect(TCPFIN_CAUSE_LINGER0, 1);
	assert_true(g->owner);
	assert_int_equal(g->pid, 7);
	assert_string_equal(g->comm, "haproxy");
	assert_false(g->served);
	assert_int_equal(g->port, 443);
	assert_int_equal(g->measured, 1);
	assert_int_equal(g->lost, 0);
	assert_int_equal(g->unacknowledged, 0);
}

static void both_ends_tell_what_is_lost(void **state)
{
	const struct reset_group *g;

	(void)state;
	feed(aborts(TCPFIN_CAUSE_LINGER0, 30));
	feed(gets_rst(10, 50));
	g = expect(TCPFIN_CAUSE_LINGER0, 1);
	assert_int_equal(g->measured, 1);
	assert_int_equal(g->losers, 1);
	assert_int_equal(g->lost, 20 + 50);
	assert_int_equal(g->lost_max, 70);
}

/* One end alone: what it never sent is lost, what it sent may have arrived. */
static void one_end_tells_what_it_never_sent(void **state)
{
	const struct reset_group *g;
	struct tcpfin_event ev = aborts(TCPFIN_CAUSE_LINGER0, 30);

	(void)state;
	ev.snd_nxt -= 12;
	feed(ev);
	g = expect(TCPFIN_CAUSE_LINGER0, 1);
	assert_int_equal(g->measured, 0);
	assert_int_equal(g->lost, 12);
	assert_int_equal(g->unacknowledged, 18);
}

static void knows_what_is_no_reset(void **state)
{
	struct tcpfin_event ev;

	(void)state;
	/* A refused connect(), repair mode, and the limit of orphans. */
	ev = gets_rst(0, 0);
	ev.old_state = TCP_SYN_SENT;
	feed(ev);
	feed(aborts(TCPFIN_CAUSE_ORPHANS, 0));
	ev = aborts(TCPFIN_CAUSE_REPAIR, 0);
	ev.cookie = 3;
	ev.flags &= ~TCPFIN_F_RST;
	feed(ev);
	finish();
	assert_int_equal(resets.count, 0);
}

static void tells_resets_by_peers(void **state)
{
	const struct reset_group *g;

	(void)state;
	feed(gets_rst(0, 50));
	g = expect(RESET_BY_PEER, 1);
	assert_true(g->served);
	assert_int_equal(g->lost, 0);
	assert_int_equal(g->unacknowledged, 50);
}

/* The client's FIN_WAIT2 is over before the server sends @bytes, or its FIN alone. */
static void feed_late(uint32_t bytes)
{
	struct tcpfin_event ev;

	feed(fixture_event(TCPFIN_KIND_STATE, 1, TCP_ESTABLISHED, TCP_FIN_WAIT1, SEC));
	feed(fixture_far(TCPFIN_KIND_STATE, 2, TCP_ESTABLISHED, TCP_CLOSE_WAIT, SEC));
	feed(fixture_event(TCPFIN_KIND_TW_BIRTH, 1, TCP_FIN_WAIT1, TCP_FIN_WAIT2, SEC));
	ev = fixture_event(TCPFIN_KIND_TW_DEATH, 1, TCP_FIN_WAIT2, TCP_CLOSE, 2 * SEC);
	ev.reason = TCPFIN_REASON_EXPIRED;
	feed(ev);
	ev = gets_rst(1, bytes);
	ev.old_state = TCP_CLOSE_WAIT;
	feed(ev);
}

static void tells_that_no_socket_was_left(void **state)
{
	const struct reset_group *g;

	(void)state;
	feed_late(50);
	g = expect(RESET_NO_SOCKET, 1);
	assert_int_equal(g->measured, 1);
	assert_int_equal(g->lost, 50);
}

static void passes_over_a_late_fin(void **state)
{
	(void)state;
	feed_late(0);
	finish();
	assert_int_equal(resets.count, 0);
	assert_int_equal(resets.rest, 0);
}

/* The client gets a RST, and the server, which sent none, goes on. */
static void tells_injected_rsts(void **state)
{
	const struct reset_group *g;
	struct tcpfin_event ev = aborts(0, 0);

	(void)state;
	ev.flags = TCPFIN_F_SNDBUF;
	ev.reason = TCPFIN_REASON_RST_RCVD;
	ev.detail = 0;
	feed(ev);
	feed(gets_rst(0, 10));
	g = expect(RESET_INJECTED, 1);
	assert_false(g->served);
	assert_int_equal(g->measured, 1);
	assert_int_equal(g->lost, 10);
}

/* A mini-socket answers data after close() with a RST; the peer tells how many. */
static void measures_late_data(void **state)
{
	const struct reset_group *g;
	struct tcpfin_event ev;

	(void)state;
	feed(fixture_task(fixture_event(TCPFIN_KIND_STATE, 1, TCP_ESTABLISHED,
					TCP_FIN_WAIT1, SEC), 7, "nginx"));
	feed(fixture_event(TCPFIN_KIND_TW_BIRTH, 1, TCP_FIN_WAIT1, TCP_FIN_WAIT2, SEC));
	ev = fixture_event(TCPFIN_KIND_TW_DEATH, 1, TCP_FIN_WAIT2, TCP_CLOSE, 2 * SEC);
	ev.reason = TCPFIN_REASON_RST_SENT;
	ev.detail = TCPFIN_CAUSE_LATE_DATA;
	feed(ev);
	ev = gets_rst(1, 24);
	ev.old_state = TCP_CLOSE_WAIT;
	feed(ev);
	g = expect(TCPFIN_CAUSE_LATE_DATA, 1);
	assert_string_equal(g->comm, "nginx");
	assert_int_equal(g->measured, 1);
	assert_int_equal(g->lost_max, 24);
}

/* A program's processes are one group; of a server all clients are. */
static void groups_resets(void **state)
{
	struct tcpfin_event ev = aborts(TCPFIN_CAUSE_UNREAD_DATA, 0);
	unsigned int i;

	(void)state;
	feed(ev);
	ev.cookie = 2;
	ev.lport++;
	ev.pid++;
	feed(ev);
	assert_int_equal(expect(TCPFIN_CAUSE_UNREAD_DATA, 2)->processes, true);
	ev.lport = 443;
	for (i = 10; i < 12; i++) {
		ev.cookie = i;
		ev.raddr[0] = (uint8_t)i;
		feed(ev);
	}
	finish();
	assert_int_equal(resets.count, 2);
	assert_int_equal(resets.list[1].count, 2);
	assert_true(resets.list[1].addresses);
	ev.lport = 40000;
	for (; i < 10 + 2 * RESETS_MAX; i++) {
		ev.cookie = i;
		memcpy(ev.raddr, &i, sizeof(i));
		feed(ev);
	}
	finish();
	assert_int_equal(resets.count, RESETS_MAX);
	assert_int_equal(resets.rest, RESETS_MAX);
}

#define TEST(test)	cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(both_ends_tell_that_all_arrived),
		TEST(both_ends_tell_what_is_lost),
		TEST(one_end_tells_what_it_never_sent),
		TEST(knows_what_is_no_reset),
		TEST(tells_resets_by_peers),
		TEST(tells_that_no_socket_was_left),
		TEST(passes_over_a_late_fin),
		TEST(tells_injected_rsts),
		TEST(measures_late_data),
		TEST(groups_resets),
	};

	return RUN_TESTS(tests);
}
