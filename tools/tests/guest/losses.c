// SPDX-License-Identifier: GPL-2.0
/*
 * "tcpfin doctor" on resets: the test causes each on real sockets, "doctor" must find
 * this one only, and with its advice carried out nothing must be found.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "findings.h"
#include "segment.h"

/* Close an end as all advice says: end, read what still comes, then close. */
static void close_orderly(struct pair *pair, int first)
{
	must(shutdown(pair->fd[first], SHUT_WR));
	expect_eof(pair->fd[!first]);
	close(pair->fd[!first]);
	expect_eof(pair->fd[first]);
	close(pair->fd[first]);
}

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
	want_number(f, "both_ends_seen", 1);
	want_number(f, "unacknowledged_bytes", 0);
	want_advice(f, "read until read() returns 0");
	pair_close_listener(&pair);
	testbed_close(&tb);

	testbed_open(&tb, AF_INET);
	testbed_connect(&tb, &pair);
	send_bytes(pair.fd[0], 100);
	must(shutdown(pair.fd[0], SHUT_WR));
	receive_bytes(pair.fd[1], 100);
	expect_eof(pair.fd[1]);
	close(pair.fd[1]);
	close(pair.fd[0]);
	expect_findings(&tb, "", "");
	testbed_close(&tb);
}

/* Fill the server's window and the client's buffer; the server does not read. */
static void fill(int fd)
{
	char buf[65536] = { 0 };

	must(fcntl(fd, F_SETFL, O_NONBLOCK));
	while (send(fd, buf, sizeof(buf), 0) > 0)
		;
	must(fcntl(fd, F_SETFL, 0));
}

static void drain(int fd)
{
	char buf[65536];

	while (must(recv(fd, buf, sizeof(buf), 0)))
		;
}

/* The client aborts by linger 0 with unsent data, since the server does not read. */
static void test_linger_zero(void **state)
{
	struct testbed tb = { 0 };
	struct json_object *f;
	struct pair pair;

	(void)state;
	testbed_open(&tb, AF_INET);
	testbed_connect(&tb, &pair);
	fill(pair.fd[0]);
	linger_zero(pair.fd[0]);
	close(pair.fd[0]);
	close(pair.fd[1]);
	expect_findings(&tb, "", "data-lost");
	f = tb.reader.object[0];
	want_string(f, "cause", "linger-0");
	want_number(f, "pid", getpid());
	want_number(f, "port", SERVER_PORT);
	want_bool(f, "server", false);
	want_number(f, "both_ends_seen", 1);
	assert_true(number(f, "lost_bytes") > 0);
	want_number(f, "unacknowledged_bytes", 0);
	want_advice(f, "do not set SO_LINGER to 0");
	testbed_close(&tb);

	testbed_open(&tb, AF_INET);
	testbed_connect(&tb, &pair);
	fill(pair.fd[0]);
	must(shutdown(pair.fd[0], SHUT_WR));
	drain(pair.fd[1]);
	close(pair.fd[1]);
	expect_eof(pair.fd[0]);
	close(pair.fd[0]);
	expect_findings(&tb, "", "");
	testbed_close(&tb);
}

/*
 * A proxy aborts by linger 0 with all delivered, though the last of it is not
 * acknowledged yet: a note says who resets, and that nothing is lost.
 */
static void test_resets(void **state)
{
	struct testbed tb = { 0 };
	struct json_object *f;
	struct pair pair;
	int i;

	(void)state;
	testbed_open(&tb, AF_INET);
	for (i = 0; i < 3; i++) {
		testbed_connect(&tb, &pair);
		send_bytes(pair.fd[0], 100);
		receive_bytes(pair.fd[1], 100);
		set_quickack(pair.fd[0], 0);
		send_bytes(pair.fd[1], 1000);
		receive_bytes(pair.fd[0], 1000);
		linger_zero(pair.fd[0]);
		close(pair.fd[0]);
		events_wait_end(&tb.events, pair.cookie[1]);
		close(pair.fd[1]);
		pause_ms(1000);
	}
	expect_findings(&tb, "", "resets");
	f = tb.reader.object[0];
	want_string(f, "severity", "note");
	want_string(f, "cause", "linger-0");
	want_string(f, "comm", "losses");
	want_number(f, "count", 3);
	want_number(f, "both_ends_seen", 3);
	want_number(f, "lost_bytes", 0);
	want_number(f, "unacknowledged_bytes", 0);
	assert_in_range(number(f, "per_1000s"), 1000, 2000);
	testbed_close(&tb);

	testbed_open(&tb, AF_INET);
	testbed_connect(&tb, &pair);
	send_bytes(pair.fd[0], 100);
	receive_bytes(pair.fd[1], 100);
	close_orderly(&pair, 0);
	expect_findings(&tb, "", "");
	testbed_close(&tb);
}

/* Only the server's end is recorded: who sent the RST is not known there. */
static void test_reset_by_peer(void **state)
{
	struct testbed tb = { 0 };
	struct json_object *f;
	struct path first;
	struct pair pair;

	(void)state;
	testbed_open(&tb, AF_INET);
	first = tb.path;
	path_open(&tb.path, AF_INET, true);
	run("echo %u >/sys/module/tcpfin/parameters/netns", ns_inode(tb.path.ns[1]));
	testbed_connect(&tb, &pair);
	run("tc qdisc add dev %s root netem delay 100ms", tb.path.dev);
	send_bytes(pair.fd[1], 100);
	receive_bytes(pair.fd[0], 100);
	linger_zero(pair.fd[0]);
	close(pair.fd[0]);
	events_wait_end(&tb.events, pair.cookie[1]);
	close(pair.fd[1]);
	ns_enter(tb.path.ns[1]);
	reader_start(&tb.reader, 0, "doctor --json");
	reader_end(&tb.reader, 0);
	reader_parse(&tb.reader);
	assert_int_equal(tb.reader.objects, 2);
	f = tb.reader.object[0];
	want_string(f, "finding", "resets");
	want_string(f, "severity", "note");
	want_string(f, "cause", "by-peer");
	want_null(f, "lost_bytes");
	testbed_close(&tb);
	path_close(&first);
}

/* Somebody sends the client a RST in the server's name, and the server goes on. */
static void test_injected(void **state)
{
	struct segment segment;
	struct testbed tb = { 0 };
	struct pair pair;

	(void)state;
	testbed_open(&tb, AF_INET);
	testbed_connect(&tb, &pair);
	segment = segment_from_peer(pair.fd[0]);
	segment.flags = SEGMENT_RST;
	segment.seq = next_number(pair.fd[0]);
	segment_send(&segment);
	events_wait_end(&tb.events, pair.cookie[0]);
	pause_ms(2000);
	send_bytes(pair.fd[1], 10);
	events_wait_end(&tb.events, pair.cookie[1]);
	close(pair.fd[0]);
	close(pair.fd[1]);
	expect_findings(&tb, "", "injected-rst");
	want_string(tb.reader.object[0], "severity", "warning");
	want_string(tb.reader.object[0], "cause", "injected");
	want_number(tb.reader.object[0], "count", 1);
	testbed_close(&tb);
}

/* Data reaches a socket that was closed: the other end tells how many were lost. */
static void send_late(struct testbed *tb, size_t bytes)
{
	struct pair pair;

	leave_close_wait(tb, &pair);
	send_bytes(pair.fd[1], bytes);
	events_wait_end(&tb->events, pair.cookie[1]);
	close(pair.fd[1]);
}

static void test_data_after_close(void **state)
{
	struct testbed tb = { 0 };
	struct json_object *f;
	struct pair pair;

	(void)state;
	testbed_open(&tb, AF_INET);
	send_late(&tb, 100);
	expect_findings(&tb, "", "data-lost");
	f = tb.reader.object[0];
	want_string(f, "severity", "warning");
	want_string(f, "cause", "data-after-close");
	want_number(f, "pid", getpid());
	want_number(f, "lost_bytes", 100);
	want_number(f, "lost_connections", 1);
	want_advice(f, "close only when the peer has ended");
	testbed_close(&tb);

	testbed_open(&tb, AF_INET);
	testbed_connect(&tb, &pair);
	must(shutdown(pair.fd[0], SHUT_WR));
	expect_eof(pair.fd[1]);
	send_bytes(pair.fd[1], 100);
	close(pair.fd[1]);
	receive_bytes(pair.fd[0], 100);
	expect_eof(pair.fd[0]);
	close(pair.fd[0]);
	expect_findings(&tb, "", "");
	testbed_close(&tb);
}

/* On a TLS port so few bytes are a close_notify: a note, and the exit status is 0. */
static void test_close_notify(void **state)
{
	struct testbed tb = { 0 };
	struct json_object *f;

	(void)state;
	testbed_open(&tb, AF_INET);
	testbed_set_server(&tb, "127.0.0.1", 443);
	send_late(&tb, 24);
	send_late(&tb, 31);
	expect_findings(&tb, "", "resets");
	f = tb.reader.object[0];
	want_string(f, "severity", "note");
	want_string(f, "cause", "data-after-close");
	want_number(f, "count", 2);
	want_number(f, "lost_bytes", 55);
	reader_run(&tb.reader, "doctor");
	reader_expect(&tb.reader, "ok        no problems found\n");
	reader_expect(&tb.reader, "55 bytes are lost, of 2 connections, 31 at most of one\n");
	send_late(&tb, 1000);
	expect_findings(&tb, "", "data-lost");
	testbed_close(&tb);
}

/* Two clients wait to be accepted when the listener is closed. */
static int let_two_wait(struct testbed *tb, int client[2])
{
	int listener = listener_open(&tb->path), i;

	for (i = 0; i < 2; i++) {
		client[i] = client_socket(&tb->path, 0);
		must(client_connect(client[i], &tb->path));
	}
	return listener;
}

static void close_two(const int fd[2])
{
	int i;

	for (i = 0; i < 2; i++)
		close(fd[i]);
}

static void accept_two(int listener)
{
	int fd[2], i;

	for (i = 0; i < 2; i++)
		fd[i] = must(accept4(listener, NULL, NULL, SOCK_CLOEXEC));
	for (i = 0; i < 2; i++) {
		expect_eof(fd[i]);
		close(fd[i]);
	}
}

static void test_not_accepted(void **state)
{
	struct testbed tb = { 0 };
	struct json_object *f;
	int client[2];
	char c;

	(void)state;
	testbed_open(&tb, AF_INET);
	close(let_two_wait(&tb, client));
	assert_int_equal(recv(client[0], &c, 1, 0), -1);
	assert_int_equal(errno, ECONNRESET);
	close_two(client);
	expect_findings(&tb, "", "not-accepted");
	f = tb.reader.object[0];
	want_string(f, "severity", "warning");
	want_number(f, "count", 2);
	want_number(f, "port", SERVER_PORT);
	want_bool(f, "server", true);
	want_string(f, "comm", "losses");
	want_number(f, "pid", getpid());
	want_advice(f, "accept() all that wait");
	want_advice(f, "net.ipv4.tcp_migrate_req = 1");
	testbed_close(&tb);
}

/* The server accepts those that wait, and closes its listener then. */
static void test_accepted_in_time(void **state)
{
	struct testbed tb = { 0 };
	int client[2], listener;

	(void)state;
	testbed_open(&tb, AF_INET);
	listener = let_two_wait(&tb, client);
	close_two(client);
	accept_two(listener);
	close(listener);
	expect_findings(&tb, "", "");
	testbed_close(&tb);
}

/* Another listener of the same port takes over those that wait. */
static void test_migrated(void **state)
{
	int client[2], listener, other, one = 1;
	struct testbed tb = { 0 };

	(void)state;
	testbed_open(&tb, AF_INET);
	sysctl_set("ipv4/tcp_migrate_req", "1");
	listener = must(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
	other = must(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
	must(setsockopt(listener, SOL_SOCKET, SO_REUSEPORT, &one, sizeof(one)));
	must(setsockopt(other, SOL_SOCKET, SO_REUSEPORT, &one, sizeof(one)));
	must(bind(listener, (struct sockaddr *)&tb.path.addr, sizeof(tb.path.addr)));
	must(listen(listener, 8));
	client[0] = client_socket(&tb.path, 0);
	client[1] = client_socket(&tb.path, 0);
	must(client_connect(client[0], &tb.path));
	must(client_connect(client[1], &tb.path));
	must(bind(other, (struct sockaddr *)&tb.path.addr, sizeof(tb.path.addr)));
	must(listen(other, 8));
	close(listener);
	close_two(client);
	accept_two(other);
	close(other);
	expect_findings(&tb, "", "");
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unread_data),
		cmocka_unit_test(test_linger_zero),
		cmocka_unit_test(test_resets),
		cmocka_unit_test(test_reset_by_peer),
		cmocka_unit_test(test_injected),
		cmocka_unit_test(test_data_after_close),
		cmocka_unit_test(test_close_notify),
		cmocka_unit_test(test_not_accepted),
		cmocka_unit_test(test_accepted_in_time),
		cmocka_unit_test(test_migrated),
		cmocka_unit_test(test_last_ack),
	};

	return cmocka_run_group_tests_name("losses", tests, NULL, NULL);
}
