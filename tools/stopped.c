// SPDX-License-Identifier: GPL-2.0
/* What is said when kprobes are switched off at run time. */
#include <stdio.h>

#include "stopped.h"

/* Of the two switches, this one can be read without debugfs. */
#define FTRACE_ENABLED	"/proc/sys/kernel/ftrace_enabled"

const char *tcpfin_stopped_why(void)
{
	FILE *file = fopen(FTRACE_ENABLED, "re");
	int first = EOF;

	if (file) {
		first = fgetc(file);
		fclose(file);
	}
	return first == '0' ? "kernel.ftrace_enabled is 0" :
			      "see /sys/kernel/debug/kprobes/enabled";
}
