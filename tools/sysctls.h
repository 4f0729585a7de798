/* SPDX-License-Identifier: GPL-2.0 */
/* The settings in net.ipv4 that govern TIME_WAIT. */
#ifndef TCPFIN_SYSCTLS_H
#define TCPFIN_SYSCTLS_H

#define TCPFIN_SYSCTLS		5
#define TCPFIN_SYSCTL_MAX	64

/**
 * struct tcpfin_sysctl - one setting
 * @name: its name below net.ipv4
 * @value: what it is in this process's network namespace, "" if it cannot be
 *	read
 */
struct tcpfin_sysctl {
	const char *name;
	char value[TCPFIN_SYSCTL_MAX];
};

/**
 * tcpfin_sysctls_read() - read the settings
 * @list: the result
 */
void tcpfin_sysctls_read(struct tcpfin_sysctl list[TCPFIN_SYSCTLS]);

#endif /* TCPFIN_SYSCTLS_H */
