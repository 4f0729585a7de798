/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's own counters, of this thread's network namespace. */
#ifndef TESTS_COUNTED_H
#define TESTS_COUNTED_H

unsigned long counted_in_netstat(const char *name);
unsigned long counted_in_snmp(const char *name);

#endif /* TESTS_COUNTED_H */
