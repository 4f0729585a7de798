// SPDX-License-Identifier: GPL-2.0
/*
 * "tcpfin doctor" on sockets and tcp_max_tw_buckets: the test causes each
 * problem on real sockets, and "doctor" must find this problem only.
 */
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "findings.h"
#include "traffic.h"

static void test_healthy(void **state)
{
	struct pair living, half, fresh;
	struct testbed tb = { 0 };
	int i;

	(void)state;
	testbed_open(&tb, AF_INET);
	testbed_connect(&tb, &living);
	/* A half-close with traffic is no forgotten one. */
	testbed_connect(&tb, &half);
	must(shutdown(half.fd[0], SHUT_WR));
	for (i = 0; i < 20; i++)
		testbed_open_and_close(&tb);
	pause_ms(LONG_MS);
	send_bytes(half.fd[1], 100);
	receive_bytes(half.fd[0], 100);
	for (i = 0; i < 20; i++)
		testbed_open_and_close(&tb);
	leave_close_wait(&tb, &fresh);
	pause_ms(1000);
	expect_findings(&tb, "", "");
	reader_run(&tb.reader, "doctor");
	reader_expect(&tb.reader, "ok        no problems found\n");
	reader_expect(&tb.reader, " 2 in CLOSE_WAIT, 2 in FIN_WAIT2, 20 in TIME_WAIT");
	for (i = 0; i < 2; i++) {
		close(living.fd[i]);
		close(half.fd[i]);
	}
	close(fresh.fd[1]);
	testbed_close(&tb);
}

static void test_close_wait(void **state)
{
	struct testbed tb = { 0 };
	struct pair pairs[3];
	struct json_object *f;
	uint16_t rport;
	pid_t pid;
	int i;

	(void)state;
	testbed_open(&tb, AF_INET);
	for (i = 0; i < 3; i++)
		testbed_connect(&tb, &pairs[i]);
	rport = local_port(pairs[1].fd[0]);
	pid = leak("a\n\xc3\\\"%s", pairs, 3);
	close(pairs[1].fd[0]);
	pause_ms(10000);
	close(pairs[0].fd[0]);
	close(pairs[2].fd[0]);
	pause_ms(LONG_MS);
	expect_findings(&tb, "--older 90s", "");
	expect_findings(&tb, "", "close-wait");
	f = tb.reader.object[0];
	want_string(f, "comm", "a\\x0a\\xc3\\x5c\"%s");
	want_number(f, "pid", pid);
	want_number(f, "fd", pairs[1].fd[1]);
	want_number(f, "count", 3);
	want_number(f, "lport", SERVER_PORT);
	want_number(f, "rport", rport);
	want_ms(f, "oldest_ms", LONG_MS + 10000, 2000);
	want_bool(f, "at_least", false);
	want_bool(f, "accepted", true);
	/* Only pairs[1] is that old. */
	expect_findings(&tb, "--older 75s", "close-wait");
	want_number(tb.reader.object[0], "count", 1);
	stop(pid, SIGKILL);
	expect_findings(&tb, "", "");
	testbed_close(&tb);
}

/* A CLOSE_WAIT from before the module was loaded: its age is a lower bound. */
static void test_older_than_the_module(void **state)
{
	struct testbed tb = { 0 };
	struct pair pair;

	(void)state;
	testbed_open(&tb, AF_INET6);
	leave_close_wait(&tb, &pair);
	pause_ms(5000);
	run("rmmod tcpfin && insmod /lib/tcpfin.ko");
	pause_ms(LONG_MS);
	expect_findings(&tb, "", "close-wait");
	want_number(tb.reader.object[0], "pid", getpid());
	want_string(tb.reader.object[0], "raddr", "::1");
	want_ms(tb.reader.object[0], "oldest_ms", LONG_MS + 5000, 2000);
	want_bool(tb.reader.object[0], "at_least", true);
	close(pair.fd[1]);
	testbed_close(&tb);
}

/* A connection that the server never accepts: no process holds its socket. */
static void test_accept_queue(void **state)
{
	struct testbed tb = { 0 };
	int listener, client;

	(void)state;
	testbed_open(&tb, AF_INET);
	listener = listener_open(&tb.path);
	client = client_socket(&tb.path, 0);
	must(client_connect(client, &tb.path));
	close(client);
	pause_ms(LONG_MS);
	expect_findings(&tb, "", "close-wait");
	want_null(tb.reader.object[0], "pid");
	want_number(tb.reader.object[0], "lport", SERVER_PORT);
	want_bool(tb.reader.object[0], "accepted", false);
	close(listener);
	testbed_close(&tb);
}

/* A forgotten half-close: the client in FIN_WAIT2, the server in CLOSE_WAIT. */
static void test_attached_fin_wait2(void **state)
{
	struct testbed tb = { 0 };
	struct json_object *f;
	struct pair pair;

	(void)state;
	testbed_open(&tb, AF_INET);
	testbed_connect(&tb, &pair);
	must(shutdown(pair.fd[0], SHUT_WR));
	expect_eof(pair.fd[1]);
	pause_ms(LONG_MS);
	expect_findings(&tb, "", "close-wait, fin-wait-2");
	f = tb.reader.object[1];
	want_number(f, "pid", getpid());
	want_string(f, "comm", "doctor");
	want_number(f, "fd", pair.fd[0]);
	want_number(f, "rport", SERVER_PORT);
	want_number(f, "count", 1);
	want_ms(f, "oldest_ms", LONG_MS, 2000);
	close(pair.fd[1]);
	close(pair.fd[0]);
	testbed_close(&tb);
}

/* Close a connection while tcp_max_tw_buckets is reached: no TIME_WAIT. */
static void close_refused(struct testbed *tb)
{
	struct pair pair;

	leave_close_wait(tb, &pair);
	events_wait_end(&tb->events, pair.cookie[0]);
	close(pair.fd[1]);
	events_wait_end(&tb->events, pair.cookie[1]);
}

static void test_buckets(void **state)
{
	struct testbed tb = { 0 };
	int i;

	(void)state;
	testbed_open(&tb, AF_INET);
	sysctl_set("ipv4/tcp_max_tw_buckets", "10");
	for (i = 0; i < 7; i++)
		testbed_open_and_close(&tb);
	expect_findings(&tb, "", "");
	testbed_open_and_close(&tb);
	expect_findings(&tb, "", "time-wait-buckets");
	want_string(tb.reader.object[0], "severity", "warning");
	want_number(tb.reader.object[0], "used", 8);
	want_number(tb.reader.object[0], "tcp_max_tw_buckets", 10);
	want_advice(tb.reader.object[0], "raise net.ipv4.tcp_max_tw_buckets");
	sysctl_set("ipv4/tcp_max_tw_buckets", "100");
	expect_findings(&tb, "", "");
	sysctl_set("ipv4/tcp_max_tw_buckets", "10");
	for (i = 0; i < 2; i++)
		testbed_open_and_close(&tb);
	for (i = 0; i < 3; i++)
		close_refused(&tb);
	expect_findings(&tb, "", "time-wait-buckets, time-wait-refused");
	want_string(tb.reader.object[0], "severity", "critical");
	want_number(tb.reader.object[1], "recorded", 3);
	want_number(tb.reader.object[1], "since_boot", 3);
	want_string(tb.reader.object[1], "severity", "warning");
	want_advice(tb.reader.object[1], "raise net.ipv4.tcp_max_tw_buckets");
	sysctl_set("ipv4/tcp_max_tw_buckets", "100");
	testbed_open_and_close(&tb);
	expect_findings(&tb, "", "time-wait-refused");
	want_number(tb.reader.object[0], "recorded", 3);

	/* After a reload only the kernel's counter knows. */
	run("rmmod tcpfin && insmod /lib/tcpfin.ko");
	pause_ms(LONG_MS);
	expect_findings(&tb, "", "time-wait-refused");
	want_string(tb.reader.object[0], "severity", "note");
	want_number(tb.reader.object[0], "recorded", 0);
	testbed_close(&tb);
}

static void set_ports(const char *range)
{
	sysctl_set("ipv4/ip_local_port_range", range);
}

/* The names of all findings in a recording must be these. */
static void expect_recorded(struct testbed *tb, const char *want)
{
	struct reader *r = &tb->reader;
	char all[512] = "";
	size_t i;

	reader_start(r, 0, "doctor --json -r /tmp/steps");
	reader_end(r, 2);
	reader_parse(r);
	for (i = 0; i + 1 < r->objects; i++) {
		strcat(all, i ? ", " : "");
		strncat(all, string(r->object[i], "finding"), 32);
	}
	assert_string_equal(all, want);
	want_null(r->object[i], "netns");
}

/* Sockets, ports and places for TIME_WAIT are judged by the steps of a recording. */
static void test_recording(void **state)
{
	struct testbed tb = { 0 };
	struct json_object **f = tb.reader.object;
	struct pair pair[3], half;
	int i;

	(void)state;
	testbed_open(&tb, AF_INET);
	sysctl_set("ipv4/tcp_max_tw_buckets", "20");
	sysctl_set("ipv4/tcp_tw_reuse", "0");
	for (i = 0; i < 3; i++)
		leave_close_wait(&tb, &pair[i]);
	testbed_connect(&tb, &half);
	must(shutdown(half.fd[0], SHUT_WR));
	pause_ms(LONG_MS);
	/* Other ports than those of the leaked connections. */
	set_ports("20000 20019");
	for (i = 0; i < 16; i++)
		testbed_open_and_close(&tb);
	pause_ms(2500);
	reader_start(&tb.reader, 0, "record -w /tmp/steps --history --for 100ms");
	reader_end(&tb.reader, 0);
	expect_recorded(&tb, "close-wait, fin-wait-2, time-wait-buckets, ports");
	want_number(f[0], "count", 4);
	want_number(f[0], "lport", SERVER_PORT);
	want_ms(f[0], "oldest_ms", LONG_MS + 2500, 2000);
	want_null(f[0], "fd");
	want_number(f[1], "pid", getpid());
	want_number(f[2], "used", 16);
	want_number(f[3], "time_wait", 16);
	want_string(f[3], "reuse", "helps");
	want_string(f[3], "comm", "doctor");
	for (i = 0; i < 4; i++)
		want_bool(f[i], "from_steps", true);
	unlink("/tmp/steps");
	for (i = 0; i < 3; i++)
		close(pair[i].fd[1]);
	for (i = 0; i < 2; i++)
		close(half.fd[i]);
	testbed_close(&tb);
}

/* Leak a connection in a new network namespace, by a process there. */
static pid_t leak_elsewhere(struct testbed *tb, struct path *other)
{
	struct pair pair;
	pid_t pid;

	path_open(other, AF_INET, false);
	pair_open(other, &pair);
	pair_close_listener(&pair);
	pid = leak("container", &pair, 1);
	close(pair.fd[0]);
	ns_enter(tb->path.ns[0]);
	pause_ms(LONG_MS);
	return pid;
}

/* A leak in another network namespace is found, told with the namespace, and chosen by it. */
static void test_other_namespace(void **state)
{
	struct testbed tb = { 0 };
	struct path other;
	char args[64];
	pid_t pid;

	(void)state;
	testbed_open(&tb, AF_INET);
	pid = leak_elsewhere(&tb, &other);
	expect_findings(&tb, "", "close-wait");
	want_string(tb.reader.object[0], "comm", "container");
	want_number(tb.reader.object[0], "netns", ns_inode(other.ns[0]));
	want_number(tb.reader.object[0], "netns_pid", pid);
	want_null(tb.reader.object[0], "netns_name");
	snprintf(args, sizeof(args), "--netns %d", pid);
	expect_findings(&tb, args, "close-wait");
	snprintf(args, sizeof(args), "netns = %u", ns_inode(other.ns[0]));
	expect_findings(&tb, args, "close-wait");
	snprintf(args, sizeof(args), "netns = %u", ns_inode(tb.path.ns[0]));
	expect_findings(&tb, args, "");
	/* Steps of a namespace that is not looked at are counted. */
	snprintf(args, sizeof(args), "--netns %d", getpid());
	expect_findings(&tb, args, "");
	assert_true(number(tb.reader.object[0], "events_elsewhere") > 0);

	run("mkdir -p /run/netns && ip netns attach blue %d", pid);
	expect_findings(&tb, "--netns blue", "close-wait");
	want_string(tb.reader.object[0], "netns_name", "blue");
	reader_start(&tb.reader, 0, "doctor");
	reader_end(&tb.reader, 2);
	reader_expect(&tb.reader, "\n  where   network namespace blue (");
	run("ip netns del blue");
	reader_start(&tb.reader, 0, "doctor --netns blue");
	reader_end(&tb.reader, 1);
	stop(pid, SIGKILL);
	expect_findings(&tb, "", "");
	path_close(&other);
	testbed_close(&tb);
}

/* Only the reader's own namespace was looked at. */
static void expect_why_not(struct json_object *last)
{
	struct json_object *list = member(last, "namespaces"), *ns;
	size_t i;

	assert_true(json_object_array_length(list) > 1);
	for (i = 0; i < json_object_array_length(list); i++) {
		ns = json_object_array_get_idx(list, i);
		if (json_object_get_boolean(member(ns, "own")))
			want_null(ns, "why_not");
		else
			want_string(ns, "why_not",
				    "no right to enter it (setns: Operation not permitted)");
	}
}

static int restore_modprobe(void **state)
{
	(void)state;
	run("cat /tmp/modprobe >/proc/sys/kernel/modprobe");
	return 0;
}

/* Without tcp_diag no socket is seen: that is said, and is not the same as none. */
static void test_no_diag(void **state)
{
	struct testbed tb = { 0 };

	(void)state;
	run("cp /proc/sys/kernel/modprobe /tmp/modprobe");
	testbed_open(&tb, AF_INET);
	reader_run_json(&tb.reader, "doctor --json");
	assert_non_null(member(tb.reader.object[tb.reader.objects - 1], "sockets"));
	reader_free(&tb.reader);
	run("echo /bin/false >/proc/sys/kernel/modprobe");
	run("rmmod tcp_diag");
	reader_run_json(&tb.reader, "doctor --json");
	want_null(tb.reader.object[tb.reader.objects - 1], "sockets");
	testbed_close(&tb);
}

/*
 * Without CAP_SYS_ADMIN this namespace alone is looked at, and this is said. The last
 * test: no program that is started after it has this right again.
 */
static void test_no_right_to_enter(void **state)
{
	struct testbed tb = { 0 };
	struct pair pair;
	struct path other;
	pid_t pid;

	(void)state;
	testbed_open(&tb, AF_INET);
	leave_close_wait(&tb, &pair);
	pid = leak_elsewhere(&tb, &other);
	must(prctl(PR_CAPBSET_DROP, CAP_SYS_ADMIN));
	expect_findings(&tb, "", "close-wait");
	want_number(tb.reader.object[0], "netns", ns_inode(tb.path.ns[0]));
	expect_why_not(tb.reader.object[tb.reader.objects - 1]);
	reader_start(&tb.reader, 0, "doctor");
	reader_end(&tb.reader, 2);
	reader_expect(&tb.reader, "no right to enter it (setns: Operation");
	close(pair.fd[1]);
	stop(pid, SIGKILL);
	path_close(&other);
	testbed_close(&tb);
}

/* Filters choose among two leaks, few ports and full tcp_max_tw_buckets. */
static void test_filters(void **state)
{
	struct testbed tb = { 0 };
	struct pair pairs[2];
	uint16_t lport;
	char args[64];
	pid_t pids[2];
	int i;

	(void)state;
	testbed_open(&tb, AF_INET);
	sysctl_set("ipv4/tcp_tw_reuse", "0");
	for (i = 0; i < 2; i++) {
		testbed_connect(&tb, &pairs[i]);
		lport = local_port(pairs[i].fd[0]);
		pids[i] = leak(i ? "second" : "first", &pairs[i], 1);
		close(pairs[i].fd[0]);
	}
	pause_ms(LONG_MS);
	/* Other ports than those of the leaked connections. */
	set_ports("20000 20009");
	for (i = 0; i < 8; i++)
		testbed_open_and_close(&tb);
	sysctl_set("ipv4/tcp_max_tw_buckets", "8");
	expect_findings(&tb, "",
		     "time-wait-buckets, close-wait, close-wait, ports");

	/* A filter on the process: findings on the whole machine are left out. */
	expect_findings(&tb, "comm = second", "close-wait");
	want_number(tb.reader.object[0], "pid", pids[1]);
	want_number(tb.reader.object[1], "sockets.all", 1);
	want_number(tb.reader.object[1], "sockets.close_wait", 1);
	snprintf(args, sizeof(args), "pid = %d or pid = %d", pids[0], pids[1]);
	expect_findings(&tb, args, "close-wait, close-wait");
	snprintf(args, sizeof(args), "state close-wait and dport = :%u", lport);
	expect_findings(&tb, args, "close-wait");
	want_number(tb.reader.object[0], "pid", pids[1]);

	/* A filter that chooses any connection to a destination counts all its ports. */
	snprintf(args, sizeof(args), "state time-wait and dport = :%u",
		 SERVER_PORT);
	expect_findings(&tb, args, "ports");
	want_number(tb.reader.object[0], "used", 8);
	want_number(tb.reader.object[1], "sockets.all", 8);
	expect_findings(&tb, "comm = doctor and closer = local", "ports");
	expect_findings(&tb, "dst 192.0.2.0/24", "");
	want_number(tb.reader.object[0], "events", 0);
	assert_true(number(tb.reader.object[0], "events_left_out") > 0);
	for (i = 0; i < 2; i++)
		stop(pids[i], SIGKILL);
	testbed_close(&tb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_healthy),
		cmocka_unit_test(test_close_wait),
		cmocka_unit_test(test_older_than_the_module),
		cmocka_unit_test(test_accept_queue),
		cmocka_unit_test(test_attached_fin_wait2),
		cmocka_unit_test(test_buckets),
		cmocka_unit_test(test_other_namespace),
		cmocka_unit_test(test_recording),
		cmocka_unit_test(test_filters),
		cmocka_unit_test_teardown(test_no_diag, restore_modprobe),
		cmocka_unit_test(test_no_right_to_enter),
	};

	return cmocka_run_group_tests_name("doctor", tests, NULL, NULL);
}
