// SPDX-License-Identifier: GPL-2.0
/* What is said when kprobes are switched off at run time. */
#include <stdbool.h>
#include <stdio.h>

#include "system/kprobes.h"

#define FTRACE_ENABLED	"/proc/sys/kernel/ftrace_enabled"
#define KPROBES_ENABLED	"/sys/kernel/debug/kprobes/enabled"

static bool is_off(const char *path)
{
	FILE *file = fopen(path, "re");
	int first = EOF;

	if (file) {
		first = fgetc(file);
		fclose(file);
	}
	return first == '0';
}

/*
 * The first switch cannot be read without debugfs; it stops all probes, the
 * second one those that ftrace calls, which on arm64 are none.
 */
const char *kprobes_why_off(void)
{
	if (!is_off(KPROBES_ENABLED) && is_off(FTRACE_ENABLED))
		return "kernel.ftrace_enabled is 0";
	return "see " KPROBES_ENABLED;
}
