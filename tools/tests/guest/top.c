// SPDX-License-Identifier: GPL-2.0
/* "tcpfin top" on real sockets; top_cost.c measures its CPU time. */
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "findings.h"
#include "top_cost.h"
#include "traffic.h"

/* Show the network namespace of this process alone. */
static void top(struct testbed *tb, const char *args)
{
	char line[128];

	snprintf(line, sizeof(line), "top --batch --netns %d %s", getpid(), args);
	reader_run(&tb->reader, line);
}

/* The first line that begins with @begin; the line must exist. */
static const char *find_line(const struct testbed *tb, const char *begin)
{
	static char line[512];
	char want[128];
	const char *at;

	snprintf(want, sizeof(want), "\n%s", begin);
	at = strstr(tb->reader.text[0], want);
	if (!at) {
		fail_msg("a line with '%s' expected, seen: %s", begin,
			 tb->reader.text[0]);
		return NULL;
	}
	snprintf(line, sizeof(line), "%.*s", (int)strcspn(at + 1, "\n"),
		 at + 1);
	return line;
}

static void want_line(const struct testbed *tb, const char *begin,
		      const char *end)
{
	const char *line = find_line(tb, begin);
	size_t len = strlen(line);

	if (len < strlen(end) || strcmp(line + len - strlen(end), end))
		fail_msg("'%s' expected at the end of: %s", end, line);
}

static void close_both(struct pair *pair)
{
	close(pair->fd[0]);
	close(pair->fd[1]);
}

/* Waiting sockets have the age of their event and the process that holds them. */
static void test_waiting(void **state)
{
	struct pair first, second, half;
	struct testbed tb = { 0 };
	char end[128];

	(void)state;
	testbed_open(&tb, AF_INET);
	prctl(PR_SET_NAME, "wait\ter");
	leave_close_wait(&tb, &first);
	pause_ms(30000);
	leave_close_wait(&tb, &second);
	pause_ms(LONG_MS);
	testbed_connect(&tb, &half);
	must(shutdown(half.fd[0], SHUT_WR));
	pause_ms(3000);
	top(&tb, "-c 1");
	find_line(&tb, "CLOSE_WAIT          3      0.0");
	find_line(&tb, "FIN_WAIT2           1      0.0");
	find_line(&tb, "CLOSE_WAIT and FIN_WAIT2, oldest first: 4 of 4");
	snprintf(end, sizeof(end), "s wait\\x09er      %-9d %5u 127.0.0.1:",
		 getpid(), SERVER_PORT);
	assert_non_null(strstr(find_line(&tb, "CLOSE_WAIT    1m4"), end));
	assert_non_null(strstr(find_line(&tb, "CLOSE_WAIT    1m1"), end));
	snprintf(end, sizeof(end), "s wait\\x09er      %-9d %5u 127.0.0.1:%u",
		 getpid(), local_port(half.fd[0]), SERVER_PORT);
	want_line(&tb, "FIN_WAIT2      4.", end);
	/* A filter chooses listed sockets, not counted ones. */
	top(&tb, "-c 1 state fin-wait-2");
	find_line(&tb, "CLOSE_WAIT          3      0.0");
	find_line(&tb, "CLOSE_WAIT and FIN_WAIT2, oldest first: 1 of 1, filtered");
	top(&tb, "-c 1 comm = nobody");
	find_line(&tb, "CLOSE_WAIT and FIN_WAIT2, oldest first: 0 of 0, filtered");
	close_both(&half);
	close(first.fd[1]);
	close(second.fd[1]);
	testbed_close(&tb);
}

/* Ages of sockets older than the module are marked as lower bounds. */
static void test_older_than_the_module(void **state)
{
	struct testbed tb = { 0 };
	struct pair pair;

	(void)state;
	testbed_open(&tb, AF_INET6);
	leave_close_wait(&tb, &pair);
	pause_ms(LONG_MS);
	run("rmmod tcpfin && insmod /lib/tcpfin.ko");
	top(&tb, "-c 1");
	find_line(&tb, "CLOSE_WAIT   ~1m1");
	close(pair.fd[1]);
	testbed_close(&tb);
}

/* tcp_max_tw_buckets, ports and steps, before and while "top" runs. */
static void test_numbers(void **state)
{
	struct testbed tb = { 0 };
	struct pair pair;
	char args[64];
	int i;

	(void)state;
	testbed_open(&tb, AF_INET);
	sysctl_set("ipv4/tcp_max_tw_buckets", "64");
	sysctl_set("ipv4/ip_local_port_range", "40000 40099");
	/* Otherwise a slow machine reuses ports after a second. */
	sysctl_set("ipv4/tcp_tw_reuse", "0");
	for (i = 0; i < 20; i++)
		testbed_open_and_close(&tb);
	testbed_connect(&tb, &pair);
	snprintf(args, sizeof(args), "top --batch -i 1s -c 2 --netns %d", getpid());
	reader_follow(&tb.reader, args);
	for (i = 0; i < 10; i++)
		testbed_open_and_close(&tb);
	reader_end(&tb.reader, 0);
	reader_expect(&tb.reader, "TIME_WAIT places  [###################.....................] 30 of 64, 46%");
	find_line(&tb, "ESTABLISHED         2        -     20.0");
	find_line(&tb, "TIME_WAIT          30     10.0      0.0");
	find_line(&tb, "TIME_WAIT          30      0.0      0.0");
	find_line(&tb, "    31    100   31     30  127.0.0.1:7777 from 127.0.0.1");
	find_line(&tb, "lost: overwritten 0, missed 0, unmatched 0, ");
	close_both(&pair);
	pause_ms(LONG_MS);
	top(&tb, "--for 2s");
	find_line(&tb, "TIME_WAIT places  [........................................] 0 of 64, 0%");
	find_line(&tb, "TIME_WAIT ended   expired 31 (");
	find_line(&tb, "ESTABLISHED         0        -      0.0   fin                       31");
	testbed_close(&tb);
}

/* A process of another network namespace that does not close a connection */
struct leaker {
	struct path path;
	pid_t pid;
};

/* Make a namespace with a connection that "leaker" leaves in CLOSE_WAIT. */
static void leak_elsewhere(struct testbed *tb, struct leaker *l)
{
	struct pair pair;

	path_open(&l->path, AF_INET, false);
	pair_open(&l->path, &pair);
	pair_close_listener(&pair);
	l->pid = must(fork());
	if (!l->pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prctl(PR_SET_NAME, "leaker");
		close(pair.fd[0]);
		pause();
		_exit(0);
	}
	close(pair.fd[0]);
	expect_eof(pair.fd[1]);
	close(pair.fd[1]);
	ns_enter(tb->path.ns[0]);
}

static void end_leak(struct leaker *l)
{
	stop(l->pid, SIGKILL);
	path_close(&l->path);
}

/* All network namespaces are shown together, or one of them, by name or process. */
static void test_namespaces(void **state)
{
	struct testbed tb = { 0 };
	struct leaker other;
	struct pair pair;
	char want[128];

	(void)state;
	testbed_open(&tb, AF_INET);
	prctl(PR_SET_NAME, "here");
	leave_close_wait(&tb, &pair);
	leak_elsewhere(&tb, &other);
	pause_ms(3000);
	reader_run(&tb.reader, "top --batch -c 1");
	find_line(&tb, "CLOSE_WAIT          2      0.0");
	find_line(&tb, "CLOSE_WAIT and FIN_WAIT2, oldest first: ");
	find_line(&tb, "STATE           AGE C-COMM   PID       NETNS      LPORT REMOTE");
	snprintf(want, sizeof(want), "s here     %-9d %-10u  7777 127.0.0.1:", getpid(),
		 ns_inode(tb.path.ns[0]));
	reader_expect(&tb.reader, want);
	snprintf(want, sizeof(want), "s leaker   %-9d %-10u  7777 127.0.0.1:", other.pid,
		 ns_inode(other.path.ns[0]));
	reader_expect(&tb.reader, want);
	assert_null(strstr(tb.reader.text[0], "elsewhere"));
	assert_null(strstr(tb.reader.text[0], "not seen"));
	reader_run(&tb.reader, "top --batch -c 1 comm = leaker and state close-wait");
	find_line(&tb, "CLOSE_WAIT and FIN_WAIT2, oldest first: 1 of 1, filtered");

	run("mkdir -p /run/netns && ip netns attach blue %d", other.pid);
	reader_run(&tb.reader, "top --batch -c 1");
	snprintf(want, sizeof(want), "s leaker   %-9d blue        7777 127.0.0.1:",
		 other.pid);
	reader_expect(&tb.reader, want);
	reader_run(&tb.reader, "top --batch -c 1 --netns blue");
	find_line(&tb, "CLOSE_WAIT          1      0.0");
	reader_expect(&tb.reader, "s leaker          ");
	reader_expect(&tb.reader, "; elsewhere ");
	assert_null(strstr(tb.reader.text[0], "NETNS"));
	run("ip netns del blue");
	reader_refuses(0, "top --batch --netns blue", "no network namespace of the name blue");
	reader_refuses(0, "top --netns 1 -r /dev/null", "--netns is for this machine");
	top(&tb, "-c 1");
	find_line(&tb, "CLOSE_WAIT          1      0.0");
	end_leak(&other);
	close(pair.fd[1]);
	prctl(PR_SET_NAME, "top");
	testbed_close(&tb);
}

/* A network namespace comes, and another goes, while "top" runs. */
static void test_namespaces_come_and_go(void **state)
{
	struct testbed tb = { 0 };
	struct leaker other;
	const char *last, *next;

	(void)state;
	testbed_open(&tb, AF_INET);
	reader_follow(&tb.reader, "top --batch -i 5s");
	pause_ms(12000);
	leak_elsewhere(&tb, &other);
	pause_ms(60000);
	end_leak(&other);
	pause_ms(60000);
	reader_stop(&tb.reader);
	find_line(&tb, "CLOSE_WAIT          1      0.0");
	reader_expect(&tb.reader, "s leaker   ");
	assert_null(strstr(tb.reader.text[0], "not seen"));
	for (last = tb.reader.text[0]; (next = strstr(last, "\nCLOSE_WAIT   ")); last = next + 1)
		;
	assert_memory_equal(last, "CLOSE_WAIT          0 ", 22);
	testbed_close(&tb);
}

/*
 * Without CAP_SYS_ADMIN this network namespace alone is listed, and this is said. The
 * last test: no program that is started after it has this right again.
 */
static void test_no_right_to_enter(void **state)
{
	struct testbed tb = { 0 };
	struct leaker other;
	struct pair pair;

	(void)state;
	testbed_open(&tb, AF_INET);
	leave_close_wait(&tb, &pair);
	leak_elsewhere(&tb, &other);
	must(prctl(PR_CAPBSET_DROP, CAP_SYS_ADMIN));
	reader_run(&tb.reader, "top --batch -c 1");
	find_line(&tb, "CLOSE_WAIT          1      0.0");
	find_line(&tb, "lost: overwritten 0, ");
	reader_expect(&tb.reader, "\nnot seen: 2 of 3 network namespaces, of ");
	reader_expect(&tb.reader, ": no right to enter it (setns: Operation not permitted)\n");
	end_leak(&other);
	close(pair.fd[1]);
	testbed_close(&tb);
}

/* "top" ends with a frame, by SIGTERM and when the module is unloaded. */
static void test_the_end(void **state)
{
	struct testbed tb = { 0 };

	(void)state;
	testbed_open(&tb, AF_INET);
	reader_follow(&tb.reader, "top --batch -i 1h");
	kill(tb.reader.pid, SIGTERM);
	reader_end(&tb.reader, 0);
	reader_expect(&tb.reader, "tcpfin top  ");
	reader_follow(&tb.reader, "top --batch -i 1h");
	run("rmmod tcpfin");
	reader_end(&tb.reader, 0);
	reader_expect(&tb.reader, "\nthe module was unloaded\n");
	testbed_close(&tb);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_waiting),
		cmocka_unit_test(test_older_than_the_module),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_namespaces),
		cmocka_unit_test(test_namespaces_come_and_go),
		cmocka_unit_test(test_the_end),
		cmocka_unit_test(test_cost),
		cmocka_unit_test(test_cost_on_a_terminal),
		cmocka_unit_test(test_no_right_to_enter),
	};

	if (argc > 1)
		cost_sockets = (unsigned int)strtoul(argv[1], NULL, 10);
	if (argc > 2)
		cost_percent = (unsigned int)strtoul(argv[2], NULL, 10);
	if (!cost_percent) {
		fprintf(stderr, "usage: top [SOCKETS [PERCENT [TEST]]]\n");
		return 2;
	}
	if (argc > 3)
		cmocka_set_test_filter(argv[3]);
	return cmocka_run_group_tests_name("top", tests, NULL, NULL);
}
