// SPDX-License-Identifier: GPL-2.0
/*
 * The smallest ring under a flood: what readers show plus what they report as
 * lost is what the module says it recorded.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "events.h"
#include "traffic.h"

#define CONNECTIONS	3000

static struct path lo;

static int setup(void **state)
{
	(void)state;
	path_open(&lo, AF_INET, false);
	run("rmmod tcpfin && insmod /lib/tcpfin.ko ring_size=64");
	return 0;
}

/* Wait until nothing has come for a while: the last TIME_WAIT is over. */
static unsigned long settled(void)
{
	unsigned long before, now = events_totals().recorded;

	do {
		before = now;
		pause_ms(65000);
		now = events_totals().recorded;
	} while (now != before);
	return now;
}

/* A reader of text that gets on slowly. */
static void test_slow_text(void **state)
{
	unsigned long start = events_totals().recorded, end;
	struct events events;
	int i;

	(void)state;
	events_open(&events);
	for (i = 0; i < 10; i++) {
		traffic_some(&lo, CONNECTIONS / 10);
		events_read(&events);
	}
	end = settled();
	events_read(&events);
	assert_int_not_equal(events.lost, 0);
	assert_int_equal(events.count + events.lost, end - start);
	events_close(&events);
}

struct shown {
	unsigned long events;
	unsigned long lost;
	unsigned long missed;
};

static void count_lines(const char *file, struct shown *shown)
{
	FILE *f = fopen(file, "re");
	const char *count;
	char line[1024];

	assert_non_null(f);
	memset(shown, 0, sizeof(*shown));
	while (fgets(line, sizeof(line), f)) {
		count = strstr(line, "\"count\":");
		if (strstr(line, "\"type\":\"lost\"") && count)
			shown->lost += strtoul(count + 8, NULL, 10);
		else if (strstr(line, "\"type\":\"missed\"") && count)
			shown->missed += strtoul(count + 8, NULL, 10);
		else
			shown->events++;
	}
	fclose(f);
}

static void test_watch(void **state)
{
	static const char *const watch[] = { "tcpfin", "watch", "--json", NULL };
	unsigned long start_count, end;
	struct shown shown;
	pid_t reader;

	(void)state;
	start_count = settled();
	reader = start("/root/watch.out", watch);
	pause_ms(1000);
	traffic_some(&lo, CONNECTIONS);
	end = settled();
	stop(reader, SIGINT);
	count_lines("/root/watch.out", &shown);
	assert_int_not_equal(shown.lost, 0);
	assert_int_equal(shown.events + shown.lost, end - start_count);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_slow_text),
		cmocka_unit_test(test_watch),
	};

	return cmocka_run_group_tests_name("flood", tests, setup, NULL);
}
