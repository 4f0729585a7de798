/* SPDX-License-Identifier: GPL-2.0 */
/* Sets of ports, such as the ports that connect() chooses from. */
#ifndef SYSTEM_PORT_RANGE_H
#define SYSTEM_PORT_RANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "system/sysctl.h"

/* A set of ports, one bit each */
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

/* Return the number of ports in a set. */
unsigned int port_set_count(const struct port_set *set);

/**
 * port_range_ephemeral() - parse the ports that connect() chooses from
 * @range: net.ipv4.ip_local_port_range: two numbers, separated by blanks as the
 *	kernel does or by "-"
 * @reserved: net.ipv4.ip_local_reserved_ports: N and N-M, separated by commas;
 *	NULL for none
 * @set: the result
 *
 * Return: false if one of the texts is invalid.
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
