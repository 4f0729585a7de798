// SPDX-License-Identifier: GPL-2.0
/*
 * "tcpfin doctor" on what steps tell: data, ACKs and connections that got lost
 * for real, each the only thing that is found.
 */
#include <fcntl.h>
#include <unistd.h>

#include "diagnose.h"
#include "segment.h"

/* The server closes before it has read: its RST is the loss. */
static void test_unread_data(void **state)
{
	struct world w = { 0 };
	struct json_object *f;
	struct pair pair;
	char c;

	(void)state;
	world_open(&w, AF_INET);
	pair_open(&w.path, &pair);
	send_bytes(pair.fd[0], 100);
	close(pair.fd[1]);
	assert_int_equal(recv(pair.fd[0], &c, 1, 0), -1);
	close(pair.fd[0]);
	expect_found(&w, "", "data-lost");
	f = w.reader.object[0];
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
	world_close(&w);
}

/* The peer does not read, so that much is not sent when linger 0 aborts. */
static void test_linger_zero(void **state)
{
	char buf[65536] = { 0 };
	struct world w = { 0 };
	struct json_object *f;
	struct pair pair;

	(void)state;
	world_open(&w, AF_INET);
	pair_open(&w.path, &pair);
	pair_close_listener(&pair);
	must(fcntl(pair.fd[0], F_SETFL, O_NONBLOCK));
	while (send(pair.fd[0], buf, sizeof(buf), 0) > 0)
		;
	linger_zero(pair.fd[0]);
	close(pair.fd[0]);
	close(pair.fd[1]);
	expect_found(&w, "", "data-lost");
	f = w.reader.object[0];
	want_string(f, "cause", "unsent-data");
	want_number(f, "pid", getpid());
	want_number(f, "port", SERVER_PORT);
	assert_false(json_object_get_boolean(member(f, "server")));
	assert_true(number(f, "unacknowledged_bytes") > 0);
	world_close(&w);
}

/* Data for a closed socket: both ends know of the loss. */
static void test_data_after_close(void **state)
{
	struct world w = { 0 };
	struct pair pair;

	(void)state;
	world_open(&w, AF_INET);
	leave_close_wait(&w, &pair);
	send_bytes(pair.fd[1], 100);
	events_wait_end(&w.events, pair.cookie[1]);
	close(pair.fd[1]);
	expect_found(&w, "", "data-lost, data-lost");
	want_string(w.reader.object[0], "cause", "data-after-close");
	want_number(w.reader.object[0], "pid", getpid());
	want_string(w.reader.object[1], "cause", "reset-by-peer");
	want_string(w.reader.object[1], "severity", "note");
	want_number(w.reader.object[1], "unacknowledged_bytes", 100);
	world_close(&w);
}

/* The peer's FIN comes once more. */
static void test_last_ack(void **state)
{
	struct segment segment;
	struct world w = { 0 };
	struct pair pair;

	(void)state;
	world_open(&w, AF_INET);
	sysctl_set("ipv4/tcp_rfc1337", "1");
	pair_open(&w.path, &pair);
	segment = segment_from_peer(pair.fd[0]);
	world_close_pair(&w, &pair);
	expect_found(&w, "", "");
	world_fin_again(&w, &pair, &segment);
	pause_ms(1000);
	segment_send(&segment);
	events_wait_kind(&w.events, pair.cookie[0], "tw-extend");
	expect_found(&w, "", "last-ack-lost");
	want_number(w.reader.object[0], "connections", 1);
	want_number(w.reader.object[0], "fins_again", 2);
	want_number(w.reader.object[0], "time_waits", 1);
	world_close(&w);
}

/* The peer is not reached any more when the FIN goes out. */
static void test_orphan_timeout(void **state)
{
	struct world w = { 0 };
	struct json_object *f;
	struct path first;
	struct pair pair;

	(void)state;
	world_open(&w, AF_INET);
	first = w.path;
	path_open(&w.path, AF_INET, true);
	sysctl_set("ipv4/tcp_orphan_retries", "3");
	pair_open(&w.path, &pair);
	pair_close_listener(&pair);
	run("tc qdisc add dev %s root netem loss 100%%", w.path.dev);
	close(pair.fd[0]);
	events_wait_end(&w.events, pair.cookie[0]);
	expect_found(&w, "", "orphan-timeouts");
	f = w.reader.object[0];
	want_number(f, "count", 1);
	want_string(f, "raddr", "10.9.0.2");
	want_number(f, "rport", SERVER_PORT);
	want_number(f, "tcp_orphan_retries", 3);
	want_number(f, "since_boot", 1);
	close(pair.fd[1]);
	path_close(&first);
	world_close(&w);
}

/* A recording tells of steps only, and of all namespaces. */
static void test_recording(void **state)
{
	struct world w = { 0 };
	struct json_object **f = w.reader.object;
	struct pair pair, waiting;

	(void)state;
	world_open(&w, AF_INET);
	leave_close_wait(&w, &waiting);
	pause_ms(LONG_MS);
	pair_open(&w.path, &pair);
	pair_close_listener(&pair);
	send_bytes(pair.fd[0], 100);
	close(pair.fd[1]);
	close(pair.fd[0]);
	expect_found(&w, "", "close-wait, data-lost");
	reader_start(&w.reader, 0, "record -w /tmp/steps --history --for 100ms");
	reader_end(&w.reader, 0);
	reader_start(&w.reader, 0, "doctor --json -r /tmp/steps");
	reader_end(&w.reader, 2);
	reader_parse(&w.reader);
	assert_int_equal(w.reader.objects, 2);
	want_string(f[0], "finding", "data-lost");
	want_number(f[0], "pid", getpid());
	want_number(f[0], "port", SERVER_PORT);
	assert_true(json_object_get_boolean(member(f[0], "server")));
	want_null(f[1], "sockets");
	want_null(f[1], "netns");
	unlink("/tmp/steps");
	close(waiting.fd[1]);
	world_close(&w);
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
