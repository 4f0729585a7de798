/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The other ends of waiting sockets, where they are on this machine: a socket with
 * the same addresses and ports, the other way round, in the same network namespace
 * or in another one that is examined. In another one it can be a coincidence: networks
 * with the same addresses are common, and whoever owns a namespace chooses them.
 */
#ifndef DIAGNOSIS_PEERS_H
#define DIAGNOSIS_PEERS_H

#include "system/netns.h"
#include "system/sock_diag.h"
#include "system/socket_owner.h"
#include "track/tracker.h"

/* Most sockets whose other ends are looked for */
#define PEERS_MAX	(1U << 17)

/* The other end of a waiting socket */
struct peer_socket {
	uint64_t cookie;	/* see struct sock_diag_entry */
	const struct netns *of;	/* the namespace of the waiting socket */
	const struct netns *where;	/* that of the other end, NULL: none was seen */
	uint32_t inode;		/* see struct sock_diag_entry */
	uint32_t recv_q;
	uint32_t send_q;
	/* without a process that holds it: the recorded one that closed it, or 0 */
	uint32_t pid;
	uint16_t lport;		/* ports and addresses as of the other end */
	uint16_t rport;
	uint8_t family;
	uint8_t state;		/* TCP_* */
	bool several;	/* several sockets may be the other end: none is taken */
	uint8_t laddr[16];
	uint8_t raddr[16];
	char comm[16];		/* with @pid: its name */
};

/* All that are looked for; all zero is none */
struct peers {
	struct peer_socket *list;	/* by addresses and ports, once sorted */
	size_t count;
	size_t room;
	uint64_t left_out;	/* sockets for which @list had no room */
};

/*
 * Look for the other end of a socket of this namespace, unless the socket is connected
 * to itself. Return false without memory.
 */
bool peers_want(struct peers *p, const struct netns *of, const struct held_socket *held);

/* Sort, after all are wanted and before the first socket is taken. */
void peers_sort(struct peers *p);

/* Take a socket of this namespace: it may be one that is looked for. */
void peers_take(struct peers *p, const struct netns *where,
		const struct sock_diag_entry *sock);

/* Name the processes that closed ends that no process holds any more. */
void peers_name(struct peers *p, const struct tracker *tracker);

/* Return the other end of a socket of this namespace, or NULL. */
const struct peer_socket *peers_find(const struct peers *p, const struct netns *of,
				     const struct held_socket *held);

/* Is it the other end, and not only a socket of another namespace that may be? */
bool peer_is_certain(const struct peer_socket *peer);

void peers_free(struct peers *p);

#endif /* DIAGNOSIS_PEERS_H */
