// SPDX-License-Identifier: GPL-2.0
/* "tcpfin top" on real sockets; top_cost.c measures its CPU time. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "findings.h"
#include "top_cost.h"

static void top(struct testbed *tb, const char *args)
{
	char line[128];

	snprintf(line, sizeof(line), "top --batch %s", args);
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
	reader_follow(&tb.reader, "top --batch -i 1s -c 2");
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
		cmocka_unit_test(test_the_end),
		cmocka_unit_test(test_cost),
		cmocka_unit_test(test_cost_on_a_terminal),
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
