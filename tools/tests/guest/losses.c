// SPDX-License-Identifier: GPL-2.0
/*
 * "tcpfin doctor" on what steps tell: data, ACKs and connections that got lost
 * for real, each the only thing that is found.
 */
#include <fcntl.h>
#include <unistd.h>

#include "findings.h"
#include "segment.h"

/* The server closes before it has read: its RST is the loss. */
static void test_unread_data(void **state)
{
	struct testbed tb = { 0 };
	struct json_object *f;
	struct pair pair;
	char c;

	(void)state;
	testbed_open(&tb, AF_INET);
	pair_open(&tb.path, &pair);
	send_bytes(pair.fd[0], 100);
	close(pair.fd[1]);
	assert_int_equal(recv(pair.fd[0], &c, 1, 0), -1);
	close(pair.fd[0]);
	expect_findings(&tb, "", "data-lost");
	f = tb.reader.object[0];
	want_string(f, "severity", "warning");
	want_string(f, "cause", "unread-data");
	want_number(f, "pid", getpid());
	want_string(f, "comm", "losses");
	want_string(f, "raddr", "127.0.0.1");
	want_number(f, "port", SERVER_PORT);
	assert_true(json_object_get_boolean(member(f, "server")));
	want_number(f, "count", 1);
	want_number(f, "unacknowledged_bytes", 0);
	pair_close_listener(&pair);
	testbed_close(&tb);
}

/* The peer does not read, so that much is not sent when linger 0 aborts. */
static void test_linger_zero(void **state)
{
	char buf[65536] = { 0 };
	struct testbed tb = { 0 };
	struct json_object *f;
	struct pair pair;

	(void)state;
	testbed_open(&tb, AF_INET);
	pair_open(&tb.path, &pair);
	pair_close_listener(&pair);
	must(fcntl(pair.fd[0], F_SETFL, O_NONBLOCK));
	while (send(pair.fd[0], buf, sizeof(buf), 0) > 0)
		;
	linger_zero(pair.fd[0]);
	close(pair.fd[0]);
	close(pair.fd[1]);
	expect_findings(&tb, "", "data-lost");
	f = tb.reader.object[0];
	want_string(f, "cause", "unsent-data");
	want_number(f, "pid", getpid());
	want_number(f, "port", SERVER_PORT);
	assert_false(json_object_get_boolean(member(f, "server")));
	assert_true(number(f, "unacknowledged_bytes") > 0);
	testbed_close(&tb);
}

/* Data for a closed socket: both ends know of the loss. */
static void test_data_after_close(void **state)
{
	struct testbed tb = { 0 };
	struct pair pair;

	(void)state;
	testbed_open(&tb, AF_INET);
	leave_close_wait(&tb, &pair);
	send_bytes(pair.fd[1], 100);
	events_wait_end(&tb.events, pair.cookie[1]);
	close(pair.fd[1]);
	expect_findings(&tb, "", "data-lost, data-lost");
	want_string(tb.reader.object[0], "cause", "data-after-close");
	want_number(tb.reader.object[0], "pid", getpid());
	want_string(tb.reader.object[1], "cause", "reset-by-peer");
	want_string(tb.reader.object[1], "severity", "note");
	want_number(tb.reader.object[1], "unacknowledged_bytes", 100);
	testbed_close(&tb);
}

/* The peer's FIN comes once more. */
static void test_last_ack(void **state)
{
	struct segment segment;
	struct testbed tb = { 0 };
	struct pair pair;

	(void)state;
	testbed_open(&tb, AF_INET);
	sysctl_set("ipv4/tcp_rfc1337", "1");
	pair_open(&tb.path, &pair);
	segment = segment_from_peer(pair.fd[0]);
	testbed_teardown(&tb, &pair);
	expect_findings(&tb, "", "");
	testbed_fin_again(&tb, &pair, &segment);
	pause_ms(1000);
	segment_send(&segment);
	events_wait_kind(&tb.events, pair.cookie[0], "tw-extend");
	expect_findings(&tb, "", "last-ack-lost");
	want_number(tb.reader.object[0], "connections", 1);
	want_number(tb.reader.object[0], "fins_again", 2);
	want_number(tb.reader.object[0], "time_waits", 1);
	testbed_close(&tb);
}

/* The peer is not reached any more when the FIN goes out. */
static void test_orphan_timeout(void **state)
{
	struct testbed tb = { 0 };
	struct json_object *f;
	struct path first;
	struct pair pair;

	(void)state;
	testbed_open(&tb, AF_INET);
	first = tb.path;
	path_open(&tb.path, AF_INET, true);
	sysctl_set("ipv4/tcp_orphan_retries", "3");
	pair_open(&tb.path, &pair);
	pair_close_listener(&pair);
	run("tc qdisc add dev %s root netem loss 100%%", tb.path.dev);
	close(pair.fd[0]);
	events_wait_end(&tb.events, pair.cookie[0]);
	expect_findings(&tb, "", "orphan-timeouts");
	f = tb.reader.object[0];
	want_number(f, "count", 1);
	want_string(f, "raddr", "10.9.0.2");
	want_number(f, "rport", SERVER_PORT);
	want_number(f, "tcp_orphan_retries", 3);
	want_number(f, "since_boot", 1);
	close(pair.fd[1]);
	path_close(&first);
	testbed_close(&tb);
}

/* A recording tells of steps only, and of all namespaces. */
static void test_recording(void **state)
{
	struct testbed tb = { 0 };
	struct json_object **f = tb.reader.object;
	struct pair pair, waiting;

	(void)state;
	testbed_open(&tb, AF_INET);
	leave_close_wait(&tb, &waiting);
	pause_ms(LONG_MS);
	pair_open(&tb.path, &pair);
	pair_close_listener(&pair);
	send_bytes(pair.fd[0], 100);
	close(pair.fd[1]);
	close(pair.fd[0]);
	expect_findings(&tb, "", "close-wait, data-lost");
	reader_start(&tb.reader, 0, "record -w /tmp/steps --history --for 100ms");
	reader_end(&tb.reader, 0);
	reader_start(&tb.reader, 0, "doctor --json -r /tmp/steps");
	reader_end(&tb.reader, 2);
	reader_parse(&tb.reader);
	assert_int_equal(tb.reader.objects, 2);
	want_string(f[0], "finding", "data-lost");
	want_number(f[0], "pid", getpid());
	want_number(f[0], "port", SERVER_PORT);
	assert_true(json_object_get_boolean(member(f[0], "server")));
	want_null(f[1], "sockets");
	want_null(f[1], "netns");
	unlink("/tmp/steps");
	close(waiting.fd[1]);
	testbed_close(&tb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unread_data),
		cmocka_unit_test(test_linger_zero),
		cmocka_unit_test(test_data_after_close),
		cmocka_unit_test(test_last_ack),
		cmocka_unit_test(test_orphan_timeout),
		cmocka_unit_test(test_recording),
	};

	return cmocka_run_group_tests_name("losses", tests, NULL, NULL);
}
