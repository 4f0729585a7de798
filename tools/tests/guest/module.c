// SPDX-License-Identifier: GPL-2.0
/*
 * Parameters of the module; loading and unloading with readers and traffic.
 *
 * Usage: module [ROUNDS], the number of loads and unloads.
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

#include "events.h"
#include "klog.h"
#include "module/tcpfin.h"
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

static void expect_not_loaded(void)
{
	struct stat st;

	assert_int_equal(stat(PROC, &st), -1);
	assert_int_equal(stat("/sys/module/tcpfin", &st), -1);
}

/* Loading must fail with one line of the module in the log and leave nothing behind. */
static void expect_refused(const char *parameters, const char *line)
{
	char *log, *ours, *end;

	klog_clear();
	assert_int_equal(load_exactly(parameters), EINVAL);
	log = klog_read();
	ours = strstr(log, "tcpfin: ");
	end = ours ? strchr(ours, '\n') : NULL;
	/* Others may log lines, but not about the module. */
	if (!end || strncmp(ours + 8, line, strlen(line)) ||
	    strstr(end, "tcpfin"))
		fail_msg("%s: one line with '%s' expected, seen: %s",
			 parameters, line, log);
	free(log);
	expect_not_loaded();
}

static void test_bad_parameters(void **state)
{
	static const char *const sizes[][2] = {
		{ "0", "0: want a power of two from 64 to 1048576, or auto\n" },
		{ "32", "32: " }, { "65", "65: " }, { "100", "100: " },
		{ "2097152", "2097152: " }, { "-1", "-1: " },
		{ "-64", "-64: " }, { "4294967295", "4294967295: " },
		/* 2^32 + 64, 2^64 + 64: high bits must not be cut off. */
		{ "4294967360", "4294967360: " },
		{ "18446744073709551680", "18446744073709551680: " },
		{ "99999999999999999999999999", "99999999999999999999999999: " },
		{ "0x41", "0x41: " }, { "0x", "0x: " }, { "0100000000", "0100000000: " },
		{ "64k", "64k: " }, { "64.0", "64.0: " }, { "6e1", "6e1: " },
		{ "many", "many: " }, { "autos", "autos: " }, { "", ": want" },
		{ "\"\"", ": want" },
		{ "\" 64\"", "\\x2064: " }, { "\"64 64\"", "64\\x2064: " },
		{ "\"64\n\n\"", "64\\x0a\\x0a: " },
		{ "64,128", "64,128: " }, { "128 ring_size=100", "100: " },
		{ "64\x80", "64\\x80: " }, { "\302\23364", "\\xc2\\x9b64: " },
		{ "\"\033[2J\n<0>tcpfin: loaded\"",
		  "\\x1b[2J\\x0a<0>tcpfin:\\x20loaded: " },
	};
	static const char *const scopes[][2] = {
		{ "some", "some: want teardown or all\n" }, { "", ": want" },
		{ "ALL", "ALL: " }, { "Teardown", "Teardown: " },
		{ "al", "al: " }, { "allx", "allx: " }, { "all,", "all,: " },
		{ "\"all\n\"", "all\\x0a: " }, { "\" all\"", "\\x20all: " },
		{ "teardown,all", "teardown,all: " }, { "1", "1: " },
		{ "all scope=\xff", "\\xff: " },
	};
	char parameters[128], line[128];
	size_t i;

	(void)state;
	unload();
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		snprintf(parameters, sizeof(parameters), "ring_size=%s",
			 sizes[i][0]);
		snprintf(line, sizeof(line), "ring_size=%s", sizes[i][1]);
		expect_refused(parameters, line);
	}
	for (i = 0; i < sizeof(scopes) / sizeof(scopes[0]); i++) {
		snprintf(parameters, sizeof(parameters), "scope=%s",
			 scopes[i][0]);
		snprintf(line, sizeof(line), "scope=%s", scopes[i][1]);
		expect_refused(parameters, line);
	}
	load("");
}

/* The log line cuts long values; the kernel accepts 1,024 bytes. */
static void test_long_parameters(void **state)
{
	char parameters[4096];

	(void)state;
	unload();
	memset(parameters, '6', sizeof(parameters));
	parameters[10 + 1000] = '\0';
	memcpy(parameters, "ring_size=", 10);
	expect_refused(parameters,
		       "ring_size=666666666666666666666666666666666666666666666666666666666666666: want");
	memcpy(parameters, "scope=\033\033\033\033", 10);
	expect_refused(parameters, "scope=\\x1b\\x1b\\x1b\\x1b666");
	parameters[10 + 1000] = '6';
	parameters[sizeof(parameters) - 1] = '\0';
	assert_int_equal(load_exactly(parameters), ENOSPC);
	expect_not_loaded();
	assert_int_equal(load_exactly("ring_size"), EINVAL);
	expect_not_loaded();
	load("");
}

/* Numbers in the kernel's other notations; of several values the last one counts. */
static void test_good_parameters(void **state)
{
	static const char *const good[] = {
		"ring_size=64", "ring_size=0x40", "ring_size=0100",
		"ring_size=\"64\n\"", "ring_size=wrong ring_size=64 scope=all",
	};
	struct stat st;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		unload();
		if (load_exactly(good[i]))
			fail_msg("%s: %m", good[i]);
		run("grep -q ' of 64 records' " PROC);
	}
	/* Only root may read the parameters, and nobody change them. */
	must(stat("/sys/module/tcpfin/parameters/ring_size", &st));
	assert_int_equal(st.st_mode & 07777, 0400);
	must(stat("/sys/module/tcpfin/parameters/scope", &st));
	assert_int_equal(st.st_mode & 07777, 0400);
	unload();
	load("");
}

/* A ring_size that is allowed, but too large for the free memory. */
static void test_too_much_memory(void **state)
{
	unsigned long page = (unsigned long)sysconf(_SC_PAGESIZE), hogged = 0;
	const unsigned long want = TCPFIN_RECORDS_MAX * 128UL;
	char *log, *hog;

	(void)state;
	unload();
	/* Leave less memory than one ring needs. */
	hogged = (unsigned long)sysconf(_SC_AVPHYS_PAGES) * page - want / 2;
	hog = mmap(NULL, hogged, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	assert_ptr_not_equal(hog, MAP_FAILED);
	klog_clear();
	assert_int_equal(load_exactly("ring_size=1048576"), ENOMEM);
	munmap(hog, hogged);
	log = klog_read();
	assert_non_null(strstr(log, "tcpfin: no memory for 1 rings of 1048576 "
				    "records: choose a smaller ring_size\n"));
	free(log);
	expect_not_loaded();
	load("ring_size=1048576");
	unload();
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
	/* One verdict and one picture, with the port that the first step lacks. */
	run("tcpfin handshakes --json --history -c 1 >/root/verdict");
	run("test $(grep -o '\"cookie\":' /root/verdict | wc -l) = 2");
	run("! grep -q '\"[lr]port\":0,' /root/verdict");
	run("tcpfin ladder --history -c 1 >/root/ladder");
	run("grep -q 'RST' /root/ladder && ! grep -q 'not seen' /root/ladder");
	run("grep -q ':%u' /root/ladder", local_port(pair.fd[1]));
	close(pair.fd[1]);
	close(pair.listener);
	events_close(&events);
	unload();
	load("");
}

/* In a child: wait for records. No assertions, which would go on as a second test. */
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

/* Start a child that waits for records, in poll() or epoll_wait(). */
static pid_t start_waiter(bool with_epoll, short events)
{
	pid_t pid = must(fork());

	if (!pid)
		_exit(wait_for_records(with_epoll, events));
	return pid;
}

static void test_unload_wakes_waiters(void **state)
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

/* Waiters for events that never come must not delay unloading. */
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
	/* They may end at any time after the module is unloaded. */
	stop(waiters[0], SIGTERM);
	stop(waiters[1], SIGTERM);
	klog_expect_own_only();
}

/* Open files and mappings stay safe to use, and show that the module is gone. */
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
		cmocka_unit_test(test_long_parameters),
		cmocka_unit_test(test_good_parameters),
		cmocka_unit_test(test_too_much_memory),
		cmocka_unit_test(test_scope_all),
		cmocka_unit_test(test_unload_wakes_waiters),
		cmocka_unit_test(test_deaf_waiters),
		cmocka_unit_test(test_open_and_mapped),
		cmocka_unit_test(test_load_and_unload),
	};

	if (argc > 1)
		rounds = strtoul(argv[1], NULL, 10);
	return cmocka_run_group_tests_name("module", tests, setup, NULL);
}
