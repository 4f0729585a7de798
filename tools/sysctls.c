// SPDX-License-Identifier: GPL-2.0
/* Reads the settings that govern TIME_WAIT from /proc/sys. */
#include <stdio.h>
#include <string.h>

#include "sysctls.h"

static const char *const names[TCPFIN_SYSCTLS] = {
	"tcp_fin_timeout", "tcp_max_tw_buckets", "tcp_tw_reuse",
	"tcp_rfc1337", "ip_local_port_range",
};

static void read_value(const char *name, char value[TCPFIN_SYSCTL_MAX])
{
	char path[96], *at;
	FILE *file;

	value[0] = '\0';
	snprintf(path, sizeof(path), "/proc/sys/net/ipv4/%s", name);
	file = fopen(path, "re");
	if (!file)
		return;
	if (!fgets(value, TCPFIN_SYSCTL_MAX, file))
		value[0] = '\0';
	fclose(file);
	value[strcspn(value, "\n")] = '\0';
	/* The port range is two numbers with a tab between them. */
	at = strchr(value, '\t');
	if (at)
		*at = '-';
}

void tcpfin_sysctls_read(struct tcpfin_sysctl list[TCPFIN_SYSCTLS])
{
	unsigned int i;

	for (i = 0; i < TCPFIN_SYSCTLS; i++) {
		list[i].name = names[i];
		read_value(names[i], list[i].value);
	}
}
