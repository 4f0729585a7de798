/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Destinations of outgoing connections, and how many local ports each takes.
 * A local port can be used once for each (local address, remote address,
 * remote port).
 */
#ifndef TCPFIN_DESTS_H
#define TCPFIN_DESTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Destinations that are told apart: 68 bytes for each. */
#define TCPFIN_DESTS_MAX	(1U << 18)

/**
 * struct tcpfin_dest_key - a destination
 * @laddr: local address as in struct tcpfin_event
 * @raddr: remote address
 * @rport: remote port
 * @family: AF_INET or AF_INET6
 * @used: 1 in the table's own places that are taken
 */
struct tcpfin_dest_key {
	uint8_t laddr[16];
	uint8_t raddr[16];
	uint16_t rport;
	uint8_t family;
	uint8_t used;
};

/**
 * struct tcpfin_dest - what is known of one
 * @key: which it is
 * @ports: local ports in use, those of mini-sockets too
 * @chosen: those of connections that a filter chose; without one, all
 * @before: the same at an earlier moment
 * @time_wait: mini-sockets in TIME_WAIT
 * @young: those that are too young for tcp_tw_reuse, mostly below one second
 * @fin_wait2: mini-sockets in FIN_WAIT2
 * @births: mini-sockets that began in the time that was looked at
 * @deaths: those that ended in it
 */
struct tcpfin_dest {
	struct tcpfin_dest_key key;
	uint32_t ports;
	uint32_t chosen;
	uint32_t before;
	uint32_t time_wait;
	uint32_t young;
	uint32_t fin_wait2;
	uint32_t births;
	uint32_t deaths;
};

/**
 * struct tcpfin_dests - a table of destinations; all zero is an empty one
 * @slots: its places
 * @size: how many there are, a power of two
 * @count: how many are taken
 * @left_out: how often there was no place
 */
struct tcpfin_dests {
	struct tcpfin_dest *slots;
	uint32_t size;
	uint32_t count;
	uint64_t left_out;
};

/**
 * tcpfin_dests_get() - find a destination, or make a place for it
 * @d: the table
 * @key: the destination
 *
 * Return: it, valid until the next call; NULL if there is no place, which is
 * counted.
 */
struct tcpfin_dest *tcpfin_dests_get(struct tcpfin_dests *d,
				     const struct tcpfin_dest_key *key);

/**
 * tcpfin_dests_worst() - of chosen connections' destinations those that use the
 *	most ports
 * @d: the table
 * @list: the result, the worst first
 * @max: room in @list
 *
 * Return: how many there are.
 */
size_t tcpfin_dests_worst(const struct tcpfin_dests *d,
			  struct tcpfin_dest *list, size_t max);

/**
 * tcpfin_dests_exit() - free what a table holds
 * @d: the table
 */
void tcpfin_dests_exit(struct tcpfin_dests *d);

#endif /* TCPFIN_DESTS_H */
