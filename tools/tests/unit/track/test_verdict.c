// SPDX-License-Identifier: GPL-2.0
/* The verdict: teardowns that are easily confused. */
#include <string.h>

#include "check.h"
#include "fixtures.h"
#include "short_names.h"
#include "track/tracker.h"
#include "track/verdict.h"

static struct tracker *tracker;
static struct verdict v;

static void leave(void *data, struct conn *conn)
{
	(void)data;
	(void)conn;
}

static int setup(void **state)
{
	const struct keeper keeper = { .leave = leave };

	(void)state;
	tracker = tracker_new(100, &keeper);
	return !tracker;
}

static int teardown(void **state)
{
	(void)state;
	tracker_free(tracker);
	return 0;
}

static const struct conn *feed_event(const struct tcpfin_event *ev)
{
	struct step step;

	tracker_event(tracker, 0, ev, &step);
	return step.conn;
}

static const struct conn *feed(uint8_t kind, uint64_t cookie,
			       uint8_t old, uint8_t new,
			       uint64_t time_ns)
{
	const struct tcpfin_event ev = fixture_event(kind, cookie, old, new,
						     time_ns);

	return feed_event(&ev);
}

/* End the socket with this reason and detail. */
static const struct conn *finish(uint8_t kind, uint64_t cookie, uint8_t old,
				 uint8_t reason, uint32_t detail,
				 uint64_t time_ns)
{
	struct tcpfin_event ev = fixture_event(kind, cookie, old, TCP_CLOSE,
					       time_ns);

	ev.reason = reason;
	ev.detail = detail;
	if (kind == REFUSED && detail == TCP_TIME_WAIT)
		ev.rcv_nxt = FIXTURE_PEER_FIN + 1;
	return feed_event(&ev);
}

static void judge(const struct conn *a, const struct conn *b)
{
	verdict_of(a, b, &v);
}

static void to_fin_wait2(uint64_t cookie)
{
	feed(STATE, cookie, TCP_ESTABLISHED, TCP_FIN_WAIT1, 10);
	feed(STATE, cookie, TCP_FIN_WAIT1, TCP_FIN_WAIT2, 20);
}

static void refused_after_the_others_fin_is_a_fin(void **state)
{
	(void)state;
	to_fin_wait2(1);
	judge(finish(REFUSED, 1, TCP_FIN_WAIT2, TCPFIN_REASON_REFUSED,
		     TCP_TIME_WAIT, 30), NULL);
	assert_int_equal(v.how, HOW_FIN);
	assert_true(v.wave[2].received.known);
	assert_int_equal(v.wave[2].received.value, 30);
	assert_true(v.wave[3].happened);
	assert_false(v.partial);
}

static void refused_before_the_others_fin_is_refused(void **state)
{
	(void)state;
	to_fin_wait2(1);
	judge(finish(REFUSED, 1, TCP_FIN_WAIT2, TCPFIN_REASON_REFUSED,
		     TCP_FIN_WAIT2, 30), NULL);
	assert_int_equal(v.how, HOW_REFUSED);
	assert_false(v.wave[2].happened);
	assert_false(v.y.known);
}

static void meet(uint32_t unsent)
{
	struct tcpfin_event ev;

	feed(STATE, 1, TCP_ESTABLISHED, TCP_FIN_WAIT1, 10);
	ev = fixture_event(STATE, 1, TCP_FIN_WAIT1, TCP_CLOSING, 20);
	ev.snd_nxt -= unsent;
	feed_event(&ev);
	feed(BIRTH, 1, TCP_CLOSING, TCP_TIME_WAIT, 30);
	judge(finish(DEATH, 1, TCP_TIME_WAIT, TCPFIN_REASON_EXPIRED, 0, 90),
	      NULL);
}

static void fins_that_cross_are_of_both(void **state)
{
	(void)state;
	meet(0);
	assert_int_equal(v.closer, CLOSER_BOTH);
	assert_int_equal(v.how, HOW_FIN);
	/* The other end may have sent its FIN again instead of a plain ACK. */
	assert_false(v.wave[1].seq.known);
	assert_int_equal(v.wave[3].seq.value, FIXTURE_FIN + 1);
	assert_false(v.partial);
}

static void a_fin_sent_again_may_overtake_the_ack(void **state)
{
	(void)state;
	feed(STATE, 1, TCP_ESTABLISHED, TCP_FIN_WAIT1, 10);
	feed(STATE, 1, TCP_FIN_WAIT1, TCP_CLOSING, 20);
	judge(feed(RETRANS, 1, TCP_CLOSING, TCP_CLOSING, 25), NULL);
	assert_true(v.wave[3].happened);
	assert_false(v.wave[3].seq.known);
}

static void a_fin_may_have_crossed_unless_its_sender_was_seen(void **state)
{
	const struct conn *closer, *other;
	struct tcpfin_event ev;

	(void)state;
	to_fin_wait2(1);
	closer = feed(BIRTH, 1, TCP_FIN_WAIT2, TCP_TIME_WAIT, 30);
	judge(closer, NULL);
	assert_true(v.wave[2].happened);
	assert_false(v.wave[2].ack.known);
	/* Nothing was left to be sent again. */
	assert_int_equal(v.wave[3].seq.value, FIXTURE_FIN + 1);
	ev = fixture_event(STATE, 2, TCP_CLOSE_WAIT, TCP_LAST_ACK, 25);
	ev.write_seq = FIXTURE_PEER_FIN;
	ev.rcv_nxt = FIXTURE_FIN + 1;
	other = feed_event(&ev);
	judge(closer, other);
	assert_int_equal(v.wave[2].ack.value, FIXTURE_FIN + 1);
	judge(other, NULL);
	assert_int_equal(v.closer, CLOSER_REMOTE);
	assert_false(v.wave[3].seq.known);
}

/* The other end answers the FIN with a number from before the half-close's data. */
static void wave2_comes_before_the_data_of_a_half_close(void **state)
{
	struct tcpfin_event ev = fixture_event(STATE, 1, TCP_ESTABLISHED,
					       TCP_CLOSE_WAIT, 10);

	(void)state;
	ev.snd_nxt = FIXTURE_FIN - 700;
	ev.snd_una = ev.snd_nxt;
	feed_event(&ev);
	ev = fixture_event(STATE, 1, TCP_CLOSE_WAIT, TCP_LAST_ACK, 20);
	ev.detail = TCPFIN_LAST_ACK_ALONE;
	judge(feed_event(&ev), NULL);
	assert_int_equal(v.wave[1].seq.value, FIXTURE_FIN - 700);
	assert_int_equal(v.wave[1].rel_seq, -700);
}

static void data_sent_again_may_take_wave2_along(void **state)
{
	struct tcpfin_event ev = fixture_event(STATE, 1, TCP_ESTABLISHED,
					       TCP_CLOSE_WAIT, 10);

	(void)state;
	ev.snd_nxt = FIXTURE_FIN;
	ev.snd_una = ev.snd_nxt - 1;
	feed_event(&ev);
	ev = fixture_event(STATE, 1, TCP_CLOSE_WAIT, TCP_LAST_ACK, 20);
	ev.detail = TCPFIN_LAST_ACK_ALONE;
	judge(feed_event(&ev), NULL);
	assert_true(v.wave[1].happened);
	assert_false(v.wave[1].seq.known);
}

static void a_fin_that_had_not_left_was_not_first(void **state)
{
	(void)state;
	meet(1);
	assert_int_equal(v.closer, CLOSER_REMOTE);
	assert_int_equal(v.x.value, FIXTURE_PEER_FIN);
	assert_int_equal(v.y.value, FIXTURE_FIN);
	/* The FIN was queued before, but left at an unknown time. */
	assert_false(v.wave[2].sent.known);
}

static void a_kill_is_worth_more_than_the_rst_it_sends(void **state)
{
	const struct conn *killed, *other;

	(void)state;
	other = finish(STATE, 2, TCP_ESTABLISHED, TCPFIN_REASON_RST_RCVD, 0,
		       40);
	killed = finish(STATE, 1, TCP_ESTABLISHED, TCPFIN_REASON_KILLED, 0, 30);
	judge(other, killed);
	assert_int_equal(v.how, HOW_KILLED);
	assert_ptr_equal(v.end[v.by], killed);
	assert_int_equal(v.closer, CLOSER_NONE);
}

static void the_first_of_two_that_act_did_it(void **state)
{
	const struct conn *a, *b;

	(void)state;
	a = finish(STATE, 1, TCP_ESTABLISHED, TCPFIN_REASON_TIMEOUT, RETRANSMISSIONS(15), 50);
	b = finish(STATE, 2, TCP_ESTABLISHED, TCPFIN_REASON_KILLED, 0, 40);
	judge(a, b);
	assert_int_equal(v.how, HOW_KILLED);
	assert_ptr_equal(v.end[v.by], b);
}

static void wave2_takes_two_ends_to_be_known(void **state)
{
	const struct conn *closer;
	struct tcpfin_event ev;

	(void)state;
	to_fin_wait2(1);
	feed(BIRTH, 1, TCP_FIN_WAIT2, TCP_TIME_WAIT, 30);
	closer = finish(DEATH, 1, TCP_TIME_WAIT, TCPFIN_REASON_EXPIRED, 0, 90);
	judge(closer, NULL);
	assert_true(v.wave[1].happened);
	assert_false(v.wave[1].seq.known);
	ev = fixture_event(STATE, 2, TCP_ESTABLISHED, TCP_CLOSE_WAIT, 15);
	ev.snd_nxt = FIXTURE_PEER_FIN;
	ev.rcv_nxt = FIXTURE_FIN + 1;
	judge(closer, feed_event(&ev));
	assert_true(v.wave[1].seq.known);
	assert_int_equal(v.wave[1].rel_seq, 0);
}

static void an_ack_may_still_wait_in_last_ack(void **state)
{
	struct tcpfin_event ev;

	(void)state;
	feed(STATE, 1, TCP_ESTABLISHED, TCP_CLOSE_WAIT, 10);
	feed(STATE, 1, TCP_CLOSE_WAIT, TCP_LAST_ACK, 20);
	judge(finish(STATE, 1, TCP_LAST_ACK, TCPFIN_REASON_KILLED, 0, 30),
	      NULL);
	assert_false(v.wave[1].happened);
	feed(STATE, 2, TCP_ESTABLISHED, TCP_CLOSE_WAIT, 10);
	ev = fixture_event(STATE, 2, TCP_CLOSE_WAIT, TCP_LAST_ACK, 20);
	ev.detail = TCPFIN_LAST_ACK_ALONE;
	feed_event(&ev);
	judge(finish(STATE, 2, TCP_LAST_ACK, TCPFIN_REASON_KILLED, 0, 30),
	      NULL);
	assert_true(v.wave[1].happened);
	assert_int_equal(v.merged, TRI_NO);
}

static void bytes_of_the_half_close_are_counted(void **state)
{
	struct tcpfin_event ev;

	(void)state;
	feed(STATE, 1, TCP_ESTABLISHED, TCP_FIN_WAIT1, 10);
	ev = fixture_event(STATE, 1, TCP_FIN_WAIT1, TCP_FIN_WAIT2, 20);
	ev.rcv_nxt = FIXTURE_PEER_FIN - 700;
	feed_event(&ev);
	feed(BIRTH, 1, TCP_FIN_WAIT2, TCP_TIME_WAIT, 35);
	judge(finish(DEATH, 1, TCP_TIME_WAIT, TCPFIN_REASON_EXPIRED, 0, 90),
	      NULL);
	assert_int_equal(v.half_close_received.value, 700);
	assert_int_equal(v.half_close_ns.value, 15);
	assert_false(v.half_close_sent.known);
}

static void two_in_fin_wait1_are_not_both_while_one_is_open(void **state)
{
	const struct conn *a, *b;

	(void)state;
	feed(STATE, 1, TCP_ESTABLISHED, TCP_FIN_WAIT1, 10);
	a = finish(STATE, 1, TCP_FIN_WAIT1, TCPFIN_REASON_TIMEOUT, RETRANSMISSIONS(8), 50);
	b = feed(STATE, 2, TCP_ESTABLISHED, TCP_FIN_WAIT1, 12);
	judge(a, b);
	assert_int_equal(v.closer, CLOSER_UNKNOWN);
	b = finish(STATE, 2, TCP_FIN_WAIT1, TCPFIN_REASON_TIMEOUT, RETRANSMISSIONS(8), 60);
	judge(a, b);
	assert_int_equal(v.closer, CLOSER_BOTH);
}

/* One end receives a RST and the other one does something later. */
static void reset_then(uint8_t reason, uint64_t later_ns, uint16_t flags)
{
	const struct conn *reset, *other;
	struct tcpfin_event ev;

	reset = finish(STATE, 1, TCP_ESTABLISHED, TCPFIN_REASON_RST_RCVD, 0, 40);
	ev = fixture_event(STATE, 2, TCP_ESTABLISHED, TCP_CLOSE, later_ns);
	ev.reason = reason;
	ev.flags |= flags;
	other = feed_event(&ev);
	judge(reset, other);
}

static void a_rst_that_neither_end_sent_is_injected(void **state)
{
	(void)state;
	reset_then(TCPFIN_REASON_RST_RCVD, 50, 0);
	assert_true(v.injected);
	assert_int_equal(v.how, HOW_RST_RCVD);
	assert_int_equal(v.end[v.by]->cookie, 1);
	assert_string_equal(verdict_cause(&v), "injected");
}

static void a_rst_of_the_other_end_is_not_injected(void **state)
{
	(void)state;
	reset_then(TCPFIN_REASON_ABORTED, 30, TCPFIN_F_RST);
	assert_false(v.injected);
}

/* On one machine the RST may arrive before its sender's step is recorded. */
static void a_step_recorded_late_makes_no_injection(void **state)
{
	(void)state;
	reset_then(TCPFIN_REASON_ABORTED, 50, TCPFIN_F_RST);
	assert_false(v.injected);
}

/* The machine of an end that is over answers with RSTs. */
static void a_rst_after_the_other_end_is_not_injected(void **state)
{
	(void)state;
	reset_then(TCPFIN_REASON_RST_RCVD, 30, 0);
	/* It is the other end that was alone then. */
	assert_ptr_equal(v.end[v.by], v.end[0]);
	assert_int_equal(v.end[v.by]->cookie, 2);
	assert_true(v.injected);
	reset_then(TCPFIN_REASON_TIMEOUT, 30, 0);
	assert_false(v.injected);
}

static void a_socket_connected_to_itself_has_two_waves(void **state)
{
	static const struct {
		uint8_t kind, old, new;
		uint64_t time_ns;
		uint32_t snd, rcv;
	} steps[] = {
		{ STATE, TCP_ESTABLISHED, TCP_FIN_WAIT1, 10, 0, 0 },
		{ STATE, TCP_FIN_WAIT1, TCP_CLOSING, 20, 1, 1 },
		{ BIRTH, TCP_CLOSING, TCP_TIME_WAIT, 30, 1, 1 },
	};
	const struct conn *conn = NULL;
	unsigned int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		struct tcpfin_event ev = fixture_event(steps[i].kind, 1, steps[i].old,
						       steps[i].new, steps[i].time_ns);

		memcpy(ev.raddr, ev.laddr, sizeof(ev.raddr));
		ev.rport = ev.lport;
		ev.rcv_nxt = FIXTURE_FIN + steps[i].rcv;
		conn = feed_event(&ev);
	}
	judge(conn, NULL);
	assert_true(v.self);
	assert_int_equal(v.closer, CLOSER_LOCAL);
	assert_int_equal(v.x.value, FIXTURE_FIN);
	assert_false(v.y.known);
	assert_int_equal(v.wave[0].sent.value, 10);
	assert_int_equal(v.wave[0].received.value, 20);
	assert_int_equal(v.wave[0].ack.value, FIXTURE_FIN);
	assert_int_equal(v.wave[1].seq.value, FIXTURE_FIN + 1);
	assert_int_equal(v.wave[1].ack.value, FIXTURE_FIN + 1);
	assert_int_equal(v.wave[1].received.value, 30);
	assert_false(v.wave[2].happened || v.wave[3].happened);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(refused_after_the_others_fin_is_a_fin),
		TEST(refused_before_the_others_fin_is_refused),
		TEST(fins_that_cross_are_of_both),
		TEST(a_fin_sent_again_may_overtake_the_ack),
		TEST(a_fin_may_have_crossed_unless_its_sender_was_seen),
		TEST(wave2_comes_before_the_data_of_a_half_close),
		TEST(data_sent_again_may_take_wave2_along),
		TEST(a_fin_that_had_not_left_was_not_first),
		TEST(a_kill_is_worth_more_than_the_rst_it_sends),
		TEST(the_first_of_two_that_act_did_it),
		TEST(wave2_takes_two_ends_to_be_known),
		TEST(an_ack_may_still_wait_in_last_ack),
		TEST(bytes_of_the_half_close_are_counted),
		TEST(two_in_fin_wait1_are_not_both_while_one_is_open),
		TEST(a_rst_that_neither_end_sent_is_injected),
		TEST(a_rst_of_the_other_end_is_not_injected),
		TEST(a_step_recorded_late_makes_no_injection),
		TEST(a_rst_after_the_other_end_is_not_injected),
		TEST(a_socket_connected_to_itself_has_two_waves),
	};

	return RUN_TESTS(tests);
}
