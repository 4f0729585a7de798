// SPDX-License-Identifier: GPL-2.0
/* Reads the kernel's TCP counters of this thread's network namespace. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "snmp.h"
#include "net.h"

/* A counter of a file in which a line of names precedes each line of values. */
static unsigned long counter_in(const char *file, const char *name)
{
	char names[8192], values[8192];
	unsigned long found = 0;
	FILE *f = fopen(file, "re");

	assert_non_null(f);
	while (fgets(names, sizeof(names), f) &&
	       fgets(values, sizeof(values), f)) {
		char *n, *v, *save_n, *save_v;

		n = strtok_r(names, " \n", &save_n);
		v = strtok_r(values, " \n", &save_v);
		while (n && v) {
			if (!strcmp(n, name))
				found = strtoul(v, NULL, 10);
			n = strtok_r(NULL, " \n", &save_n);
			v = strtok_r(NULL, " \n", &save_v);
		}
	}
	fclose(f);
	return found;
}

unsigned long netstat_counter(const char *name)
{
	return counter_in("/proc/thread-self/net/netstat", name);
}

unsigned long snmp_counter(const char *name)
{
	return counter_in("/proc/thread-self/net/snmp", name);
}
