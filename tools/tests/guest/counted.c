// SPDX-License-Identifier: GPL-2.0
/* The kernel's own counters, of this thread's network namespace. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "counted.h"
#include "net.h"

/* A line of names stands before each line of values. */
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

unsigned long counted_in_netstat(const char *name)
{
	return counter_in("/proc/thread-self/net/netstat", name);
}

unsigned long counted_in_snmp(const char *name)
{
	return counter_in("/proc/thread-self/net/snmp", name);
}
