/* SPDX-License-Identifier: GPL-2.0 */
/* Names of hosts and services (-N), asked for once each. */
#ifndef UTIL_RESOLVER_H
#define UTIL_RESOLVER_H

#include <stddef.h>
#include <stdint.h>

/* A host's name, 253 characters by RFC 1035, or an address as text. */
#define HOST_TEXT_MAX	256
/* The name of a service, or a port. */
#define PORT_TEXT_MAX	32
/* Both, with brackets and a colon. */
#define END_NAME_MAX	(HOST_TEXT_MAX + PORT_TEXT_MAX + 3)

struct resolver;

/**
 * resolver_new() - make a resolver that knows no names yet
 *
 * Return: the resolver, or NULL without memory.
 */
struct resolver *resolver_new(void);

/**
 * resolver_free() - undo resolver_new()
 * @r: the resolver, or NULL
 */
void resolver_free(struct resolver *r);

/**
 * resolver_host_text() - the name of an address
 * @r: the resolver, or NULL: then it is the address
 * @family: AF_INET or AF_INET6, or anything
 * @addr: 4 or 16 bytes
 * @ifindex: the scope of a link-local IPv6 address, 0 if none
 * @buf: room for it
 *
 * The first time it asks getnameinfo(), which may take seconds. Names are what
 * other people's servers say: what is no letter, digit, "-", "_" or "." is shown
 * as "?".
 *
 * Return: @buf: the name, or without one the address, see addr_text().
 */
const char *resolver_host_text(struct resolver *r, uint8_t family,
			       const uint8_t addr[16], uint32_t ifindex,
			       char buf[HOST_TEXT_MAX]);

/**
 * resolver_port_text() - the name of a port's service
 * @r: the resolver, or NULL: then it is the port
 * @port: the port
 * @buf: room for it
 *
 * Return: @buf: the name by /etc/services, or without one the port.
 */
const char *resolver_port_text(struct resolver *r, uint16_t port,
			       char buf[PORT_TEXT_MAX]);

/**
 * resolver_end_name() - the same of an address and a port together
 * @r: the resolver, or NULL
 * @family: as with resolver_host_text()
 * @addr: likewise
 * @ifindex: likewise
 * @port: the port
 * @buf: room for it
 *
 * Return: @buf: such as web.example:https, 192.0.2.7:443 or [2001:db8::7]:443.
 */
const char *resolver_end_name(struct resolver *r, uint8_t family,
			      const uint8_t addr[16], uint32_t ifindex,
			      uint16_t port, char buf[END_NAME_MAX]);

#endif /* UTIL_RESOLVER_H */
