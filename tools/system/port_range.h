/* SPDX-License-Identifier: GPL-2.0 */
/* Sets of ports, such as those that connect() may choose from. */
#ifndef SYSTEM_PORT_RANGE_H
#define SYSTEM_PORT_RANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "system/sysctl.h"

/**
 * struct port_set - a set of ports
 * @bits: one for each port
 */
struct port_set {
	uint64_t bits[65536 / 64];
};

static inline bool port_set_has(const struct port_set *set, uint16_t port)
{
	return set->bits[port / 64] >> port % 64 & 1;
}

static inline void port_set_add(struct port_set *set, uint16_t port)
{
	set->bits[port / 64] |= 1ULL << port % 64;
}

/**
 * port_set_count() - how many ports there are in a set
 * @set: the set
 *
 * Return: the number.
 */
unsigned int port_set_count(const struct port_set *set);

/**
 * port_range_ephemeral() - the ports that connect() chooses from
 * @range: net.ipv4.ip_local_port_range: two numbers, as
 *	the kernel writes them or with a "-" in between
 * @reserved: net.ipv4.ip_local_reserved_ports: numbers and A-B with commas;
 *	NULL for none
 * @set: the result
 *
 * Return: false if one of the texts is something else.
 */
bool port_range_ephemeral(const char *range, const char *reserved,
			  struct port_set *set);

/**
 * port_range_read() - the ports that connect() chooses from on this machine
 * @set: the result, empty on failure
 *
 * Return: false if the settings cannot be read.
 */
bool port_range_read(struct port_set *set);

/**
 * port_range_recorded() - the ports that connect() chose from in a recording
 * @list: the recording's settings, which do not tell reserved ports
 * @set: the result, empty if the setting is not known or machines differ
 */
void port_range_recorded(const struct sysctl list[SYSCTLS],
			 struct port_set *set);

#endif /* SYSTEM_PORT_RANGE_H */
