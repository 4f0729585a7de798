// SPDX-License-Identifier: GPL-2.0
/*
 * Loading and unloading, with readers and traffic, and the parameters.
 *
 * Usage: module [ROUNDS], that many loads and unloads.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../../module/tcpfin.h"
#include "events.h"
#include "klog.h"
#include "traffic.h"

#define PROC	"/proc/tcpfin"

static struct path lo;
static unsigned int rounds = 100;

static int setup(void **state)
{
	(void)state;
	path_open(&lo, AF_INET, false);
	return 0;
}

static void load(const char *parameters)
{
	run("insmod /lib/tcpfin.ko %s", parameters);
}

static void unload(void)
{
	run("rmmod tcpfin");
}

/* A refused load: one line of ours in the log, and nothing is left behind. */
static void expect_refused(const char *parameters, const char *line)
{
	char command[128], *log, *ours, *end;
	struct stat st;

	snprintf(command, sizeof(command),
		 "insmod /lib/tcpfin.ko %s 2>/dev/null", parameters);
	klog_clear();
	assert_int_not_equal(system(command), 0);
	log = klog_read();
	ours = strstr(log, "tcpfin: ");
	end = ours ? strchr(ours, '\n') : NULL;
	/* Others may have something to say, but not of us. */
	if (!end || strncmp(ours + 8, line, strlen(line)) ||
	    strstr(end, "tcpfin"))
		fail_msg("%s: one line with '%s' expected, seen: %s",
			 parameters, line, log);
	free(log);
	assert_int_equal(stat(PROC, &st), -1);
	assert_int_equal(stat("/sys/module/tcpfin", &st), -1);
}

static void test_bad_parameters(void **state)
{
	(void)state;
	unload();
	expect_refused("ring_size=0", "ring_size=0: want a power of two from 64 to 1048576");
	expect_refused("ring_size=32", "ring_size=32: want");
	expect_refused("ring_size=100", "ring_size=100: want");
	expect_refused("ring_size=2097152", "ring_size=2097152: want");
	expect_refused("ring_size=-1", "ring_size=-1: want");
	expect_refused("ring_size=64k", "ring_size=64k: want");
	expect_refused("ring_size=many", "ring_size=many: want");
	expect_refused("scope=some", "scope=some: want teardown or all");
	expect_refused("scope=", "scope=: want teardown or all");
	load("");
}

static void test_scope_all(void **state)
{
	struct events events;
	struct pair pair;

	(void)state;
	unload();
	load("scope=all ring_size=64");
	events_open(&events);
	pair_open(&lo, &pair);
	linger_zero(pair.fd[0]);
	close(pair.fd[0]);
	events_wait_end(&events, pair.cookie[1]);
	events_expect(&events, pair.cookie[0],
		      "CLOSE>SYN_SENT pid, SYN_SENT>ESTABLISHED, "
		      "ESTABLISHED>CLOSE aborted:linger-0 pid");
	events_expect(&events, pair.cookie[1],
		      "SYN_RECV>ESTABLISHED, ESTABLISHED>CLOSE rst-rcvd");
	close(pair.fd[1]);
	close(pair.listener);
	events_close(&events);
	unload();
	load("");
}

/* What such a child does; a test that fails must not go on in two processes. */
static int wait_for_records(bool with_epoll, short events)
{
	struct epoll_event event = { .events = EPOLLIN };
	struct pollfd pfd = { .events = events };
	int epoll;

	pfd.fd = open(PROC, O_RDONLY);
	if (pfd.fd < 0 || lseek(pfd.fd, 0, SEEK_END))
		return 2;
	if (!with_epoll)
		return poll(&pfd, 1, 60000) != 1;
	epoll = epoll_create1(0);
	if (epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, pfd.fd, &event))
		return 2;
	return epoll_wait(epoll, &event, 1, 60000) != 1;
}

/* A child that waits for records, in poll() or epoll_wait(). */
static pid_t start_waiter(bool with_epoll, short events)
{
	pid_t pid = must(fork());

	if (!pid)
		_exit(wait_for_records(with_epoll, events));
	return pid;
}

static void test_waiters_are_sent_away(void **state)
{
	pid_t waiters[2];

	(void)state;
	waiters[0] = start_waiter(false, POLLIN);
	waiters[1] = start_waiter(true, 0);
	pause_ms(500);
	klog_clear();
	unload();
	assert_int_equal(wait_exit(waiters[0], 5), 0);
	assert_int_equal(wait_exit(waiters[1], 5), 0);
	klog_expect_own_only();
	load("");
}

/* Who waits for nothing that ever comes does not hold up the unloading. */
static void test_deaf_waiters(void **state)
{
	pid_t waiters[2];
	char *log;

	(void)state;
	waiters[0] = start_waiter(false, 0);
	waiters[1] = start_waiter(false, POLLPRI);
	pause_ms(500);
	klog_clear();
	unload();
	klog_expect_own_only();
	log = klog_read();
	assert_non_null(strstr(log, "its wait queue is left behind"));
	free(log);
	load("");
	/* They may go at any time, with the module long gone. */
	stop(waiters[0], SIGTERM);
	stop(waiters[1], SIGTERM);
	klog_expect_own_only();
}

/* What was open or mapped stays safe to use, and says that it is over. */
static void test_open_and_mapped(void **state)
{
	struct epoll_event event = { .events = EPOLLIN };
	int fd = must(open(PROC, O_RDONLY | O_CLOEXEC));
	int epoll = must(epoll_create1(EPOLL_CLOEXEC));
	struct tcpfin_header *header;
	char c;

	(void)state;
	must(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event));
	header = mmap(NULL, sizeof(*header), PROT_READ, MAP_SHARED, fd, 0);
	assert_ptr_not_equal(header, MAP_FAILED);
	unload();
	assert_int_equal(header->gone, 1);
	assert_int_equal(read(fd, &c, 1), -1);
	assert_int_equal(errno, EIO);
	load("");
	assert_int_equal(header->gone, 1);
	munmap(header, sizeof(*header));
	close(epoll);
	close(fd);
}

static void test_load_and_unload(void **state)
{
	static const char *const cat[] = { "cat", PROC, NULL };
	static const char *const watch[] = { "tcpfin", "watch", NULL };
	pid_t traffic = traffic_start(&lo);
	unsigned int round;

	(void)state;
	unload();
	klog_clear();
	for (round = 0; round < rounds; round++) {
		pid_t readers[3];
		int i;

		load("");
		pause_ms(20);
		readers[0] = start("/dev/null", cat);
		readers[1] = start("/dev/null", cat);
		readers[2] = start("/dev/null", watch);
		pause_ms(round % 4 * 20);
		unload();
		for (i = 0; i < 3; i++)
			if (wait_exit(readers[i], 20) < 0)
				fail_msg("reader %d hangs in round %u", i,
					 round);
	}
	stop(traffic, SIGKILL);
	klog_expect_own_only();
	load("");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bad_parameters),
		cmocka_unit_test(test_scope_all),
		cmocka_unit_test(test_waiters_are_sent_away),
		cmocka_unit_test(test_deaf_waiters),
		cmocka_unit_test(test_open_and_mapped),
		cmocka_unit_test(test_load_and_unload),
	};

	if (argc > 1)
		rounds = strtoul(argv[1], NULL, 10);
	return cmocka_run_group_tests_name("module", tests, setup, NULL);
}
