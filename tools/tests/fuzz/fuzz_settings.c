// SPDX-License-Identifier: GPL-2.0
/* Fuzzes the texts that "doctor" reads: sysctls, ranges of ports, counters. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "require.h"
#include "system/port_range.h"
#include "system/snmp.h"
#include "system/sysctl.h"

static void read_settings(const char *text, size_t size)
{
	struct sysctl list[SYSCTLS], more[SYSCTLS];
	unsigned int i;

	sysctl_parse_all(list, text, size);
	sysctl_parse_all(more, text, size / 2);
	sysctl_merge_all(list, more);
	for (i = 0; i < SYSCTLS; i++)
		require_plain(list[i].value, strlen(list[i].value), false);
}

static void read_ports(const char *range, const char *reserved)
{
	static struct port_set set;

	if (port_range_ephemeral(range, reserved, &set))
		require(port_set_count(&set) <= 65536, "a set has 65536 ports at most");
}

static void read_counts(char *text, size_t size)
{
	struct snmp_counter list[] = {
		{ "TcpExt", "TCPTimeWaitOverflow", false, 0 },
		{ "TCP", "orphan", false, 0 }, { "TCP", "tw", false, 0 },
	};
	FILE *file = size ? fmemopen(text, size, "r") : NULL;

	if (!file)
		return;
	snmp_scan(file, list, 3);
	rewind(file);
	snmp_scan_sockstat(file, list, 3);
	fclose(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size), *second;

	require(text, "memory is allocated");
	read_settings((const char *)data, size);
	second = strchr(text, '\n');
	if (second)
		*second++ = '\0';
	read_ports(text, second);
	if (second)
		second[-1] = '\n';
	read_counts(text, strlen(text));
	free(text);
	return 0;
}
