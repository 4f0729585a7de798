/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Destinations of outgoing connections, and how many local ports each uses. A
 * local port can be used once per local address, remote address, remote port.
 */
#ifndef DIAGNOSIS_DESTINATIONS_H
#define DIAGNOSIS_DESTINATIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Most destinations counted, 92 bytes each */
#define DESTINATIONS_MAX	(1U << 18)

/* Identity of a destination */
struct destination_key {
	uint8_t laddr[16];	/* local address as in struct tcpfin_event */
	uint8_t raddr[16];	/* remote address */
	uint32_t netns;		/* network namespace, in recordings; else 0 */
	uint16_t rport;		/* remote port */
	uint8_t family;		/* AF_INET or AF_INET6 */
	uint8_t host;		/* machine, see struct item */
	uint8_t used;		/* 1 in the table's slots that are taken */
	uint8_t reserved[3];	/* 0 */
};

/* Counts of one destination */
struct destination {
	struct destination_key key;
	uint32_t ports;		/* local ports in use, also by mini-sockets */
	uint32_t selected;	/* ports of connections that match the filter */
	/* ports of sockets that are kept, and may be @selected once their owners are known */
	uint32_t undecided;
	uint32_t before;	/* @ports at an earlier moment */
	uint32_t time_wait;	/* mini-sockets in TIME_WAIT */
	uint32_t young;		/* of these, too young for tcp_tw_reuse, mostly below 1 s */
	/* of these, old enough, their peer uses timestamps, and connect() chose the port */
	uint32_t reusable;
	uint32_t unrecorded;	/* of these, those whose birth was not recorded */
	uint32_t fin_wait2;	/* mini-sockets in FIN_WAIT2 */
	uint32_t bound;		/* mini-sockets with a port that bind() chose */
	uint32_t births;	/* mini-sockets created since snapshot.window_ns */
	uint32_t deaths;	/* mini-sockets that ended since snapshot.window_ns */
};

/* A table of destinations; all zero is an empty table */
struct destinations {
	struct destination *slots;
	uint32_t size;		/* number of slots, a power of two */
	uint32_t count;		/* number of slots taken */
	uint64_t left_out;	/* number of times that there was no slot */
};

/*
 * Find a destination, or add it. Return the entry, valid until the next call,
 * or NULL (counted in @left_out) if the table is full or there is no memory.
 */
struct destination *destinations_get(struct destinations *d,
				     const struct destination_key *key);

/*
 * Fill @list with the destinations that use the most ports, the worst first,
 * without those that have no connection that is or may be selected. Return how many,
 * @max at most.
 */
size_t destinations_worst(const struct destinations *d,
			  struct destination *list, size_t max);

/*
 * Is one of a connection's addresses a loopback address, so that its packets stay in the
 * network namespace?
 */
bool destination_is_loopback(uint8_t family, const uint8_t laddr[16],
			     const uint8_t raddr[16]);

/* Free what a table holds. */
void destinations_exit(struct destinations *d);

#endif /* DIAGNOSIS_DESTINATIONS_H */
