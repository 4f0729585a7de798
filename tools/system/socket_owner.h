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

/* A waiting socket and its owner */
struct held_socket {
	uint64_t cookie;	/* see struct sock_diag_entry */
	uint64_t age_ns;	/* how long it has been in its state */
	uint64_t cgroup;	/* see struct sock_diag_entry */
	uint32_t inode;		/* see struct sock_diag_entry */
	uint32_t pid;	/* the first process found to hold it, 0 if none */
	uint32_t fd;		/* its file descriptor in that process */
	uint32_t holders;	/* number of descriptors in all processes */
	uint16_t lport;		/* local port */
	uint16_t rport;		/* remote port */
	uint8_t family;		/* AF_INET or AF_INET6 */
	uint8_t state;		/* TCP_* */
	bool exact;		/* @age_ns is exact, otherwise a lower bound */
	bool recorded;	/* known from steps: no inode, no descriptors */
	bool chosen;	/* the filter matches it, or there is no filter */
	uint8_t laddr[16];	/* local address as in struct tcpfin_event */
	uint8_t raddr[16];	/* remote address */
	/* name of the process: any bytes, not always NUL-terminated */
	char comm[16];
};

/* Find the owners of sockets and reorder these. Return false on failure. */
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
