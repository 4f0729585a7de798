// SPDX-License-Identifier: GPL-2.0
/*
 * A long run of teardowns of all kinds with readers that start and stop, or with the
 * module loaded and unloaded. Errors appear in the kernel's log.
 *
 * Usage: soak seconds N PAUSE | soak rounds N PAUSE
 *
 * For N seconds, or N loads and unloads. Each stream of connections pauses for PAUSE ms
 * after a batch: in virtual time few connections are enough.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "net.h"
#include "traffic.h"

#define BATCH	20	/* teardowns between two pauses */
#define BATCHES	30	/* before a stream's namespaces and mini-sockets are removed */
#define READERS	3	/* at a time */

struct plan {
	bool reload;
	unsigned int count;
	unsigned int pause;
};

static const char *const reading[][6] = {
	{ "cat", "/proc/tcpfin" },
	{ "tcpfin", "watch" },
	{ "tcpfin", "handshakes" },
	{ "tcpfin", "summary", "1" },
	{ "tcpfin", "record", "-w", "/dev/null" },
	{ "tcpfin", "status" },
};

/* Start a random reader. */
static pid_t reader_start(unsigned int *seed)
{
	return start("/dev/null",
		     reading[rand_r(seed) % (sizeof(reading) / sizeof(*reading))]);
}

/* Make a batch of random teardowns, and pause before the last ends are closed. */
static void tear_down_some(const struct path *path, unsigned int *seed,
			   unsigned int pause)
{
	unsigned int i, count = 0;
	int kept[BATCH], listener = listener_open(path);

	for (i = 0; i < BATCH; i++) {
		bool client_first = rand_r(seed) % 2;
		int client = client_socket(path, 0), server;

		must(client_connect(client, path));
		server = must(accept4(listener, NULL, NULL, SOCK_CLOEXEC));
		kept[count] = tear_down(seed, client_first ? client : server,
					client_first ? server : client);
		count += kept[count] >= 0;
	}
	close(listener);
	pause_ms(pause);
	while (count)
		close(kept[--count]);
}

/* Teardowns in new namespaces, of which tcp_max_tw_buckets refuses some. */
static void stream(int family, bool veth, unsigned int seed, unsigned int pause)
{
	int home = ns_current();

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		struct path path;
		unsigned int i;

		path_open(&path, family, veth);
		sysctl_set("ipv4/tcp_max_tw_buckets", "100");
		for (i = 0; i < BATCHES; i++) {
			tear_down_some(&path, &seed, pause);
			if (i % 10 == 9)
				run("ss -KHtn state time-wait >/dev/null");
		}
		path_close(&path);
		ns_enter(home);
	}
}

static pid_t stream_start(unsigned int index, unsigned int pause)
{
	pid_t pid = must(fork());

	if (!pid)
		stream(index % 2 ? AF_INET6 : AF_INET, index / 2 % 2, index + 1,
		       pause);
	return pid;
}

static time_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

/* Start readers one after the other, and stop the oldest each time. */
static void read_for(const struct plan *plan, unsigned int *seed)
{
	time_t end = now() + plan->count;
	pid_t readers[READERS] = { 0 };
	unsigned int i;

	for (i = 0; now() < end; i = (i + 1) % READERS) {
		if (readers[i])
			stop(readers[i], rand_r(seed) % 2 ? SIGINT : SIGKILL);
		readers[i] = reader_start(seed);
		pause_ms(rand_r(seed) % 500 + plan->pause);
	}
	for (i = 0; i < READERS; i++)
		if (readers[i])
			stop(readers[i], SIGINT);
}

/* Load and unload the module; readers must exit when it is unloaded. */
static void reload(const struct plan *plan, unsigned int *seed)
{
	pid_t readers[READERS];
	unsigned int i, round;

	for (round = 0; round < plan->count; round++) {
		for (i = 0; i < READERS; i++)
			readers[i] = reader_start(seed);
		pause_ms(rand_r(seed) % 500);
		run("rmmod tcpfin");
		for (i = 0; i < READERS; i++)
			if (wait_exit(readers[i], 60) < 0)
				fail_msg("a reader hangs in round %u", round);
		run("insmod /lib/tcpfin.ko");
		if (round % 20 == 19)
			print_message("# %u rounds\n", round + 1);
	}
}

static void test_soak(void **state)
{
	const struct plan *plan = *state;
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	unsigned int seed = 1, i, streams = cpus < 2 ? 4 : 2 * cpus;
	pid_t pid[64];

	run("modprobe -a veth tcp_diag");
	assert_in_range(streams, 1, sizeof(pid) / sizeof(*pid));
	for (i = 0; i < streams; i++)
		pid[i] = stream_start(i, plan->pause);
	if (plan->reload)
		reload(plan, &seed);
	else
		read_for(plan, &seed);
	/* A stream in which an assertion failed has exited. */
	for (i = 0; i < streams; i++) {
		assert_int_equal(waitpid(pid[i], NULL, WNOHANG), 0);
		stop(pid[i], SIGKILL);
	}
}

static bool parse(int argc, char **argv, struct plan *plan)
{
	if (argc != 4)
		return false;
	plan->reload = !strcmp(argv[1], "rounds");
	plan->count = strtoul(argv[2], NULL, 10);
	plan->pause = strtoul(argv[3], NULL, 10);
	return plan->count && (plan->reload || !strcmp(argv[1], "seconds"));
}

int main(int argc, char **argv)
{
	struct plan plan;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(test_soak, &plan),
	};

	if (!parse(argc, argv, &plan)) {
		fprintf(stderr, "usage: soak seconds|rounds N PAUSE\n");
		return 2;
	}
	return cmocka_run_group_tests_name("soak", tests, NULL, NULL);
}
