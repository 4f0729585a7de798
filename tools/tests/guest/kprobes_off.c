// SPDX-License-Identifier: GPL-2.0
/*
 * Kprobes switched off at run time, by each of the kernel's two switches: /proc/tcpfin,
 * the log, "status" and "watch" report it, and report when kprobes are on again.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "klog.h"
#include "program.h"

#define WARNING	"kprobes are switched off, so nothing is recorded"
#define HEADER	"# NOTHING IS RECORDED: kprobes are switched off"

/* One of the kernel's switches, and how "status" names it. */
struct knob {
	const char *path;
	const char *why;
};

static const struct knob ftrace = {
	"/proc/sys/kernel/ftrace_enabled", "kernel.ftrace_enabled is 0",
};

static const struct knob kprobes = {
	"/sys/kernel/debug/kprobes/enabled",
	"see /sys/kernel/debug/kprobes/enabled",
};

static void turn(const struct knob *knob, int on)
{
	run("echo %d >%s", on, knob->path);
}

static size_t count_in_log(const char *what)
{
	char *log = klog_read(), *at = log;
	size_t count = 0;

	while ((at = strstr(at, what))) {
		count++;
		at += strlen(what);
	}
	free(log);
	return count;
}

static bool header_warns(void)
{
	return system("grep -qx '" HEADER "' /proc/tcpfin") == 0;
}

/* Check "status" in text and JSON; @off is NULL while kprobes are on. */
static void expect_status(struct testbed *tb, const struct knob *off)
{
	char line[128];

	snprintf(line, sizeof(line), "\nrecording  %s%s\n",
		 off ? "NO: kprobes are switched off: " : "yes",
		 off ? off->why : "");
	reader_run(&tb->reader, "status");
	reader_expect(&tb->reader, line);
	reader_run_json(&tb->reader, "status --json");
	want_bool(tb->reader.object[0], "stopped", off);
	reader_free(&tb->reader);
}

/* Reset a connection: two events. */
static void reset_one(struct testbed *tb)
{
	struct pair pair;

	pair_open(&tb->path, &pair);
	pair_reset(&pair);
	pair_close_listener(&pair);
	pause_ms(100);
}

/* Everything that switching off and on again must change. */
static void expect_reported(struct testbed *tb, const struct knob *knob)
{
	struct reader watch = { 0 };
	struct totals before, after;
	char line[160];

	klog_clear();
	expect_status(tb, NULL);
	assert_false(header_warns());
	reader_follow(&watch, "watch");
	reset_one(tb);
	before = events_totals();

	turn(knob, 0);
	reset_one(tb);
	expect_status(tb, knob);
	assert_true(header_warns());
	after = events_totals();
	assert_int_equal(after.recorded, before.recorded);
	assert_int_equal(after.missed, before.missed + 2);
	pause_ms(2500);

	turn(knob, 1);
	pause_ms(2500);
	expect_status(tb, NULL);
	assert_false(header_warns());
	reset_one(tb);
	after = events_totals();
	assert_int_equal(after.recorded, before.recorded + 2);
	assert_int_equal(after.missed, before.missed + 2);
	assert_int_equal(count_in_log(WARNING), 1);
	assert_int_equal(count_in_log("kprobes are on again"), 1);
	assert_int_equal(count_in_log("tcpfin: "), 2);

	reader_stop(&watch);
	snprintf(line, sizeof(line),
		 "tcpfin watch: nothing is recorded: kprobes are switched off (%s)\n"
		 "tcpfin watch: kprobes are on again\n", knob->why);
	assert_string_equal(watch.text[1], line);
	assert_non_null(strstr(watch.text[0], "\nmissed 2\n"));
	reader_free(&watch);
}

/* On arm64 probes are breakpoints, which kernel.ftrace_enabled does not affect. */
static bool stops_probes(const struct knob *knob)
{
	return knob == &kprobes ||
	       !system("grep -q FTRACE /sys/kernel/debug/kprobes/list");
}

/* A switch that does not affect the probes: nothing must change. */
static void expect_no_effect(struct testbed *tb, const struct knob *knob)
{
	struct totals before = events_totals(), after;

	turn(knob, 0);
	reset_one(tb);
	expect_status(tb, NULL);
	assert_false(header_warns());
	after = events_totals();
	assert_int_equal(after.recorded, before.recorded + 2);
	turn(knob, 1);
}

/* With both switches off, only that of kprobes must be named. */
static void expect_kprobes_blamed(struct testbed *tb)
{
	turn(&ftrace, 0);
	expect_reported(tb, &kprobes);
	turn(&ftrace, 1);
}

static void test_knob(void **state)
{
	const struct knob *knob = *state;
	struct testbed tb = { 0 };

	testbed_open(&tb, AF_INET);
	if (!stops_probes(knob)) {
		expect_no_effect(&tb, knob);
		expect_kprobes_blamed(&tb);
		testbed_close(&tb);
		return;
	}
	expect_reported(&tb, knob);
	/* The second time must be reported and counted, too. */
	expect_reported(&tb, knob);
	testbed_close(&tb);
}

/* A module loaded meanwhile warns at once, and records when kprobes are on again. */
static void test_load_while_off(void **state)
{
	const struct knob *knob = *state;
	struct testbed tb = { 0 };
	struct totals totals;

	if (!stops_probes(knob))
		skip();
	testbed_open(&tb, AF_INET);
	run("rmmod tcpfin");
	turn(knob, 0);
	klog_clear();
	run("insmod /lib/tcpfin.ko");
	assert_int_equal(count_in_log(WARNING), 1);
	expect_status(&tb, knob);
	reset_one(&tb);
	totals = events_totals();
	assert_int_equal(totals.recorded, 0);
	turn(knob, 1);
	reset_one(&tb);
	expect_status(&tb, NULL);
	totals = events_totals();
	assert_int_equal(totals.recorded, 2);
	/* Unloading while kprobes are off must leave no probe behind. */
	turn(knob, 0);
	run("rmmod tcpfin");
	turn(knob, 1);
	run("insmod /lib/tcpfin.ko");
	reset_one(&tb);
	totals = events_totals();
	assert_int_equal(totals.recorded, 2);
	testbed_close(&tb);
}

/* Unhooking the probes must not count as switching off. */
static void test_unload(void **state)
{
	(void)state;
	klog_clear();
	run("rmmod tcpfin");
	run("insmod /lib/tcpfin.ko");
	assert_int_equal(count_in_log("switched off"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{ "kernel.ftrace_enabled", test_knob, NULL, NULL,
		  (void *)&ftrace },
		{ "kprobes/enabled", test_knob, NULL, NULL, (void *)&kprobes },
		{ "loaded without ftrace", test_load_while_off, NULL, NULL,
		  (void *)&ftrace },
		{ "loaded without kprobes", test_load_while_off, NULL, NULL,
		  (void *)&kprobes },
		cmocka_unit_test(test_unload),
	};

	return cmocka_run_group_tests_name("kprobes_off", tests, NULL, NULL);
}
