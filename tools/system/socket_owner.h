/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which process holds a socket: searches /proc/PID/fd for the socket's inode,
 * as "ss -p" does.
 */
#ifndef SYSTEM_SOCKET_OWNER_H
#define SYSTEM_SOCKET_OWNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct held_socket - a waiting socket and its owner
 * @cookie: see struct sock_diag_entry
 * @age_ns: how long it has been in its state
 * @inode: see struct sock_diag_entry
 * @pid: the first process found to hold it, 0 if none
 * @fd: its file descriptor in that process
 * @holders: number of descriptors in all processes
 * @lport: local port
 * @rport: remote port
 * @family: AF_INET or AF_INET6
 * @state: TCP_*
 * @exact: @age_ns is exact, otherwise a lower bound
 * @chosen: the filter matches it, or there is no filter
 * @laddr: local address as in struct tcpfin_event
 * @raddr: remote address
 * @comm: name of the process: any bytes, not always NUL-terminated
 */
struct held_socket {
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
 * socket_owner_find() - find the owners of sockets
 * @proc: usually "/proc"
 * @list: the sockets, which are reordered
 * @count: number of sockets
 *
 * Return: false if @proc cannot be read.
 */
bool socket_owner_find(const char *proc, struct held_socket *list,
		       size_t count);

/* Sort sockets by state and owner; of each owner's the oldest comes first. */
void held_socket_sort(struct held_socket *list, size_t count);

/*
 * Do two sockets have the same state and owner? The owner of sockets not
 * accepted yet is their port.
 */
bool held_socket_alike(const struct held_socket *a,
		       const struct held_socket *b);

#endif /* SYSTEM_SOCKET_OWNER_H */
