// SPDX-License-Identifier: GPL-2.0
/*
 * A CPU is switched off and on while all CPUs have traffic: nothing may be lost, and
 * counts of events must be those of the kernel's counters. A CPU that comes when no
 * ring is left: what it loses is counted and shown.
 *
 * For two CPUs in real time. The module is loaded and unloaded only while there is no
 * traffic: QEMU's emulation of several CPUs does not survive code that changes while
 * it runs.
 */
#include <arpa/inet.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "klog.h"
#include "program.h"
#include "snmp.h"
#include "traffic.h"

#define CPUS		2
/* Connections on one CPU, with 7 records at most: few enough for a ring to hold all. */
#define CONNECTIONS	1000
#define TEST_MODULE	"/root/test/tcpfin.ko"

static void set_online(unsigned int cpu, bool online)
{
	run("echo %d >/sys/devices/system/cpu/cpu%u/online", online, cpu);
}

/* Fails while the CPU is offline; then any other will do. */
static void move_to(unsigned int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

/* Open and close connections to an address of its own; the client closes first. */
static void churn(struct path *path, unsigned int cpu)
{
	struct sockaddr_in *in = (struct sockaddr_in *)&path->addr;
	int listener, client, server;
	unsigned int i;

	in->sin_addr.s_addr = htonl(0x7f000001 + cpu);
	listener = listener_open(path);
	for (i = 0; i < CONNECTIONS; i++) {
		move_to(cpu);
		client = client_socket(path, 0);
		if (client_connect(client, path))
			_exit(1);
		server = accept(listener, NULL, NULL);
		close(client);
		expect_eof(server);
		close(server);
	}
	_exit(0);
}

static unsigned long count(const struct events *events, const char *kind,
			   const char *new_state)
{
	unsigned long n = 0;
	size_t i;

	for (i = 0; i < events->count; i++)
		n += !strcmp(events->list[i].kind, kind) &&
		     !strcmp(events->list[i].new_state, new_state);
	return n;
}

/* A probe misses a call now and then, which the kernel counts. */
static void want_count(const char *what, unsigned long seen, unsigned long want)
{
	unsigned long missed = events_totals().missed;

	print_message("# %s: %lu seen, %lu expected, %lu missed\n", what, seen,
		      want, missed);
	assert_in_range(seen, want - missed, want);
}

/* Load the module while only the first CPU is online. */
static void open_with_one(struct testbed *tb, const char *module)
{
	set_online(1, false);
	testbed_open_with(tb, AF_INET, module);
	sysctl_set("ipv4/ip_local_port_range", "1024 65535");
}

static void test_loses_nothing(void **state)
{
	unsigned long all = CPUS * CONNECTIONS, switched = 0;
	struct testbed tb = { 0 };
	struct json_object *ring;
	unsigned int i, left;
	pid_t pid[CPUS];
	int status;

	(void)state;
	open_with_one(&tb, "/lib/tcpfin.ko ring_size=16384");
	run("grep -q '^# 2 rings of 16384 records (1 used, 1 spare), ' /proc/tcpfin");
	reader_follow(&tb.reader, "record -w /tmp/hotplug");
	for (i = 0; i < CPUS; i++)
		pid[i] = traffic_child(&tb.path, i, churn);
	for (left = CPUS; left; switched++) {
		set_online(1, !(switched % 2));
		pause_ms(300);
		while (left && waitpid(pid[CPUS - left], &status, WNOHANG)) {
			assert_int_equal(status, 0);
			left--;
		}
	}
	set_online(1, true);
	events_settle(1000);
	reader_stop(&tb.reader);
	events_read(&tb.events);
	print_message("# switched %lu times\n", switched);
	assert_int_equal(tb.events.lost, 0);
	assert_int_equal(events_totals().no_ring, 0);
	want_count("began to close", count(&tb.events, "state", "FIN_WAIT1"), all);
	want_count("closed second", count(&tb.events, "state", "LAST_ACK"), all);
	want_count("TIME_WAIT", count(&tb.events, "tw-birth", "FIN_WAIT2") +
				count(&tb.events, "tw-birth", "TIME_WAIT"),
		   netstat_counter("TW") + netstat_counter("TWKilled"));
	assert_non_null(strstr(tb.reader.text[1], " 0 lost, "));
	reader_free(&tb.reader);
	reader_run_json(&tb.reader, "status --json");
	want_number(tb.reader.object[0], "rings_used", 2);
	for (i = 0; i < CPUS; i++) {
		ring = json_object_array_get_idx(member(tb.reader.object[0], "ring"), i);
		want_number(ring, "cpu", i);
		assert_in_range(number(ring, "recorded"), 1, 16384);
	}
	testbed_close(&tb);
}

/* Sum up the numbers that follow @what in a text. */
static unsigned long sum_after(const char *text, const char *what)
{
	unsigned long sum = 0;

	while ((text = strstr(text, what))) {
		text += strlen(what);
		sum += strtoul(text, NULL, 10);
	}
	return sum;
}

static void test_counts_what_has_no_ring(void **state)
{
	static const char want[] =
		"{\"type\":\"lost\",\"cpu\":null,\"no_ring\":true,\"count\":";
	struct reader record = { 0 };
	struct testbed tb = { 0 };
	unsigned long lost, before, all;
	char line[96], *log;
	int status;

	(void)state;
	open_with_one(&tb, TEST_MODULE " most_rings=1");
	/* The previous test's namespace goes. */
	before = events_settle(1000);
	reader_follow(&tb.reader, "watch --json");
	reader_follow(&record, "record -w /tmp/hotplug");
	set_online(1, true);
	waitpid(traffic_child(&tb.path, 1, churn), &status, 0);
	assert_int_equal(status, 0);
	all = events_settle(1000) - before;
	lost = events_totals().no_ring;
	all += lost + events_totals().missed;
	print_message("# %lu without a ring, of %lu, with %lu missed\n", lost,
		      all, events_totals().missed);
	/* 6 steps, or 7 if the server's ACK comes before its FIN. */
	assert_in_range(all, 6 * CONNECTIONS, 7 * CONNECTIONS);
	assert_in_range(lost, 5 * CONNECTIONS, 7 * CONNECTIONS);
	pause_ms(2000);
	reader_stop(&record);
	snprintf(line, sizeof(line), " %lu lost, ", lost);
	if (!strstr(record.text[1], line))
		fail_msg("'%s' expected in: %s", line, record.text[1]);
	reader_free(&record);
	reader_stop(&tb.reader);
	assert_int_equal(sum_after(tb.reader.text[0], want), lost);
	reader_free(&tb.reader);
	events_read(&tb.events);
	assert_int_equal(tb.events.lost, lost);

	snprintf(line, sizeof(line), ", no ring %lu\n", lost);
	reader_run(&tb.reader, "summary");
	reader_expect(&tb.reader, line);
	reader_free(&tb.reader);
	reader_run(&tb.reader, "summary -r /tmp/hotplug");
	reader_expect(&tb.reader, line);
	reader_free(&tb.reader);
	reader_run_json(&tb.reader, "status --json");
	want_number(tb.reader.object[0], "rings", 1);
	want_number(tb.reader.object[0], "no_ring", lost);
	testbed_close(&tb);
	klog_clear();
	run("rmmod tcpfin");
	log = klog_read();
	assert_non_null(strstr(log, " without a ring\n"));
	free(log);
	run("insmod /lib/tcpfin.ko");
	run("grep -q '(2 used, 0 spare)' /proc/tcpfin");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_loses_nothing),
		cmocka_unit_test(test_counts_what_has_no_ring),
	};

	return cmocka_run_group_tests_name("hotplug", tests, NULL, NULL);
}
