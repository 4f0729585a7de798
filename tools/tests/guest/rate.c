// SPDX-License-Identifier: GPL-2.0
/*
 * "tcpfin record" while every CPU opens and closes connections at full speed: nothing
 * may be lost at the default ring size, and the count of lost records must be exact
 * with the smallest rings.
 *
 * Usage: rate [SECONDS]
 *
 * For several CPUs in real time. The module is loaded and unloaded only
 * while there is no traffic: QEMU's emulation of several CPUs does not survive
 * code that changes while it runs.
 */
#include <arpa/inet.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "program.h"
#include "traffic.h"

#define CPUS_MAX	8
#define FILE_NAME	"/tmp/rate"

static unsigned int seconds = 5;

/*
 * Open and close connections on one CPU, to an address of its own, so that CPUs do not
 * compete for ports. Client and server close first in turn.
 */
static void churn(struct path *path, unsigned int cpu)
{
	struct sockaddr_in *in = (struct sockaddr_in *)&path->addr;
	int listener, client, server;
	unsigned int i;
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
	in->sin_addr.s_addr = htonl(0x7f000001 + cpu);
	listener = listener_open(path);
	for (i = 0; ; i++) {
		client = client_socket(path, 0);
		if (client_connect(client, path))
			_exit(1);
		server = accept(listener, NULL, NULL);
		close(i % 2 ? client : server);
		close(i % 2 ? server : client);
	}
}

/*
 * Run churn() on all CPUs, in a new namespace: its removal ends the mini-sockets, so that
 * TIME_WAITs need not expire. Few mini-sockets leave ports for new connections.
 */
static void churn_all(void)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN), cpu;
	int home = ns_current(), status;
	struct path path;
	pid_t pid[CPUS_MAX];

	assert_in_range(cpus, 1, CPUS_MAX);
	path_open(&path, AF_INET, false);
	sysctl_set("ipv4/tcp_max_tw_buckets", "2000");
	sysctl_set("ipv4/ip_local_port_range", "1024 65535");
	for (cpu = 0; cpu < cpus; cpu++)
		pid[cpu] = traffic_child(&path, (unsigned int)cpu, churn);
	pause_ms(1000 * seconds);
	for (cpu = 0; cpu < cpus; cpu++) {
		kill(pid[cpu], SIGKILL);
		waitpid(pid[cpu], &status, 0);
		/* A child that found no port has exited by itself. */
		assert_true(WIFSIGNALED(status));
	}
	ns_enter(home);
	close(home);
	path_close(&path);
}

/* The counts in the last message of "tcpfin record". */
struct record_counts {
	unsigned long events;
	unsigned long lost;
};

/* Compare the recorder's message with the contents of the recording. */
static void compare(struct reader *r, struct record_counts *counts)
{
	if (sscanf(r->text[1], "tcpfin record: %lu events written, %lu lost",
		   &counts->events, &counts->lost) != 2)
		fail_msg("seen: %s", r->text[1]);
	reader_run_json(r, "summary --json -r " FILE_NAME);
	want_number(r->object[0], "events", counts->events);
	want_number(r->object[0], "lost", counts->lost);
}

static void record_all(struct record_counts *counts)
{
	struct reader r = { 0 };
	unsigned long before, after;

	before = events_settle(1000);
	reader_follow(&r, "record -w " FILE_NAME);
	churn_all();
	after = events_settle(1000);
	reader_stop(&r);
	compare(&r, counts);
	print_message("# %lu events in %u s: %lu written, %lu lost\n",
		      after - before, seconds, counts->events, counts->lost);
	assert_int_equal(counts->events + counts->lost, after - before);
	reader_free(&r);
	unlink(FILE_NAME);
}

static void test_loses_nothing(void **state)
{
	struct record_counts counts;

	(void)state;
	record_all(&counts);
	assert_int_equal(counts.lost, 0);
	assert_in_range(counts.events, 1000 * seconds, ~0UL);
}

static void test_counts_losses(void **state)
{
	struct record_counts counts;

	(void)state;
	events_settle(1000);
	run("rmmod tcpfin && insmod /lib/tcpfin.ko ring_size=64");
	record_all(&counts);
	assert_in_range(counts.lost, 1, ~0UL);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_loses_nothing),
		cmocka_unit_test(test_counts_losses),
	};

	if (argc > 1)
		seconds = strtoul(argv[1], NULL, 10);
	return cmocka_run_group_tests_name("rate", tests, NULL, NULL);
}
