// SPDX-License-Identifier: GPL-2.0
/*
 * What the reader costs: instructions for each event of a busy machine's
 * recording, all included, and bytes for each open connection. Instructions are
 * counted by callgrind, so that the figures are the same each time.
 *
 * TCPFIN_EVENTS and TCPFIN_OPEN make it longer: `make bench-reader`.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "busy_traffic.h"
#include "check.h"
#include "temp_folder.h"

#define EVENTS		300000
#define OPEN		4000
/* A figure may be this many percent above its budget. */
#define AIR		5
#define BYTES_MAX	200
#define KIB		1024

/* It stands two folders above the tests. */
static char program[4096 + 32];

static uint64_t number(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 0) : otherwise;
}

/* A recording in the folder, of this name. */
static void record(const char *name, uint64_t events, uint64_t open, bool alone)
{
	struct busy_traffic rush = {
		.events = events, .open = open, .seed = 1, .alone = alone,
	};
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", temp_folder, name);
	file = fopen(path, "w+");
	assert_non_null(file);
	busy_traffic_record(&rush, fileno(file));
	fclose(file);
}

/* What "tcpfin COMMAND" executes for a recording. */
static uint64_t instructions(const char *command, const char *name)
{
	char line[5000], said[512];
	unsigned long long count = 0;
	FILE *pipe;
	int status;

	snprintf(line, sizeof(line),
		 "exec 2>&1; valgrind --tool=callgrind --callgrind-out-file=/dev/null '%s' %s -r %s/%s 2>&1 >/dev/null",
		 program, command, temp_folder, name);
	pipe = popen(line, "r");
	assert_non_null(pipe);
	while (fgets(said, sizeof(said), pipe)) {
		const char *at = strstr(said, "Collected : ");

		if (at)
			count = strtoull(at + strlen("Collected : "), NULL, 10);
	}
	status = pclose(pipe);
	if (status || !count)
		fail_msg("%s: status %#x, %llu instructions", line,
			 (unsigned int)status, count);
	return count;
}

/*
 * A long run's figure is of all that it executed; from a short one the program's
 * start is taken out, which is as much as that of a shorter one.
 */
static void within(const char *command, uint64_t budget)
{
	uint64_t events = number("TCPFIN_EVENTS", EVENTS), count, less;

	if (system("valgrind --version >/dev/null 2>&1"))
		skip();
	count = instructions(command, "all");
	if (events == EVENTS) {
		less = instructions(command, "less");
		count -= less;
		events -= events / 4;
	}
	print_message("# %s: %.1f instructions an event, the budget is %llu\n",
		      command, (double)count / (double)events,
		      (unsigned long long)budget);
	assert_in_range(count / events, 1, budget * (100 + AIR) / 100);
}

static void summary_is_within_its_budget(void **state)
{
	(void)state;
	within("summary", 285);
}

static void handshakes_is_within_its_budget(void **state)
{
	(void)state;
	within("handshakes", 715);
}

static void watch_is_within_its_budget(void **state)
{
	(void)state;
	within("watch", 885);
}

/* KiB that "tcpfin COMMAND" needs at most for a recording. */
static uint64_t memory(const char *command, const char *name)
{
	char path[128];
	struct rusage usage;
	int status;
	pid_t pid;

	snprintf(path, sizeof(path), "%s/%s", temp_folder, name);
	pid = fork();
	if (!pid) {
		if (!freopen("/dev/null", "w", stdout))
			_exit(127);
		execl(program, program, command, "-r", path, NULL);
		_exit(127);
	}
	assert_true(pid > 0);
	assert_int_equal(wait4(pid, &status, 0, &usage), pid);
	assert_int_equal(status, 0);
	return (uint64_t)usage.ru_maxrss;
}

/* More that are open cost their bytes, more that were cost nothing. */
static void memory_is_that_of_open_ones(void **state)
{
	static const char *const commands[] = { "summary", "handshakes" };
	uint64_t open = number("TCPFIN_OPEN", 128000), few, many, longer, each;
	size_t i;

	(void)state;
	record("few", 400000, 1000, true);
	record("longer", 800000, 1000, true);
	record("many", 6 * open, open, true);
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		few = memory(commands[i], "few");
		longer = memory(commands[i], "longer");
		many = memory(commands[i], "many");
		each = (many - few) * KIB / (open - 1000);
		print_message("# %s: %llu bytes for each of %llu open ones\n",
			      commands[i], (unsigned long long)each,
			      (unsigned long long)open);
		assert_in_range(longer, 1, few + 512);
		assert_in_range(each, 150, BYTES_MAX);
	}
}

static int setup(void **state)
{
	uint64_t events = number("TCPFIN_EVENTS", EVENTS);
	uint64_t open = number("TCPFIN_OPEN", OPEN);

	(void)state;
	if (!temp_folder_open())
		return -1;
	record("all", events, open, false);
	if (events == EVENTS)
		record("less", events / 4, open, false);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	return temp_folder_remove();
}

/* Take the last part of a path away. */
static void go_up(char *path)
{
	char *slash = strrchr(path, '/');

	assert_non_null(slash);
	*slash = '\0';
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(summary_is_within_its_budget),
		cmocka_unit_test(handshakes_is_within_its_budget),
		cmocka_unit_test(watch_is_within_its_budget),
		cmocka_unit_test(memory_is_that_of_open_ones),
	};
	ssize_t len = readlink("/proc/self/exe", program, sizeof(program) - 32);

	assert_true(len > 0);
	program[len] = '\0';
	go_up(program);
	go_up(program);
	go_up(program);
	strcat(program, "/tcpfin");
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, teardown);
}
