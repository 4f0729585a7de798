/* SPDX-License-Identifier: GPL-2.0 */
/* Reads the kernel's TCP counters of this thread's network namespace. */
#ifndef TESTS_GUEST_SNMP_H
#define TESTS_GUEST_SNMP_H

unsigned long netstat_counter(const char *name);
unsigned long snmp_counter(const char *name);

#endif /* TESTS_GUEST_SNMP_H */
