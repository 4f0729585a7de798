// SPDX-License-Identifier: GPL-2.0
/* Remembers sockets on which no process acted, and looks for who holds them. */
#include <stdlib.h>
#include <string.h>

#include "cli/holders.h"
#include "system/socket_owner.h"
#include "util/clock.h"

/* A search takes at most one part in so many of the time. */
#define REST		20

/* A socket that was noted */
struct noted {
	uint64_t cookie;	/* with @netns the identity of the end, 0 for none */
	uint32_t netns;
	uint32_t inode;
	bool searched;
	struct holder holder;	/* who held it, pid 0 for nobody who was found */
};

struct holders {
	const char *proc;
	/* By the cookie, of which the kernel gives one after the other */
	struct noted noted[HOLDERS_MAX];
	bool pending;				/* one is to be searched */
	uint64_t due_ns;			/* no search before this time */
	struct held_socket list[HOLDERS_MAX];	/* of one search */
};

struct holders *holders_new(const char *proc)
{
	struct holders *h = calloc(1, sizeof(*h));

	if (h)
		h->proc = proc;
	return h;
}

void holders_free(struct holders *h)
{
	free(h);
}

static bool is_of(const struct noted *noted, const struct conn *conn)
{
	return noted->cookie == conn->cookie && noted->netns == conn->netns;
}

void holders_note(struct holders *h, const struct conn *conn)
{
	struct noted *noted = &h->noted[conn->cookie % HOLDERS_MAX];

	if (!(conn->flags & CONN_INODE) || !conn->cookie || is_of(noted, conn))
		return;
	*noted = (struct noted){
		.cookie = conn->cookie, .netns = conn->netns, .inode = conn->inode,
	};
	h->pending = true;
}

void holders_look(struct holders *h, uint64_t now_ns)
{
	size_t n = 0, i;
	uint64_t start;

	if (!h->pending || now_ns < h->due_ns)
		return;
	h->pending = false;
	for (i = 0; i < HOLDERS_MAX; i++) {
		struct noted *noted = &h->noted[i];

		if (!noted->cookie || noted->searched)
			continue;
		noted->searched = true;
		/* The search sorts the list: the cookie tells the entry. */
		h->list[n++] = (struct held_socket){
			.inode = noted->inode, .cookie = i,
		};
	}
	start = clock_mono_ns();
	socket_owner_find(h->proc, h->list, n);
	h->due_ns = now_ns + REST * (clock_mono_ns() - start);
	for (i = 0; i < n; i++) {
		struct holder *holder = &h->noted[h->list[i].cookie].holder;

		holder->pid = h->list[i].pid;
		memcpy(holder->comm, h->list[i].comm, sizeof(holder->comm));
	}
}

const struct holder *holders_find(const struct holders *h, const struct conn *conn)
{
	const struct noted *noted = &h->noted[conn->cookie % HOLDERS_MAX];

	return conn->flags & CONN_INODE && is_of(noted, conn) && noted->holder.pid ?
	       &noted->holder : NULL;
}
