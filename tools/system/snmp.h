/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's own counts, from /proc/net. */
#ifndef TCPFIN_NETSTAT_H
#define TCPFIN_NETSTAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/**
 * struct tcpfin_counter - one count
 * @group: the word before the colon, such as TcpExt
 * @name: the count's name
 * @known: it was found
 * @value: it, 0 if it is not known
 */
struct tcpfin_counter {
	const char *group;
	const char *name;
	bool known;
	uint64_t value;
};

/**
 * tcpfin_netstat_scan() - look up counts in a file like /proc/net/netstat
 * @file: lines in pairs, "GROUP: NAME..." and "GROUP: VALUE..."
 * @list: group and name are given; those that are found are filled in
 * @count: how many
 */
void tcpfin_netstat_scan(FILE *file, struct tcpfin_counter *list,
			 size_t count);

/**
 * tcpfin_sockstat_scan() - look up counts in a file like /proc/net/sockstat
 * @file: lines "GROUP: NAME VALUE NAME VALUE..."
 * @list: see tcpfin_netstat_scan()
 * @count: how many
 */
void tcpfin_sockstat_scan(FILE *file, struct tcpfin_counter *list,
			  size_t count);

/**
 * tcpfin_netstat_read() - look up counts in /proc/net/{netstat,snmp,sockstat}
 * @list: see tcpfin_netstat_scan()
 * @count: how many
 */
void tcpfin_netstat_read(struct tcpfin_counter *list, size_t count);

#endif /* TCPFIN_NETSTAT_H */
