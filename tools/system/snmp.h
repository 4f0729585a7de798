/* SPDX-License-Identifier: GPL-2.0 */
/* Counters of the kernel, from /proc/net. */
#ifndef SYSTEM_SNMP_H
#define SYSTEM_SNMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* One counter */
struct snmp_counter {
	const char *group;	/* the word before the colon, such as TcpExt */
	const char *name;	/* the counter's name */
	bool known;		/* the counter was found */
	uint64_t value;		/* its value, 0 if unknown */
};

/**
 * snmp_scan() - look up counters in a file like /proc/net/netstat
 * @file: pairs of lines, "GROUP: NAME..." and "GROUP: VALUE..."
 * @list: counters with group and name; those found are filled in
 * @count: number of counters
 */
void snmp_scan(FILE *file, struct snmp_counter *list, size_t count);

/* The same for /proc/net/sockstat: "GROUP: NAME VALUE NAME VALUE..." */
void snmp_scan_sockstat(FILE *file, struct snmp_counter *list, size_t count);

/* Look up counters in /proc/net/{netstat,snmp,sockstat}. */
void snmp_read(struct snmp_counter *list, size_t count);

#endif /* SYSTEM_SNMP_H */
