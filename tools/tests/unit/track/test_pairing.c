// SPDX-License-Identifier: GPL-2.0
/* Pairing: which ends make a pair, when a verdict comes, memory use. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "fixtures.h"
#include "short_names.h"
#include "track/pairing.h"

#define GRACE	1000U
#define MANY	1000000U

static struct pairing *pairing;
static struct verdict last;
static struct conn end[2];
static unsigned int reported;

static void keep(void *data, const struct verdict *v)
{
	(void)data;
	reported++;
	last = *v;
	end[0] = *v->end[0];
	if (v->end[1])
		end[1] = *v->end[1];
}

static int setup(void **state)
{
	(void)state;
	reported = 0;
	pairing = pairing_new(4, GRACE, keep, NULL);
	return !pairing;
}

static int teardown(void **state)
{
	(void)state;
	pairing_free(pairing);
	return 0;
}

static void feed(const struct tcpfin_event *ev)
{
	struct item item = {
		.type = ITEM_EVENT, .event = ev, .time_ns = ev->time_ns,
	};

	assert_non_null(pairing_take(pairing, &item));
}

static void near(uint64_t cookie, uint8_t old, uint8_t new, uint64_t time_ns)
{
	struct tcpfin_event ev =
		fixture_event(STATE, cookie, old, new, time_ns);

	feed(&ev);
}

static void far(uint64_t cookie, uint8_t old, uint8_t new, uint64_t time_ns)
{
	struct tcpfin_event ev = fixture_far(STATE, cookie, old, new, time_ns);

	feed(&ev);
}

static void both_ends_make_one_verdict(void **state)
{
	(void)state;
	near(1, TCP_ESTABLISHED, TCP_FIN_WAIT1, 10);
	far(2, TCP_ESTABLISHED, TCP_CLOSE_WAIT, 20);
	near(1, TCP_FIN_WAIT1, TCP_CLOSE, 30);
	assert_int_equal(reported, 0);
	far(2, TCP_CLOSE_WAIT, TCP_CLOSE, 40);
	assert_int_equal(reported, 1);
	assert_int_equal(end[0].cookie, 1);
	assert_int_equal(end[1].cookie, 2);
}

/* With scope=all: connect() sets SYN_SENT before it has numbers and a port. */
static void port_comes_with_the_second_step(void **state)
{
	struct tcpfin_event ev = fixture_event(STATE, 1, TCP_CLOSE,
					       TCP_SYN_SENT, 5);

	(void)state;
	ev.lport = 0;
	memset(ev.laddr, 0, sizeof(ev.laddr));
	ev.snd_nxt = 0;
	ev.snd_una = 0;
	ev.write_seq = 0;
	ev.rcv_nxt = 0;
	feed(&ev);
	far(2, TCP_SYN_RECV, TCP_ESTABLISHED, 7);
	near(1, TCP_SYN_SENT, TCP_ESTABLISHED, 8);
	both_ends_make_one_verdict(state);
	assert_int_equal(end[0].lport, end[1].rport);
	assert_int_not_equal(end[0].lport, 0);
}

/* Two pairs of namespaces with equal addresses and similar sequence numbers. */
static void fins_tell_equal_addresses_apart(void **state)
{
	struct tcpfin_event ev;

	(void)state;
	near(1, TCP_ESTABLISHED, TCP_FIN_WAIT1, 10);
	ev = fixture_event(STATE, 3, TCP_ESTABLISHED, TCP_FIN_WAIT1, 11);
	ev.netns = 3;
	ev.write_seq += 5;
	ev.snd_nxt += 5;
	feed(&ev);
	ev = fixture_far(STATE, 4, TCP_ESTABLISHED, TCP_CLOSE_WAIT, 20);
	ev.netns = 4;
	ev.rcv_nxt += 5;
	feed(&ev);
	ev.old_state = TCP_CLOSE_WAIT;
	ev.new_state = TCP_CLOSE;
	ev.time_ns = 21;
	feed(&ev);
	far(2, TCP_ESTABLISHED, TCP_CLOSE_WAIT, 25);
	near(1, TCP_FIN_WAIT1, TCP_CLOSE, 30);
	assert_int_equal(reported, 0);
	far(2, TCP_CLOSE_WAIT, TCP_CLOSE, 31);
	assert_int_equal(reported, 1);
	assert_int_equal(end[0].cookie, 1);
	assert_int_equal(end[1].cookie, 2);
	ev = fixture_event(STATE, 3, TCP_FIN_WAIT1, TCP_CLOSE, 40);
	ev.netns = 3;
	ev.write_seq += 5;
	ev.snd_nxt += 5;
	feed(&ev);
	assert_int_equal(reported, 2);
	assert_int_equal(end[0].cookie, 3);
	assert_int_equal(end[1].cookie, 4);
}

static void a_pair_parts_when_numbers_disagree(void **state)
{
	struct tcpfin_event ev;

	(void)state;
	ev = fixture_event(STATE, 1, TCP_SYN_SENT, TCP_ESTABLISHED, 5);
	feed(&ev);
	ev = fixture_far(STATE, 2, TCP_SYN_RECV, TCP_ESTABLISHED, 6);
	feed(&ev);
	near(1, TCP_ESTABLISHED, TCP_FIN_WAIT1, 10);
	ev = fixture_far(STATE, 2, TCP_ESTABLISHED, TCP_CLOSE_WAIT, 20);
	ev.rcv_nxt += 9;
	feed(&ev);
	near(1, TCP_FIN_WAIT1, TCP_CLOSE, 30);
	assert_int_equal(pairing_time(pairing, 30 + GRACE), UINT64_MAX);
	assert_int_equal(reported, 1);
	assert_null(last.end[1]);
}

static void a_self_connection_is_one_end(void **state)
{
	struct tcpfin_event ev = fixture_event(STATE, 1, TCP_ESTABLISHED,
					       TCP_CLOSE, 10);

	(void)state;
	memcpy(ev.raddr, ev.laddr, sizeof(ev.raddr));
	ev.rport = ev.lport;
	ev.rcv_nxt = ev.snd_nxt;
	feed(&ev);
	pairing_finish(pairing);
	assert_int_equal(reported, 1);
	assert_null(last.end[1]);
}

static void an_end_waits_for_the_first_sign_of_the_other(void **state)
{
	(void)state;
	near(1, TCP_ESTABLISHED, TCP_CLOSE, 100);
	assert_int_equal(pairing_time(pairing, 100), GRACE);
	far(2, TCP_ESTABLISHED, TCP_CLOSE, 100 + GRACE - 1);
	assert_int_equal(reported, 1);
	assert_non_null(last.end[1]);
	near(3, TCP_ESTABLISHED, TCP_CLOSE, 5000);
	assert_int_equal(pairing_time(pairing, 5000 + GRACE), UINT64_MAX);
	assert_int_equal(reported, 2);
	far(4, TCP_ESTABLISHED, TCP_CLOSE, 5001 + GRACE);
	pairing_finish(pairing);
	assert_int_equal(reported, 3);
	assert_null(last.end[1]);
}

/* A frozen peer goes on after an hour; meanwhile there are events of others. */
static void a_peer_may_be_late_in_what_is_past(void **state)
{
	struct tcpfin_event ev = fixture_event(STATE, 3, TCP_ESTABLISHED,
					       TCP_FIN_WAIT1, 1800 * SEC);

	(void)state;
	ev.lport++;
	near(1, TCP_ESTABLISHED, TCP_CLOSE, 100);
	feed(&ev);
	far(2, TCP_ESTABLISHED, TCP_CLOSE, 3600 * SEC);
	assert_int_equal(reported, 1);
	assert_int_equal(end[0].cookie, 1);
	assert_int_equal(end[1].cookie, 2);
}

/* After a while a new connection may have the addresses. */
static void later_the_numbers_have_to_be_nearer(void **state)
{
	struct tcpfin_event ev = fixture_far(STATE, 2, TCP_ESTABLISHED, TCP_CLOSE,
					     3600 * SEC);

	(void)state;
	near(1, TCP_ESTABLISHED, TCP_CLOSE, 100);
	ev.rcv_nxt -= 1U << 25;
	feed(&ev);
	assert_int_equal(reported, 0);
	pairing_finish(pairing);
	assert_int_equal(reported, 2);
	assert_null(last.end[1]);
}

static void only_so_many_ends_wait(void **state)
{
	struct tcpfin_event ev;
	unsigned int i;

	(void)state;
	pairing_free(pairing);
	pairing = pairing_new(TRACKER_MAX, GRACE, keep, NULL);
	assert_non_null(pairing);
	for (i = 0; i < 10000; i++) {
		ev = fixture_event(STATE, 1 + i, TCP_ESTABLISHED, TCP_CLOSE, i * SEC);
		memcpy(ev.laddr, &i, sizeof(i));
		feed(&ev);
	}
	assert_in_range(reported, 7000, 9000);
	assert_int_equal(end[0].cookie, reported);
}

/* A step of one end of a connection whose client addresses are translated. */
static struct tcpfin_event nat(unsigned int server, uint64_t cookie, uint8_t old,
			       uint8_t new, uint64_t time_ns)
{
	struct tcpfin_event ev = server ?
		fixture_far(STATE, cookie, old, new, time_ns) :
		fixture_event(STATE, cookie, old, new, time_ns);

	if (server) {
		ev.raddr[3] = 99;
		ev.rport = 50000;
	}
	return ev;
}

/* Feed all steps of both ends of the @nth connection. */
static void translate_nth(unsigned int nth)
{
	const uint64_t near = 2 * nth + 1, far = near + 1;
	struct tcpfin_event ev[] = {
		nat(0, near, TCP_ESTABLISHED, TCP_FIN_WAIT1, 10),
		nat(1, far, TCP_ESTABLISHED, TCP_CLOSE_WAIT, 11),
		nat(0, near, TCP_FIN_WAIT1, TCP_FIN_WAIT2, 12),
		nat(1, far, TCP_CLOSE_WAIT, TCP_LAST_ACK, 13),
		fixture_event(BIRTH, near, TCP_FIN_WAIT2, TCP_TIME_WAIT, 14),
		nat(1, far, TCP_LAST_ACK, TCP_CLOSE, 15),
		fixture_event(DEATH, near, TCP_TIME_WAIT, TCP_CLOSE, 60 * SEC),
	};
	const uint32_t more = nth * 7919U;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ev); i++) {
		ev[i].time_ns += nth * 100 * SEC;
		ev[i].snd_nxt += more;
		ev[i].snd_una += more;
		ev[i].write_seq += more;
		ev[i].rcv_nxt += more;
		feed(&ev[i]);
	}
}

static void translate(void)
{
	translate_nth(0);
}

static void fins_pair_translated_ends(void **state)
{
	(void)state;
	translate();
	assert_int_equal(reported, 1);
	assert_int_equal(end[0].cookie, 1);
	assert_int_equal(end[1].cookie, 2);
	assert_true(last.translated);
	assert_int_equal(last.closer, CLOSER_LOCAL);
}

/* The tracker uses the same memory for one end after the other. */
static void fins_pair_one_after_the_other(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < 5000; i++) {
		translate_nth(i);
		assert_int_equal(reported, i + 1);
		assert_true(last.translated);
	}
}

/* A second server has the same numbers. */
static void two_candidates_are_none(void **state)
{
	struct tcpfin_event ev = nat(1, 3, TCP_CLOSE_WAIT, TCP_LAST_ACK, 9);

	(void)state;
	ev.raddr[3] = 98;
	feed(&ev);
	translate();
	pairing_finish(pairing);
	assert_int_equal(reported, 2);
	assert_null(last.end[1]);
}

static void numbers_of_another_time_make_no_pair(void **state)
{
	struct tcpfin_event ev[] = {
		nat(1, 2, TCP_ESTABLISHED, TCP_CLOSE_WAIT, 11),
		nat(1, 2, TCP_CLOSE_WAIT, TCP_LAST_ACK, 13),
		nat(1, 2, TCP_LAST_ACK, TCP_CLOSE, 15),
		nat(0, 1, TCP_ESTABLISHED, TCP_FIN_WAIT1, 10 * SEC),
		nat(0, 1, TCP_FIN_WAIT1, TCP_CLOSING, 11 * SEC),
		nat(0, 1, TCP_CLOSING, TCP_CLOSE, 12 * SEC),
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(ev); i++)
		feed(&ev[i]);
	pairing_finish(pairing);
	assert_int_equal(reported, 2);
	assert_null(last.end[1]);
}

/* No port is translated without its address, but both are not. */
static void ports_that_disagree_make_no_pair(void **state)
{
	struct tcpfin_event ev[] = {
		nat(0, 1, TCP_ESTABLISHED, TCP_FIN_WAIT1, 10),
		nat(0, 1, TCP_FIN_WAIT1, TCP_CLOSING, 11),
		nat(1, 2, TCP_ESTABLISHED, TCP_CLOSE_WAIT, 12),
		nat(1, 2, TCP_CLOSE_WAIT, TCP_LAST_ACK, 13),
		nat(1, 2, TCP_LAST_ACK, TCP_CLOSE, 15),
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(ev); i++) {
		if (ev[i].cookie == 2)
			ev[i].lport = 444;
		feed(&ev[i]);
	}
	pairing_finish(pairing);
	assert_int_equal(reported, 1);
	assert_null(last.end[1]);
}

static void an_evicted_end_gets_a_verdict(void **state)
{
	unsigned int i;

	(void)state;
	near(1, TCP_ESTABLISHED, TCP_CLOSE, 10);
	for (i = 0; i < 4; i++)
		near(10 + i, TCP_ESTABLISHED, TCP_FIN_WAIT1, 20 + i);
	assert_int_equal(reported, 1);
	assert_int_equal(end[0].cookie, 1);
	assert_int_equal(tracker_evicted(
				 pairing_tracker(pairing)), 1);
}

static void an_end_that_was_not_seen_is_told(void **state)
{
	(void)state;
	near(1, TCP_ESTABLISHED, TCP_FIN_WAIT1, 10);
	near(1, TCP_ESTABLISHED, TCP_CLOSE_WAIT, 20);
	assert_int_equal(reported, 1);
	assert_true(last.partial);
	assert_true(last.lost);
	assert_int_equal(last.how, HOW_UNKNOWN);
	assert_int_equal(last.closer, CLOSER_UNKNOWN);
}

static size_t resident(void)
{
	unsigned long size = 0, pages = 0;
	FILE *file = fopen("/proc/self/statm", "r");

	assert_non_null(file);
	assert_int_equal(fscanf(file, "%lu %lu", &size, &pages), 2);
	fclose(file);
	return (size_t)pages * (size_t)sysconf(_SC_PAGESIZE);
}

/* The connection, and two indices that have just grown. */
static void an_end_takes_208_bytes(void **state)
{
	(void)state;
	assert_true(sizeof(struct conn) +
		    2 * 2 * sizeof(uint32_t) <= 208);
}

static void a_million_take_208_bytes_each(void **state)
{
	size_t before = resident(), each;
	struct tcpfin_event ev;
	unsigned int i;

	(void)state;
	pairing_free(pairing);
	pairing = pairing_new(TRACKER_MAX, GRACE, keep, NULL);
	assert_non_null(pairing);
	for (i = 0; i < MANY; i++) {
		ev = i % 2 ? fixture_far(BIRTH, i + 1, TCP_CLOSING,
					 TCP_TIME_WAIT, i + 1) :
			     fixture_event(BIRTH, i + 1, TCP_CLOSING,
					   TCP_TIME_WAIT, i + 1);
		/* An address for each pair. */
		memcpy(i % 2 ? ev.raddr : ev.laddr, &(uint32_t){ i / 2 }, 4);
		feed(&ev);
	}
	each = (resident() - before) / MANY;
	print_message("# %zu bytes for each of %u ends\n", each, MANY);
	assert_in_range(each, 150, 208);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(both_ends_make_one_verdict),
		TEST(port_comes_with_the_second_step),
		TEST(fins_tell_equal_addresses_apart),
		TEST(a_pair_parts_when_numbers_disagree),
		TEST(a_self_connection_is_one_end),
		TEST(an_end_waits_for_the_first_sign_of_the_other),
		TEST(a_peer_may_be_late_in_what_is_past),
		TEST(later_the_numbers_have_to_be_nearer),
		TEST(only_so_many_ends_wait),
		TEST(fins_pair_translated_ends),
		TEST(fins_pair_one_after_the_other),
		TEST(two_candidates_are_none),
		TEST(numbers_of_another_time_make_no_pair),
		TEST(ports_that_disagree_make_no_pair),
		TEST(an_evicted_end_gets_a_verdict),
		TEST(an_end_that_was_not_seen_is_told),
		TEST(an_end_takes_208_bytes),
		TEST(a_million_take_208_bytes_each),
	};

	return RUN_TESTS(tests);
}
