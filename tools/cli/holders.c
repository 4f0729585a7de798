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
	uint64_t cookie;	/* with @netns the identity of the end */
	uint32_t netns;
	uint32_t inode;
	struct holder holder;	/* who held it, pid 0 for nobody who was found */
};

struct holders {
	const char *proc;
	struct noted noted[HOLDERS_MAX];	/* a ring */
	uint64_t count;				/* entries ever written to it */
	uint64_t next;				/* number of the first that is not searched */
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

static const struct noted *find(const struct holders *h, const struct conn *conn)
{
	uint64_t i;

	for (i = 0; i < h->count && i < HOLDERS_MAX; i++)
		if (h->noted[i].cookie == conn->cookie &&
		    h->noted[i].netns == conn->netns)
			return &h->noted[i];
	return NULL;
}

void holders_note(struct holders *h, const struct conn *conn)
{
	if (!(conn->flags & CONN_INODE) || !conn->cookie || find(h, conn))
		return;
	h->noted[h->count++ % HOLDERS_MAX] = (struct noted){
		.cookie = conn->cookie, .netns = conn->netns, .inode = conn->inode,
	};
	if (h->count - h->next > HOLDERS_MAX)
		h->next = h->count - HOLDERS_MAX;
}

void holders_look(struct holders *h, uint64_t now_ns)
{
	size_t n = 0, i;
	uint64_t start;

	if (h->next == h->count || now_ns < h->due_ns)
		return;
	for (; h->next < h->count; h->next++) {
		const struct noted *noted = &h->noted[h->next % HOLDERS_MAX];

		/* The search sorts the list: the cookie tells the entry. */
		h->list[n++] = (struct held_socket){
			.inode = noted->inode, .cookie = h->next % HOLDERS_MAX,
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
	const struct noted *noted = conn->flags & CONN_INODE ? find(h, conn) : NULL;

	return noted && noted->holder.pid ? &noted->holder : NULL;
}
