// SPDX-License-Identifier: GPL-2.0
/*
 * "tcpfin doctor" on local ports: the test uses them up on real sockets, "doctor" must
 * find this only, and with its advice carried out there are ports again.
 */
#include <errno.h>
#include <netinet/ip.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "findings.h"

static void set_ports(const char *range)
{
	sysctl_set("ipv4/ip_local_port_range", range);
}

static void expect_ports(struct testbed *tb, const char *severity, uint64_t used,
			 uint64_t taken, const char *reuse)
{
	struct json_object *f;

	expect_findings(tb, "", "ports");
	f = tb->reader.object[0];
	want_string(f, "severity", severity);
	want_string(f, "raddr", "127.0.0.1");
	want_number(f, "rport", SERVER_PORT);
	want_number(f, "used", used);
	want_number(f, "taken", taken);
	want_string(f, "reuse", reuse);
	want_string(f, "comm", "ports");
	want_number(f, "by_comm", used);
}

/* Open 20 ports to one server, and let all of them be in TIME_WAIT. */
static void use_up(struct testbed *tb)
{
	int i;

	testbed_open(tb, AF_INET);
	set_ports("40000 40019");
	sysctl_set("ipv4/tcp_tw_reuse", "0");
	for (i = 0; i < 20; i++)
		testbed_open_and_close(tb);
	pause_ms(2500);
	expect_ports(tb, "critical", 20, 20, "helps");
}

/* Try to connect; returns whether there was a port. */
static bool finds_port(const struct testbed *tb)
{
	int listener = listener_open(&tb->path), fd = client_socket(&tb->path, 0);
	int ret = client_connect(fd, &tb->path);

	if (ret)
		assert_int_equal(errno, EADDRNOTAVAIL);
	close(fd);
	close(listener);
	return !ret;
}

/* TIME_WAITs occupy the ports of a small range. */
static void test_time_wait(void **state)
{
	struct testbed tb = { 0 };
	int i;

	(void)state;
	testbed_open(&tb, AF_INET);
	set_ports("40000 40029");
	sysctl_set("ipv4/ip_local_reserved_ports", "40001,40010-40018");
	sysctl_set("ipv4/tcp_tw_reuse", "0");
	for (i = 0; i < 9; i++)
		testbed_open_and_close(&tb);
	expect_findings(&tb, "", "");
	for (; i < 16; i++)
		testbed_open_and_close(&tb);
	expect_ports(&tb, "warning", 16, 16, "too-young");
	for (; i < 20; i++)
		testbed_open_and_close(&tb);
	pause_ms(2500);
	expect_ports(&tb, "critical", 20, 20, "helps");
	want_number(tb.reader.object[0], "ports", 20);
	want_number(tb.reader.object[0], "time_wait", 20);
	want_number(tb.reader.object[0], "too_young", 0);
	assert_false(finds_port(&tb));
	sysctl_set("ipv4/tcp_timestamps", "0");
	expect_ports(&tb, "critical", 20, 20, "no-timestamps");
	sysctl_set("ipv4/tcp_timestamps", "1");
	/* After a reload it is not known what these mini-sockets' peers use. */
	run("rmmod tcpfin && insmod /lib/tcpfin.ko");
	expect_findings(&tb, "", "ports");
	want_string(tb.reader.object[0], "reuse", "peer-timestamps-unknown");
	want_null(tb.reader.object[0], "comm");
	testbed_close(&tb);
}

/* Each piece of advice for ports in TIME_WAIT makes them free. */
static void test_reuse(void **state)
{
	struct testbed tb = { 0 };

	(void)state;
	use_up(&tb);
	want_advice(tb.reader.object[0], "net.ipv4.tcp_tw_reuse = 1 helps");
	sysctl_set("ipv4/tcp_tw_reuse", "1");
	expect_findings(&tb, "", "");
	assert_true(finds_port(&tb));
	testbed_close(&tb);
}

static void test_wider_range(void **state)
{
	struct testbed tb = { 0 };

	(void)state;
	use_up(&tb);
	want_advice(tb.reader.object[0], "widen net.ipv4.ip_local_port_range");
	set_ports("40000 40999");
	expect_findings(&tb, "", "");
	assert_true(finds_port(&tb));
	testbed_close(&tb);
}

static void test_more_addresses(void **state)
{
	struct testbed tb = { 0 };

	(void)state;
	use_up(&tb);
	want_advice(tb.reader.object[0], "use more local or remote addresses");
	assert_false(finds_port(&tb));
	testbed_set_server(&tb, "127.0.0.2", SERVER_PORT);
	assert_true(finds_port(&tb));
	testbed_close(&tb);
}

/* One connection for all, and 20 that the server closes first. */
static void test_fewer_time_waits(void **state)
{
	struct testbed tb = { 0 };
	struct pair pair;
	int i;

	(void)state;
	use_up(&tb);
	want_advice(tb.reader.object[0],
		    "keep connections open (a pool, keep-alive), or let the other end close first");
	testbed_close(&tb);

	testbed_open(&tb, AF_INET);
	set_ports("40000 40019");
	sysctl_set("ipv4/tcp_tw_reuse", "0");
	testbed_connect(&tb, &pair);
	for (i = 0; i < 20; i++) {
		send_bytes(pair.fd[0], 100);
		receive_bytes(pair.fd[1], 100);
	}
	expect_findings(&tb, "", "");
	close(pair.fd[1]);
	expect_fin(pair.fd[0]);
	close(pair.fd[0]);
	for (i = 0; i < 20; i++) {
		testbed_connect(&tb, &pair);
		close(pair.fd[1]);
		expect_fin(pair.fd[0]);
		close(pair.fd[0]);
		events_wait_end(&tb.events, pair.cookie[0]);
	}
	expect_findings(&tb, "", "");
	testbed_close(&tb);
}

/* Established connections occupy ports, one more each second. */
static void test_ports_forecast(void **state)
{
	struct testbed tb = { 0 };
	struct json_object *f;
	int fd[50], listener, i;

	(void)state;
	testbed_open(&tb, AF_INET);
	set_ports("40000 40059");
	listener = listener_open(&tb.path);
	for (i = 0; i < 35; i++) {
		fd[i] = client_socket(&tb.path, 0);
		must(client_connect(fd[i], &tb.path));
	}
	expect_findings(&tb, "", "");
	reader_follow(&tb.reader, "doctor --json --for 10s");
	for (; i < 45; i++) {
		fd[i] = client_socket(&tb.path, 0);
		must(client_connect(fd[i], &tb.path));
		pause_ms(900);
	}
	reader_end(&tb.reader, 2);
	reader_parse(&tb.reader);
	f = tb.reader.object[0];
	want_string(f, "finding", "ports");
	want_string(f, "severity", "warning");
	want_number(f, "used", 45);
	want_string(f, "reuse", "nothing-to-reuse");
	want_string(f, "comm", "ports");
	want_number(f, "by_comm", 45);
	/* 15 ports are left, and 10 were taken in 10 s. */
	want_ms(f, "runs_out_in_ms", 14000, 2500);
	while (i)
		close(fd[--i]);
	close(listener);
	testbed_close(&tb);
}

/* A client's socket that bind() gave an address, and a port unless @no_port. */
static int bound_socket(bool no_port)
{
	const struct sockaddr_in local = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = must(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), on = no_port;

	must(setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on)));
	if (!bind(fd, (const struct sockaddr *)&local, sizeof(local)))
		return fd;
	assert_int_equal(errno, EADDRINUSE);
	close(fd);
	return -1;
}

/* Open a connection after bind(), and close both ends. Returns false without a port. */
static bool bind_and_close(struct testbed *tb, bool no_port)
{
	struct pair pair = { 0 };

	pair.fd[0] = bound_socket(no_port);
	if (pair.fd[0] < 0)
		return false;
	pair.listener = listener_open(&tb->path);
	must(client_connect(pair.fd[0], &tb->path));
	pair.fd[1] = must(accept4(pair.listener, NULL, NULL, SOCK_CLOEXEC));
	pair.cookie[0] = cookie_of(pair.fd[0]);
	pair.cookie[1] = cookie_of(pair.fd[1]);
	testbed_teardown(tb, &pair);
	return true;
}

/* A worker binds before it connects, to one server and then to another. */
static void work(struct testbed *tb, bool no_port)
{
	int i;

	testbed_open(tb, AF_INET);
	set_ports("40000 40019");
	prctl(PR_SET_NAME, "payment-worker");
	for (i = 0; i < 20; i++) {
		testbed_set_server(tb, "127.0.0.1", SERVER_PORT + i % 2);
		assert_true(bind_and_close(tb, no_port));
	}
	prctl(PR_SET_NAME, "ports");
	pause_ms(2500);
}

/*
 * bind() takes a port for all destinations, and TIME_WAIT keeps it: neither bind() nor
 * connect() finds one, and tcp_tw_reuse does not help.
 */
static void test_bound(void **state)
{
	struct testbed tb = { 0 };
	struct json_object *f;

	(void)state;
	work(&tb, false);
	expect_findings(&tb, "", "bound-ports");
	f = tb.reader.object[0];
	want_string(f, "severity", "critical");
	want_string(f, "laddr", "127.0.0.1");
	want_number(f, "ports", 20);
	want_number(f, "used", 20);
	want_number(f, "bound", 20);
	want_number(f, "connected", 0);
	want_string(f, "comm", "payment-worker");
	want_number(f, "by_comm", 20);
	want_advice(f, "set IP_BIND_ADDRESS_NO_PORT before bind()");
	sysctl_set("ipv4/tcp_tw_reuse", "1");
	assert_false(bind_and_close(&tb, false));
	testbed_set_server(&tb, "127.0.0.1", SERVER_PORT + 2);
	assert_false(finds_port(&tb));
	expect_findings(&tb, "", "bound-ports");
	testbed_close(&tb);

	work(&tb, true);
	expect_findings(&tb, "", "");
	testbed_set_server(&tb, "127.0.0.1", SERVER_PORT + 2);
	assert_true(bind_and_close(&tb, true));
	assert_true(finds_port(&tb));
	testbed_close(&tb);
}

/* Who holds a local port, and for how long: a mini-socket, a living one, a listener. */
static void test_who_holds_a_port(void **state)
{
	struct testbed tb = { 0 };
	struct json_object *f;
	struct pair pair;
	char args[64];
	int listener;

	(void)state;
	testbed_open(&tb, AF_INET);
	set_ports("40000 40999");
	testbed_connect(&tb, &pair);
	snprintf(args, sizeof(args), "sport = :%u", local_port(pair.fd[0]));
	expect_findings(&tb, args, "port");
	f = tb.reader.object[0];
	want_string(f, "severity", "note");
	want_string(f, "state", "ESTABLISHED");
	want_number(f, "pid", getpid());
	want_string(f, "comm", "ports");
	want_number(f, "count", 1);
	want_number(f, "rport", SERVER_PORT);
	want_null(f, "left_ms");
	want_null(f, "chosen_by");

	close(pair.fd[0]);
	expect_fin(pair.fd[1]);
	close(pair.fd[1]);
	events_wait_end(&tb.events, pair.cookie[1]);
	pause_ms(12000);
	expect_findings(&tb, args, "port");
	f = tb.reader.object[0];
	want_string(f, "state", "TIME_WAIT");
	want_string(f, "comm", "ports");
	want_string(f, "raddr", "127.0.0.1");
	want_ms(f, "age_ms", 12000, 2000);
	want_ms(f, "left_ms", 46000, 4000);
	want_string(f, "chosen_by", "connect");

	listener = listener_open(&tb.path);
	snprintf(args, sizeof(args), "sport = :%u", SERVER_PORT);
	expect_findings(&tb, args, "port");
	want_string(tb.reader.object[0], "state", "LISTEN");
	want_number(tb.reader.object[0], "pid", getpid());
	want_null(tb.reader.object[0], "raddr");
	close(listener);
	expect_findings(&tb, args, "");
	testbed_close(&tb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_time_wait),
		cmocka_unit_test(test_reuse),
		cmocka_unit_test(test_wider_range),
		cmocka_unit_test(test_more_addresses),
		cmocka_unit_test(test_fewer_time_waits),
		cmocka_unit_test(test_ports_forecast),
		cmocka_unit_test(test_bound),
		cmocka_unit_test(test_who_holds_a_port),
	};

	return cmocka_run_group_tests_name("ports", tests, NULL, NULL);
}
