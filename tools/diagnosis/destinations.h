/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Destinations of outgoing connections, and how many local ports each takes.
 * A local port can be used once for each (local address, remote address,
 * remote port).
 */
#ifndef DIAGNOSIS_DESTINATIONS_H
#define DIAGNOSIS_DESTINATIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Destinations that are told apart: 68 bytes for each. */
#define DESTINATIONS_MAX	(1U << 18)

/**
 * struct destination_key - a destination
 * @laddr: local address as in struct tcpfin_event
 * @raddr: remote address
 * @rport: remote port
 * @family: AF_INET or AF_INET6
 * @used: 1 in the table's own places that are taken
 */
struct destination_key {
	uint8_t laddr[16];
	uint8_t raddr[16];
	uint16_t rport;
	uint8_t family;
	uint8_t used;
};

/**
 * struct destination - what is known of one
 * @key: which it is
 * @ports: local ports in use, those of mini-sockets too
 * @selection: those of connections that a filter chose; without one, all
 * @before: the same at an earlier moment
 * @time_wait: mini-sockets in TIME_WAIT
 * @young: those that are too young for tcp_tw_reuse, mostly below one second
 * @fin_wait2: mini-sockets in FIN_WAIT2
 * @births: mini-sockets that began in the time that was looked at
 * @deaths: those that ended in it
 */
struct destination {
	struct destination_key key;
	uint32_t ports;
	uint32_t selection;
	uint32_t before;
	uint32_t time_wait;
	uint32_t young;
	uint32_t fin_wait2;
	uint32_t births;
	uint32_t deaths;
};

/**
 * struct destinations - a table of destinations; all zero is an empty one
 * @slots: its places
 * @size: how many there are, a power of two
 * @count: how many are taken
 * @left_out: how often there was no place
 */
struct destinations {
	struct destination *slots;
	uint32_t size;
	uint32_t count;
	uint64_t left_out;
};

/**
 * destinations_get() - find a destination, or make a place for it
 * @d: the table
 * @key: the destination
 *
 * Return: it, valid until the next call; NULL if there is no place, which is
 * counted.
 */
struct destination *destinations_get(struct destinations *d,
				     const struct destination_key *key);

/**
 * destinations_worst() - of chosen connections' destinations those that use the
 *	most ports
 * @d: the table
 * @list: the result, the worst first
 * @max: room in @list
 *
 * Return: how many there are.
 */
size_t destinations_worst(const struct destinations *d,
			  struct destination *list, size_t max);

/**
 * destinations_exit() - free what a table holds
 * @d: the table
 */
void destinations_exit(struct destinations *d);

#endif /* DIAGNOSIS_DESTINATIONS_H */
