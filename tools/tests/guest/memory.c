// SPDX-License-Identifier: GPL-2.0
/*
 * The memory that the rings take on a machine with one CPU and room for 128, as many
 * virtual machines are. Here the kernel parameter possible_cpus makes it so; kernels since
 * 6.9 want hardware that can be plugged in, and the tests are skipped.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "klog.h"
#include "program.h"
#include "traffic.h"

#define MIB	(1024.0 * 1024)

/* Bytes that the kernel allocated for the rings. */
static unsigned long rings_bytes(void)
{
	unsigned long pages = 0;
	char line[512], *at;
	FILE *f = fopen("/proc/vmallocinfo", "re");

	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		at = strstr(line, " pages=");
		if (at && strstr(line, " tcpfin_ring_init+"))
			pages += strtoul(at + 7, NULL, 10);
	}
	fclose(f);
	assert_int_not_equal(pages, 0);
	return pages * 4096;
}

/* Skip the test if the machine has no room for more CPUs. */
static void need_room(void)
{
	if (system("grep -qx 0-127 /sys/devices/system/cpu/possible"))
		skip();
	run("grep -qx 0 /sys/devices/system/cpu/present");
}

static void want_in_log(const char *text)
{
	char *log = klog_read();

	if (!strstr(log, text))
		fail_msg("'%s' expected in: %s", text, log);
	free(log);
}

static void test_default_is_small(void **state)
{
	struct testbed tb = { 0 };

	(void)state;
	need_room();
	klog_clear();
	testbed_open(&tb, AF_INET);
	print_message("# the rings take %.1f MiB\n", (double)rings_bytes() / MIB);
	assert_in_range(rings_bytes(), 1, 16 << 20);
	run("grep -q '^# 5 rings of 16384 records (1 used, 4 spare), 10.0 MiB$' /proc/tcpfin");
	want_in_log(" loaded: 5 rings of 16384 records (1 used, 4 spare), 10.0 MiB, scope teardown\n");
	testbed_open_and_close(&tb);
	reader_run(&tb.reader, "status");
	reader_expect(&tb.reader, "\nrings      5 (1 used, 4 spare), 16384 records each, 10.0 MiB\n");
	reader_expect(&tb.reader, "\nno ring    0\n");
	reader_free(&tb.reader);
	reader_run_json(&tb.reader, "status --json");
	want_number(tb.reader.object[0], "rings", 5);
	want_number(tb.reader.object[0], "rings_used", 1);
	want_number(tb.reader.object[0], "no_ring", 0);
	testbed_close(&tb);
}

static void test_size_is_as_asked(void **state)
{
	struct testbed tb = { 0 };

	(void)state;
	need_room();
	testbed_open_with(&tb, AF_INET, "/lib/tcpfin.ko ring_size=65536");
	assert_in_range(rings_bytes(), 40 << 20, 41 << 20);
	testbed_close(&tb);
	testbed_open_with(&tb, AF_INET, "/lib/tcpfin.ko ring_size=auto");
	assert_in_range(rings_bytes(), 10 << 20, 11 << 20);
	testbed_close(&tb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_default_is_small),
		cmocka_unit_test(test_size_is_as_asked),
	};

	return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
