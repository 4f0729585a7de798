// SPDX-License-Identifier: GPL-2.0
/*
 * "tcpfin doctor" on recorded steps: the test loses data, ACKs and connections on real
 * sockets, and "doctor" must find each loss only.
 */
#include <fcntl.h>
#include <unistd.h>

#include "findings.h"
#include "segment.h"

/* The server closes with unread data, and so sends a RST. */
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
	want_bool(f, "server", true);
	want_number(f, "count", 1);
	want_number(f, "unacknowledged_bytes", 0);
	pair_close_listener(&pair);
	testbed_close(&tb);
}

/* The client aborts by linger 0 with unsent data, since the server does not read. */
static void test_linger_zero(void **state)
{
	char buf[65536] = { 0 };
	struct testbed tb = { 0 };
	struct json_object *f;
	struct pair pair;

	(void)state;
	testbed_open(&tb, AF_INET);
	testbed_connect(&tb, &pair);
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
	want_bool(f, "server", false);
	assert_true(number(f, "unacknowledged_bytes") > 0);
	testbed_close(&tb);
}

/* Data reaches a closed socket: a loss is found at both ends. */
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

/* The server's FIN reaches TIME_WAIT twice more, as if the last ACK was lost. */
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

/* The client's FIN and all its retransmissions are lost. */
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
	testbed_connect(&tb, &pair);
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

/* A recording has steps only, of all namespaces: no sockets, no CLOSE_WAIT. */
static void test_recording(void **state)
{
	struct testbed tb = { 0 };
	struct json_object **f = tb.reader.object;
	struct pair pair, waiting;

	(void)state;
	testbed_open(&tb, AF_INET);
	leave_close_wait(&tb, &waiting);
	pause_ms(LONG_MS);
	testbed_connect(&tb, &pair);
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
	want_bool(f[0], "server", true);
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
