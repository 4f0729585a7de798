/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's own counts, from /proc/net. */
#ifndef SYSTEM_SNMP_H
#define SYSTEM_SNMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/**
 * struct snmp_counter - one count
 * @group: the word before the colon, such as TcpExt
 * @name: the count's name
 * @known: it was found
 * @value: it, 0 if it is not known
 */
struct snmp_counter {
	const char *group;
	const char *name;
	bool known;
	uint64_t value;
};

/**
 * snmp_scan() - look up counts in a file like /proc/net/netstat
 * @file: lines in pairs, "GROUP: NAME..." and "GROUP: VALUE..."
 * @list: group and name are given; those that are found are filled in
 * @count: how many
 */
void snmp_scan(FILE *file, struct snmp_counter *list,
	       size_t count);

/**
 * snmp_scan_sockstat() - look up counts in a file like /proc/net/sockstat
 * @file: lines "GROUP: NAME VALUE NAME VALUE..."
 * @list: see snmp_scan()
 * @count: how many
 */
void snmp_scan_sockstat(FILE *file, struct snmp_counter *list, size_t count);

/**
 * snmp_read() - look up counts in /proc/net/{netstat,snmp,sockstat}
 * @list: see snmp_scan()
 * @count: how many
 */
void snmp_read(struct snmp_counter *list, size_t count);

#endif /* SYSTEM_SNMP_H */
