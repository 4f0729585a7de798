/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which process holds a socket: its inode is looked for in /proc/PID/fd, as
 * "ss -p" does.
 */
#ifndef TCPFIN_HOLDERS_H
#define TCPFIN_HOLDERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct tcpfin_held - a socket that waits for somebody
 * @cookie: see struct tcpfin_diag_sock
 * @age_ns: how long it has been in its state
 * @inode: see struct tcpfin_diag_sock
 * @pid: the first process found to hold it, 0 if none was
 * @fd: its file descriptor there
 * @holders: how many descriptors of how many processes refer to it
 * @lport: local port
 * @rport: remote port
 * @family: AF_INET or AF_INET6
 * @state: TCP_*
 * @exact: @age_ns is exact; otherwise it is at least that
 * @chosen: a filter lets it through, or there is none
 * @laddr: local address as in struct tcpfin_event
 * @raddr: remote address
 * @comm: the process's name: any byte may be in it, no NUL need be
 */
struct tcpfin_held {
	uint64_t cookie;
	uint64_t age_ns;
	uint32_t inode;
	uint32_t pid;
	uint32_t fd;
	uint32_t holders;
	uint16_t lport;
	uint16_t rport;
	uint8_t family;
	uint8_t state;
	bool exact;
	bool chosen;
	uint8_t laddr[16];
	uint8_t raddr[16];
	char comm[16];
};

/**
 * tcpfin_holders_find() - find out who holds sockets
 * @proc: usually "/proc"
 * @list: the sockets; their order is changed
 * @count: how many
 *
 * Return: false if @proc cannot be read.
 */
bool tcpfin_holders_find(const char *proc, struct tcpfin_held *list,
			 size_t count);

/**
 * tcpfin_held_sort() - put sockets of the same state and holder side by side
 * @list: the sockets; of each holder's the oldest comes first
 * @count: how many
 */
void tcpfin_held_sort(struct tcpfin_held *list, size_t count);

/**
 * tcpfin_held_together() - do two sockets have the same state and holder?
 * @a: one
 * @b: the other
 *
 * Sockets that were not accepted yet are held by their port.
 *
 * Return: true if so.
 */
bool tcpfin_held_together(const struct tcpfin_held *a,
			  const struct tcpfin_held *b);

#endif /* TCPFIN_HOLDERS_H */
