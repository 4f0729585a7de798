/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names of hosts and services (-N), each looked up once. With NULL as the
 * resolver the functions write numbers. They return @buf.
 */
#ifndef UTIL_RESOLVER_H
#define UTIL_RESOLVER_H

#include <stddef.h>
#include <stdint.h>

/* Size for a host's name (253 characters, RFC 1035) or an address */
#define HOST_TEXT_MAX	256
/* Size for the name of a service, or a port */
#define PORT_TEXT_MAX	32
/* Size for both, with brackets and a colon */
#define END_NAME_MAX	(HOST_TEXT_MAX + PORT_TEXT_MAX + 3)

struct resolver;

/* Make an empty resolver. Return NULL if there is no memory. */
struct resolver *resolver_new(void);

/* Free a resolver; NULL is ignored. */
void resolver_free(struct resolver *r);

/*
 * Write the name of an address, or the address if it has none or @r is NULL; see
 * addr_text(). The first look-up of a name uses getnameinfo(), which may take
 * seconds. Names come from foreign servers: all but letters, digits, "-", "_"
 * and "." is shown as "?". Return @buf.
 */
const char *resolver_host_text(struct resolver *r, uint8_t family,
			       const uint8_t addr[16], uint32_t ifindex,
			       char buf[HOST_TEXT_MAX]);

/* Write the name of a port's service by /etc/services, or the port. */
const char *resolver_port_text(struct resolver *r, uint16_t port,
			       char buf[PORT_TEXT_MAX]);

/* Write web.example:https, 192.0.2.7:443 or [2001:db8::7]:443. */
const char *resolver_end_name(struct resolver *r, uint8_t family,
			      const uint8_t addr[16], uint32_t ifindex,
			      uint16_t port, char buf[END_NAME_MAX]);

#endif /* UTIL_RESOLVER_H */
