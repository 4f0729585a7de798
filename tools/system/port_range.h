/* SPDX-License-Identifier: GPL-2.0 */
/* Sets of ports, such as those that connect() may choose from. */
#ifndef TCPFIN_PORTS_H
#define TCPFIN_PORTS_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct tcpfin_ports - a set of ports
 * @bits: one for each port
 */
struct tcpfin_ports {
	uint64_t bits[65536 / 64];
};

static inline bool tcpfin_ports_has(const struct tcpfin_ports *set,
				    uint16_t port)
{
	return set->bits[port / 64] >> port % 64 & 1;
}

static inline void tcpfin_ports_add(struct tcpfin_ports *set, uint16_t port)
{
	set->bits[port / 64] |= 1ULL << port % 64;
}

/**
 * tcpfin_ports_count() - how many ports there are in a set
 * @set: the set
 *
 * Return: the number.
 */
unsigned int tcpfin_ports_count(const struct tcpfin_ports *set);

/**
 * tcpfin_ports_ephemeral() - the ports that connect() chooses from
 * @range: net.ipv4.ip_local_port_range: two numbers, as
 *	the kernel writes them or with a "-" in between
 * @reserved: net.ipv4.ip_local_reserved_ports: numbers and A-B with commas;
 *	NULL for none
 * @set: the result
 *
 * Return: false if one of the texts is something else.
 */
bool tcpfin_ports_ephemeral(const char *range, const char *reserved,
			    struct tcpfin_ports *set);

#endif /* TCPFIN_PORTS_H */
