/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which processes hold a socket: searches /proc/PID/fd for the socket's inode, as
 * "ss -p" does.
 */
#ifndef SYSTEM_SOCKET_OWNER_H
#define SYSTEM_SOCKET_OWNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A socket's second owner, and further ones, are kept while all owners are fewer */
#define SOCKET_OWNERS_MAX	(1U << 18)

/* A process that holds a socket */
struct socket_owner {
	uint32_t pid;
	uint32_t fd;		/* the first of its descriptors that was found */
	uint32_t descriptors;	/* how many of its descriptors refer to the socket */
	uint32_t next;	/* index of the socket's next owner, plus 1; 0 for none */
	char comm[16];	/* its name: any bytes, not always NUL-terminated */
};

/* A socket whose owners are wanted */
struct wanted_socket {
	uint32_t inode;
	uint32_t first;	/* indices of the first and the last owner, plus 1; 0 for none */
	uint32_t last;
};

/* The owners of the sockets that were asked for; all zero asks for none */
struct socket_owners {
	struct wanted_socket *wanted;	/* by inode, once they were read */
	size_t nwanted;			/* number of @wanted */
	size_t wanted_room;		/* room in @wanted */
	struct socket_owner *list;
	size_t count;			/* number of @list */
	size_t room;			/* room in @list */
	bool left_out;		/* there was no room for an owner */
	bool searched;		/* /proc could be searched */
	bool all_processes;	/* see process_all_seen() */
	bool initial_pids;	/* see process_pids_are_initial() */
	/* descriptors of all processes were read, and all owners are in @list */
	bool complete;
};

/* Ask for the owners of a socket; inode 0 is ignored. Return false without memory. */
bool socket_owners_want(struct socket_owners *o, uint32_t inode);

/* Search the processes in @proc, usually "/proc", for all sockets that are wanted. */
void socket_owners_read(struct socket_owners *o, const char *proc);

/* Return the first owner of a socket, or the one after another, or NULL. */
const struct socket_owner *socket_owners_find(const struct socket_owners *o,
					      uint32_t inode);
const struct socket_owner *socket_owners_next(const struct socket_owners *o,
					      const struct socket_owner *owner);

void socket_owners_free(struct socket_owners *o);

/* What is wrong with a socket that is held, or waits */
enum held_kind {
	HELD_WAITS,		/* it waits in its state */
	HELD_CLOSED_WINDOW,	/* its peer does not read what it has to send */
	HELD_NO_ANSWER,		/* its peer does not answer what it sends */
	HELD_OVER,		/* its connection is over, and it is open */
};

/* A waiting socket and its owner */
struct held_socket {
	uint64_t cookie;	/* see struct sock_diag_entry */
	uint64_t age_ns;	/* how long it has been in its state, or waits */
	uint64_t cgroup;	/* see struct sock_diag_entry */
	uint32_t inode;		/* see struct sock_diag_entry */
	/* a process that holds it, or of an orphan the one that closed it; 0 if none */
	uint32_t pid;
	uint32_t fd;		/* its file descriptor in that process */
	uint32_t holders;	/* number of descriptors in all processes */
	uint32_t recv_q;	/* see struct sock_diag_entry */
	uint32_t send_q;
	uint16_t lport;		/* local port */
	uint16_t rport;		/* remote port */
	uint8_t family;		/* AF_INET or AF_INET6 */
	uint8_t state;		/* TCP_* */
	uint8_t kind;		/* enum held_kind */
	bool exact;		/* @age_ns is exact, otherwise a lower bound */
	bool recorded;	/* known from steps: no inode, no descriptors, no queues */
	bool chosen;	/* the filter matches it, or there is no filter */
	bool reset;		/* HELD_OVER: a RST ended the connection */
	bool gone;	/* when sockets were listed again, this one was not among them */
	uint8_t laddr[16];	/* local address as in struct tcpfin_event */
	uint8_t raddr[16];	/* remote address */
	/* name of the process: any bytes, not always NUL-terminated */
	char comm[16];
};

/* Does a process have the socket, for all the kernel says, and none was found? */
static inline bool held_socket_is_hidden(const struct held_socket *held)
{
	return held->inode && !held->pid;
}

/* Order by cookie, for qsort() and bsearch(). */
int held_socket_by_cookie(const void *a, const void *b);

/*
 * Name one of a socket's owners in its entry: of several the one whose name comes
 * first in the alphabet, so that sockets with the same owners get the same name. The
 * recorded process of a socket without an owner is dropped if its pid is another one here.
 */
void held_socket_own(struct held_socket *held, const struct socket_owners *o);

/* Find an owner of each of these sockets. Return false on failure. */
bool socket_owner_find(const char *proc, struct held_socket *list,
		       size_t count);

/*
 * Sort sockets by what is wrong, state and program; of each program's the oldest
 * comes first.
 */
void held_socket_sort(struct held_socket *list, size_t count);

/*
 * Is the same wrong with two sockets of the same program? Sockets that wait and were
 * not accepted yet are told apart by their port.
 */
bool held_socket_alike(const struct held_socket *a,
		       const struct held_socket *b);

#endif /* SYSTEM_SOCKET_OWNER_H */
