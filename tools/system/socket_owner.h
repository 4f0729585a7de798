/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which process holds a socket: its inode is looked for in /proc/PID/fd, as
 * "ss -p" does.
 */
#ifndef SYSTEM_SOCKET_OWNER_H
#define SYSTEM_SOCKET_OWNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct held_socket - a socket that waits for somebody
 * @cookie: see struct sock_diag_entry
 * @age_ns: how long it has been in its state
 * @inode: see struct sock_diag_entry
 * @pid: the first process found to hold it, 0 if none was
 * @fd: its file descriptor there
 * @holders: how many descriptors of how many processes refer to it
 * @lport: local port
 * @rport: remote port
 * @family: AF_INET or AF_INET6
 * @state: TCP_*
 * @exact: @age_ns is exact; otherwise it is at least that
 * @selection: a filter lets it through, or there is none
 * @laddr: local address as in struct tcpfin_event
 * @raddr: remote address
 * @comm: the process's name: any byte may be in it, no NUL need be
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
	bool selection;
	uint8_t laddr[16];
	uint8_t raddr[16];
	char comm[16];
};

/**
 * socket_owner_find() - find out who holds sockets
 * @proc: usually "/proc"
 * @list: the sockets; their order is changed
 * @count: how many
 *
 * Return: false if @proc cannot be read.
 */
bool socket_owner_find(const char *proc, struct held_socket *list,
		       size_t count);

/**
 * held_socket_sort() - put sockets of the same state and holder side by side
 * @list: the sockets; of each holder's the oldest comes first
 * @count: how many
 */
void held_socket_sort(struct held_socket *list, size_t count);

/**
 * held_socket_alike() - do two sockets have the same state and holder?
 * @a: one
 * @b: the other
 *
 * Sockets that were not accepted yet are held by their port.
 *
 * Return: true if so.
 */
bool held_socket_alike(const struct held_socket *a,
		       const struct held_socket *b);

#endif /* SYSTEM_SOCKET_OWNER_H */
