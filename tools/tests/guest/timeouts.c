// SPDX-License-Identifier: GPL-2.0
/*
 * "tcpfin doctor" on connections that were given up: the test causes each time-out on
 * real sockets, and "doctor" must tell its cause.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "findings.h"

/* A connection between two namespaces */
struct far {
	struct testbed tb;
	struct path first;
	struct pair pair;
};

static void far_open(struct far *f)
{
	testbed_open(&f->tb, AF_INET);
	f->first = f->tb.path;
	path_open(&f->tb.path, AF_INET, true);
	sysctl_set("ipv4/tcp_orphan_retries", "3");
	testbed_connect(&f->tb, &f->pair);
}

static void far_close(struct far *f)
{
	testbed_close(&f->tb);
	path_close(&f->first);
}

static void lose_all(const struct far *f)
{
	run("tc qdisc add dev %s root netem loss 100%%", f->tb.path.dev);
}

static void set_option(const struct far *f, int level, int option, int value)
{
	must(setsockopt(f->pair.fd[0], level, option, &value, sizeof(value)));
}

/* There must be this finding only; only a process that closed was seen. */
static struct json_object *expect_timeout(struct far *f, const char *cause,
					  uint64_t orphans)
{
	struct json_object *finding;

	events_wait_end(&f->tb.events, f->pair.cookie[0]);
	expect_findings(&f->tb, "", "timeouts");
	finding = f->tb.reader.object[0];
	want_string(finding, "severity", "warning");
	want_string(finding, "cause", cause);
	want_number(finding, "count", 1);
	want_number(finding, "orphans", orphans);
	want_string(finding, "comm", orphans ? "timeouts" : NULL);
	want_string(finding, "raddr", "10.9.0.2");
	want_number(finding, "rport", SERVER_PORT);
	return finding;
}

/* The client's FIN and all its retransmissions are lost. */
static void test_no_answer(void **state)
{
	struct json_object *finding;
	struct far f = { 0 };

	(void)state;
	far_open(&f);
	lose_all(&f);
	close(f.pair.fd[0]);
	finding = expect_timeout(&f, "retransmission", 1);
	want_number(finding, "unacknowledged_bytes", 0);
	want_number(finding, "tcp_orphan_retries", 3);
	want_number(finding, "since_boot", 1);
	close(f.pair.fd[1]);
	far_close(&f);
}

/* The client closes, and the server does not read; then it does. */
static void test_closed_window(void **state)
{
	struct json_object *finding;
	struct far f = { 0 };
	char buf[65536];

	(void)state;
	far_open(&f);
	fill_window(f.pair.fd[0]);
	close(f.pair.fd[0]);
	finding = expect_timeout(&f, "zero-window", 1);
	assert_true(number(finding, "unacknowledged_bytes") > 0);
	want_advice(finding, "read until read() returns 0");
	close(f.pair.fd[1]);
	far_close(&f);

	far_open(&f);
	fill_window(f.pair.fd[0]);
	close(f.pair.fd[0]);
	while (must(recv(f.pair.fd[1], buf, sizeof(buf), 0)))
		;
	close(f.pair.fd[1]);
	events_wait_end(&f.tb.events, f.pair.cookie[1]);
	expect_findings(&f.tb, "", "");
	far_close(&f);
}

/* The client's device is down when it sends; then it is up. */
static void test_not_sent(void **state)
{
	struct json_object *finding;
	struct far f = { 0 };

	(void)state;
	far_open(&f);
	sysctl_set("ipv4/tcp_retries2", "3");
	run("ip link set veth0 down");
	send_bytes(f.pair.fd[0], 100);
	finding = expect_timeout(&f, "not-sent", 0);
	want_advice(finding, "ip route get");
	assert_true(system("ip route get 10.9.0.2 >/dev/null 2>&1") != 0);
	close(f.pair.fd[0]);
	close(f.pair.fd[1]);
	far_close(&f);

	far_open(&f);
	run("ip link set veth0 down");
	send_bytes(f.pair.fd[0], 100);
	run("ip link set veth0 up && "
	    "ip neigh replace 10.9.0.2 lladdr 02:00:00:00:00:02 dev veth0");
	run("ip route get 10.9.0.2 >/dev/null");
	receive_bytes(f.pair.fd[1], 100);
	close(f.pair.fd[0]);
	expect_eof(f.pair.fd[1]);
	close(f.pair.fd[1]);
	events_wait_end(&f.tb.events, f.pair.cookie[1]);
	expect_findings(&f.tb, "", "");
	far_close(&f);
}

static void test_keepalive(void **state)
{
	struct far f = { 0 };

	(void)state;
	far_open(&f);
	set_option(&f, IPPROTO_TCP, TCP_KEEPIDLE, 5);
	set_option(&f, IPPROTO_TCP, TCP_KEEPINTVL, 1);
	set_option(&f, IPPROTO_TCP, TCP_KEEPCNT, 3);
	set_option(&f, SOL_SOCKET, SO_KEEPALIVE, 1);
	lose_all(&f);
	events_wait_end(&f.tb.events, f.pair.cookie[0]);
	close(f.pair.fd[0]);
	expect_findings(&f.tb, "", "timeouts");
	want_string(f.tb.reader.object[0], "cause", "keepalive");
	want_number(f.tb.reader.object[0], "orphans", 0);
	close(f.pair.fd[1]);
	far_close(&f);
}

static void test_user_timeout(void **state)
{
	struct far f = { 0 };

	(void)state;
	far_open(&f);
	set_option(&f, IPPROTO_TCP, TCP_USER_TIMEOUT, 5000);
	lose_all(&f);
	send_bytes(f.pair.fd[0], 100);
	events_wait_end(&f.tb.events, f.pair.cookie[0]);
	close(f.pair.fd[0]);
	expect_findings(&f.tb, "", "timeouts");
	want_string(f.tb.reader.object[0], "cause", "user-timeout");
	want_number(f.tb.reader.object[0], "unacknowledged_bytes", 100);
	close(f.pair.fd[1]);
	far_close(&f);
}

/* Ten orphans whose FINs are lost, while the limit, which is the machine's, is low. */
static void test_orphan_limit(void **state)
{
	struct pair pairs[10];
	struct json_object *finding;
	struct far f = { 0 };
	int home = must(open("/proc/1/ns/net", O_RDONLY | O_CLOEXEC)), i;

	(void)state;
	far_open(&f);
	for (i = 0; i < 10; i++)
		testbed_connect(&f.tb, &pairs[i]);
	lose_all(&f);
	for (i = 0; i < 10; i++)
		close(pairs[i].fd[0]);
	ns_enter(home);
	/* Orphans of earlier tests may be among those that the kernel counts. */
	sysctl_set("ipv4/tcp_max_orphans", "20");
	ns_enter(f.tb.path.ns[0]);
	expect_findings(&f.tb, "", "orphan-limit");
	finding = f.tb.reader.object[0];
	want_string(finding, "severity", "warning");
	assert_in_range(number(finding, "orphans"), 10, 30);
	want_number(finding, "tcp_max_orphans", 20);
	want_advice(finding, "raise net.ipv4.tcp_max_orphans");
	ns_enter(home);
	sysctl_set("ipv4/tcp_max_orphans", "4096");
	ns_enter(f.tb.path.ns[0]);
	expect_findings(&f.tb, "", "");
	for (i = 0; i < 10; i++)
		close(pairs[i].fd[1]);
	for (i = 0; i < 2; i++)
		close(f.pair.fd[i]);
	far_close(&f);
	close(home);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_answer),
		cmocka_unit_test(test_closed_window),
		cmocka_unit_test(test_not_sent),
		cmocka_unit_test(test_keepalive),
		cmocka_unit_test(test_user_timeout),
		cmocka_unit_test(test_orphan_limit),
	};

	return cmocka_run_group_tests_name("timeouts", tests, NULL, NULL);
}
