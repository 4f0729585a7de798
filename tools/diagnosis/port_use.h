/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The local ports in use, and who chose each: bind(), or connect().
 *
 * A port that connect() chose is taken only for its destination. A port that bind()
 * chose is taken for all destinations (__inet_hash_connect() passes over it), and so
 * is any port in use for the next bind() to the same address. A mini-socket keeps its
 * port as its full socket did.
 */
#ifndef DIAGNOSIS_PORT_USE_H
#define DIAGNOSIS_PORT_USE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "diagnosis/programs.h"
#include "system/port_range.h"
#include "track/conn.h"

/* Most local addresses with counts of their own */
#define PORT_USE_MAX	16

/* The ports of one local address */
struct port_use {
	uint8_t laddr[16];	/* local address as in struct tcpfin_event */
	uint8_t family;		/* AF_INET or AF_INET6 */
	uint8_t host;		/* see struct item */
	uint32_t netns;		/* see struct tcpfin_event */
	struct port_set used;	/* ports that any socket has */
	struct port_set bound;	/* of these, ports that bind() is known to have chosen */
	struct port_set connected;	/* ports that connect() is known to have chosen */
	struct programs bound_by;	/* programs that have @bound */
};

/* All local addresses; all zero is none */
struct port_uses {
	struct port_use *list[PORT_USE_MAX];
	size_t count;		/* number of @list */
	uint64_t left_out;	/* sockets of other addresses, or without memory */
};

/* A socket that takes a local port */
struct port_user {
	const uint8_t *laddr;	/* 16 bytes, see struct port_use */
	const struct conn *conn;	/* its recorded end, NULL if there is none */
	uint32_t netns;		/* see struct tcpfin_event */
	uint16_t lport;		/* local port */
	uint8_t family;		/* AF_INET or AF_INET6 */
	uint8_t host;		/* see struct item */
};

/* Count a socket's port. */
void port_uses_add(struct port_uses *u, const struct port_user *user);

/* Return how many ports bind() is known to have chosen on any address. */
unsigned int port_uses_bound(const struct port_uses *u, uint8_t host, uint32_t netns);

/* Free what the counts hold. */
void port_uses_exit(struct port_uses *u);

/* Is it known who chose the port, and was it bind()? */
static inline bool conn_port_is_known(const struct conn *conn)
{
	return conn && conn->flags & CONN_BIRTH;
}

static inline bool conn_port_is_bound(const struct conn *conn)
{
	return conn_port_is_known(conn) && conn->flags & CONN_BOUND;
}

#endif /* DIAGNOSIS_PORT_USE_H */
