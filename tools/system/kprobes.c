// SPDX-License-Identifier: GPL-2.0
/* Finds out why kprobes are switched off. */
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
 * kprobes/enabled stops all probes, but can be read only with debugfs.
 * ftrace_enabled stops the probes that use ftrace: none on arm64.
 */
const char *kprobes_why_off(void)
{
	if (!is_off(KPROBES_ENABLED) && is_off(FTRACE_ENABLED))
		return "kernel.ftrace_enabled is 0";
	return "see " KPROBES_ENABLED;
}
