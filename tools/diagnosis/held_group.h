/* SPDX-License-Identifier: GPL-2.0 */
/* Held sockets of one program with which the same is wrong. */
#ifndef DIAGNOSIS_HELD_GROUP_H
#define DIAGNOSIS_HELD_GROUP_H

#include "diagnosis/facts.h"
#include "diagnosis/processes.h"

/* One group */
struct held_group {
	const struct held_socket *oldest;	/* the first of @count sockets */
	uint64_t count;
	/* The following is known after held_group_fill(). */
	struct processes holders;	/* who holds them, or closed them */
	uint64_t recv_q;		/* sums over all sockets */
	uint64_t send_q;
	uint64_t resets;		/* sockets whose connection a RST ended */
	uint64_t attached;		/* sockets that a process holds */
	uint64_t same_remote;	/* sockets with the remote address of @oldest */
	uint64_t peers_seen;	/* sockets whose other end was seen, or what may be it */
	uint64_t peers_certain;	/* of these, see peer_is_certain() */
	struct processes peers;	/* who holds, or closed, the certain other ends */
	const struct peer_socket *oldest_peer;	/* the other end of @oldest, or NULL */
	uint32_t peer_pid;	/* a process of @oldest_peer, 0 if none is known */
	char peer_comm[16];		/* its name: any bytes, not always NUL-terminated */
};

/* Return the first group of a sorted list: its sockets, and nothing else of it yet. */
struct held_group held_group_next(const struct held_socket *list,
				  const struct held_socket *end);

/*
 * Find out who holds a group's sockets and their other ends; to be freed. Return false
 * without memory.
 */
bool held_group_fill(struct held_group *g, const struct facts *facts);
void held_group_free(struct held_group *g);

/* Write who holds a group's sockets. Return @buf. */
const char *held_group_owner(const struct held_group *g, char buf[PROCESSES_TEXT_MAX]);

#endif /* DIAGNOSIS_HELD_GROUP_H */
