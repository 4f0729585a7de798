// SPDX-License-Identifier: GPL-2.0
/*
 * Budgets of the reader: instructions for each event of a busy machine's recording, and
 * bytes for each open connection. callgrind counts instructions, so that the numbers
 * are the same in each run.
 *
 * TCPFIN_EVENTS and TCPFIN_OPEN set the size of the recordings: `make bench-reader`.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "busy_traffic.h"
#include "check.h"
#include "program.h"
#include "temp_folder.h"

#define EVENTS		300000
#define OPEN		4000
/* Percent that a number may be above its budget. */
#define AIR		5
#define BYTES_MAX	208
#define KIB		1024

static uint64_t number(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 0) : otherwise;
}

/* Write a recording with this name to the folder. */
static void record(const char *name, uint64_t events, uint64_t open, bool alone)
{
	struct busy_traffic traffic = {
		.events = events, .open = open, .seed = 1, .alone = alone,
	};
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", temp_folder, name);
	file = fopen(path, "w+");
	assert_non_null(file);
	busy_traffic_record(&traffic, fileno(file));
	fclose(file);
}

/* Count the instructions of "tcpfin COMMAND" on a recording. */
static uint64_t instructions(const char *command, const char *name)
{
	char line[5000], output[512];
	unsigned long long count = 0;
	FILE *pipe;
	int status;

	snprintf(line, sizeof(line),
		 "exec 2>&1; valgrind --tool=callgrind --callgrind-out-file=/dev/null '%s' %s -r %s/%s 2>&1 >/dev/null",
		 program_path, command, temp_folder, name);
	pipe = popen(line, "r");
	assert_non_null(pipe);
	while (fgets(output, sizeof(output), pipe)) {
		const char *at = strstr(output, "Collected : ");

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
 * Check the instructions per event. In the default size, the difference of two runs takes
 * the program's start out; in larger sizes the start does not matter.
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
	within("summary", 564);
}

static void handshakes_is_within_its_budget(void **state)
{
	(void)state;
	within("handshakes", 760);
}

static void watch_is_within_its_budget(void **state)
{
	(void)state;
	within("watch", 903);
}

/* Peak memory of "tcpfin COMMAND" on a recording, in KiB. */
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
		execl(program_path, program_path, command, "-r", path, NULL);
		_exit(127);
	}
	assert_true(pid > 0);
	assert_int_equal(wait4(pid, &status, 0, &usage), pid);
	assert_int_equal(status, 0);
	return (uint64_t)usage.ru_maxrss;
}

/* Memory grows with open connections, not with ended ones. */
static void memory_is_that_of_open_connections(void **state)
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
		print_message("# %s: %llu bytes for each of %llu open connections\n",
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(summary_is_within_its_budget),
		cmocka_unit_test(handshakes_is_within_its_budget),
		cmocka_unit_test(watch_is_within_its_budget),
		cmocka_unit_test(memory_is_that_of_open_connections),
	};

	if (!program_find())
		return 1;
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, teardown);
}
