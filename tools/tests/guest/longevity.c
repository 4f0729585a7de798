// SPDX-License-Identifier: GPL-2.0
/*
 * The module and long-running commands for hours: memory must not grow, nothing may be
 * lost, each TIME_WAIT must have the right length, and their number must be that of the
 * kernel's counters.
 *
 * Usage: longevity [HOURS [TEARDOWNS]]
 *
 * For one CPU in virtual time, where idle time costs nothing. After an hour the clock
 * in microseconds passes 2^32.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "snmp.h"
#include "program.h"

#define MINUTES		60
/* Growth in KiB allowed after the first third of the hours. */
#define MORE_KERNEL	1024
#define MORE_READER	512

static unsigned int hours = 1;
static unsigned int teardowns = 6000;

enum { SUMMARY, HANDSHAKES, WATCH, RECORD, READERS };

static const char *const commands[READERS] = {
	[SUMMARY] = "summary --json --for 365d",
	[HANDSHAKES] = "handshakes --json >/dev/null",
	[WATCH] = "watch -x >/dev/null",
	[RECORD] = "record -w /tmp/day --rotate 2M --keep 2",
};

/* Memory in KiB, measured while no connection is open. */
struct memory {
	unsigned long kernel;
	unsigned long reader[READERS];
};

/* Sum of the lines "NAME: N kB" of a file whose NAME is listed. */
static unsigned long sum_kib(const char *path, const char *const *names)
{
	unsigned long sum = 0, kib;
	char line[128], name[64];
	FILE *f = fopen(path, "re");
	size_t i;

	assert_non_null(f);
	while (fgets(line, sizeof(line), f))
		for (i = 0; names[i]; i++)
			if (sscanf(line, "%63[^:]: %lu kB", name, &kib) == 2 &&
			    !strcmp(name, names[i]))
				sum += kib;
	fclose(f);
	return sum;
}

static struct memory measure(const struct reader *readers)
{
	static const char *const kernel[] = {
		"SUnreclaim", "VmallocUsed", "Percpu", NULL
	};
	static const char *const resident[] = { "RssAnon", NULL };
	struct memory memory;
	char path[64];
	int i;

	memory.kernel = sum_kib("/proc/meminfo", kernel);
	for (i = 0; i < READERS; i++) {
		snprintf(path, sizeof(path), "/proc/%d/status",
			 readers[i].pid);
		memory.reader[i] = sum_kib(path, resident);
	}
	return memory;
}

static void expect_flat(const struct memory *before, const struct memory *after)
{
	int i;

	print_message("# KiB of the kernel %lu, then %lu\n", before->kernel,
		      after->kernel);
	for (i = 0; i < READERS; i++)
		print_message("# KiB of 'tcpfin %s' %lu, then %lu\n",
			      commands[i], before->reader[i],
			      after->reader[i]);
	if (after->kernel > before->kernel + MORE_KERNEL)
		fail_msg("the kernel grew");
	for (i = 0; i < READERS; i++)
		if (after->reader[i] > before->reader[i] + MORE_READER)
			fail_msg("'tcpfin %s' grew", commands[i]);
}

/*
 * Tear a connection down in one of three ways. The client closes first: a SYN from a
 * reused port would end a TIME_WAIT of the server. Returns whether there is a TIME_WAIT.
 */
static bool tear_down(const struct path *path, int listener, unsigned int way)
{
	int client = client_socket(path, 0), server;

	must(client_connect(client, path));
	server = must(accept(listener, NULL, NULL));
	switch (way % 3) {
	case 0:
		linger_zero(client);
		close(client);
		close(server);
		return false;
	case 1:
		must(shutdown(client, SHUT_WR));
		close(server);
		close(client);
		return true;
	default:
		close(client);
		close(server);
		return true;
	}
}

/* Make the teardowns of an hour, spread over its minutes but the last three. */
static unsigned int live_an_hour(const struct path *path, int listener)
{
	unsigned int busy = MINUTES - 3, minute, i, waits = 0;
	unsigned int count = teardowns / hours / busy;

	for (minute = 0; minute < busy; minute++) {
		for (i = 0; i < count; i++)
			waits += tear_down(path, listener, i);
		pause_ms(60000);
	}
	pause_ms(3 * 60000);
	return waits;
}

/* The time of an event must equal the monotonic clock. */
static void expect_right_time(struct events *events, const struct path *path,
			      int listener)
{
	struct timespec now;
	double clock;

	events_read(events);
	events_forget(events);
	clock_gettime(CLOCK_MONOTONIC, &now);
	clock = now.tv_sec + now.tv_nsec / 1e9;
	tear_down(path, listener, 0);
	events_read(events);
	assert_int_equal(events->count, 2);
	if (events->list[0].time < clock || events->list[1].time > clock + 0.1)
		fail_msg("at %f an event's time is %f", clock,
			 events->list[0].time);
	events_forget(events);
}

/* If both ends close at once both have a TIME_WAIT: compare with the kernel's count. */
static void expect_summary(struct reader *summary, unsigned int waits)
{
	const unsigned long counted = netstat_counter("TW") +
				      netstat_counter("TWKilled");
	struct json_object *s;

	reader_parse(summary);
	assert_int_equal(summary->objects, 1);
	s = summary->object[0];
	want_number(s, "lost", 0);
	want_number(s, "missed", 0);
	want_number(s, "unmatched", 0);
	want_number(s, "time_wait.ended", counted);
	want_number(s, "time_wait.ends.expired", counted);
	want_number(s, "time_wait.start_not_seen", 0);
	want_number(s, "time_wait.open", 0);
	assert_in_range(counted, waits, waits + waits / 100);
	print_message("# %lu TIME_WAITs, %s to %s ms\n", counted,
		      json_object_get_string(member(s, "time_wait.min_ms")),
		      json_object_get_string(member(s, "time_wait.max_ms")));
	want_ms(s, "time_wait.min_ms", 60000, 2100);
	want_ms(s, "time_wait.max_ms", 60000, 2100);
}

static void test_longevity(void **state)
{
	struct reader readers[READERS] = { 0 };
	struct memory early = { 0 }, late = { 0 };
	unsigned int waits = 0, hour;
	struct testbed tb = { 0 };
	int listener, i;

	(void)state;
	testbed_open(&tb, AF_INET);
	/* Otherwise connect() reuses ports of TIME_WAITs after a second. */
	sysctl_set("ipv4/tcp_tw_reuse", "0");
	listener = listener_open(&tb.path);
	for (i = 0; i < READERS; i++) {
		reader_start(&readers[i], 0, commands[i]);
		reader_wait_following(&readers[i]);
	}
	for (hour = 1; hour <= hours; hour++) {
		waits += live_an_hour(&tb.path, listener);
		expect_right_time(&tb.events, &tb.path, listener);
		pause_ms(1000);
		late = measure(readers);
		if (hour == (hours + 2) / 3)
			early = late;
	}
	expect_flat(&early, &late);
	for (i = 0; i < READERS; i++)
		reader_stop(&readers[i]);
	expect_summary(&readers[SUMMARY], waits);
	if (!strstr(readers[RECORD].text[1], " 0 lost, 0 missed"))
		fail_msg("seen: %s", readers[RECORD].text[1]);
	for (i = 0; i < READERS; i++)
		reader_free(&readers[i]);
	close(listener);
	testbed_close(&tb);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_longevity) };

	if (argc > 1)
		hours = strtoul(argv[1], NULL, 10);
	if (argc > 2)
		teardowns = strtoul(argv[2], NULL, 10);
	if (!hours || teardowns / hours < MINUTES) {
		fprintf(stderr, "usage: longevity [HOURS [TEARDOWNS]]\n");
		return 2;
	}
	return cmocka_run_group_tests_name("longevity", tests, NULL, NULL);
}
