/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sockets that a process held when their connections ended, from recorded steps: the
 * process may hold them still.
 */
#ifndef DIAGNOSIS_ENDED_H
#define DIAGNOSIS_ENDED_H

#include "module/tcpfin.h"
#include "system/socket_owner.h"

/* Most sockets kept; those that ended first are forgotten then */
#define ENDED_MAX	(1U << 17)

/* All zero is none */
struct ended_sockets {
	struct held_socket *list;	/* @age_ns is the time of the end */
	size_t count;			/* number of @list */
	size_t room;			/* room in @list */
	size_t next;			/* the one forgotten next, once @list is full */
};

/*
 * Take a step: if a connection ended while a process held its socket, the socket is
 * kept. Return false without memory.
 */
bool ended_sockets_event(struct ended_sockets *e, const struct tcpfin_event *ev,
			 bool chosen);

/* Sort, each socket once with its latest end; no step is taken after this. */
void ended_sockets_sort(struct ended_sockets *e);

/* Drop a socket that is in use again: it is HELD_OVER no longer. */
void ended_sockets_drop(struct ended_sockets *e, uint32_t inode);

void ended_sockets_free(struct ended_sockets *e);

#endif /* DIAGNOSIS_ENDED_H */
