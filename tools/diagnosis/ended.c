// SPDX-License-Identifier: GPL-2.0
/* Remembers sockets that a process held when their connections ended. */
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>

#include "diagnosis/ended.h"
#include "track/names.h"
#include "util/array.h"

/* Return the place of another socket, NULL without memory. */
static struct held_socket *place(struct ended_sockets *e)
{
	struct held_socket *list;

	if (e->count == ENDED_MAX) {
		e->next %= ENDED_MAX;
		return &e->list[e->next++];
	}
	list = array_grow(e->list, &e->room, e->count, sizeof(*list));
	if (!list)
		return NULL;
	e->list = list;
	return &e->list[e->count++];
}

bool ended_sockets_event(struct ended_sockets *e, const struct tcpfin_event *ev,
			 bool chosen)
{
	struct held_socket *held;

	if (ev->kind != TCPFIN_KIND_STATE || ev->new_state != TCP_CLOSE ||
	    !event_inode(ev))
		return true;
	held = place(e);
	if (!held)
		return false;
	*held = (struct held_socket){
		.kind = HELD_OVER, .state = TCP_CLOSE, .cookie = ev->cookie,
		.inode = event_inode(ev), .age_ns = ev->time_ns, .exact = true,
		.cgroup = ev->cgroup,
		.family = ev->family, .lport = ev->lport, .rport = ev->rport,
		.reset = ev->reason == TCPFIN_REASON_RST_RCVD, .chosen = chosen,
	};
	memcpy(held->laddr, ev->laddr, sizeof(held->laddr));
	memcpy(held->raddr, ev->raddr, sizeof(held->raddr));
	return true;
}

static int by_inode(const void *a, const void *b)
{
	const struct held_socket *x = a, *y = b;

	return (x->inode > y->inode) - (x->inode < y->inode);
}

/* The latest end of a socket comes first. */
static int by_inode_and_end(const void *a, const void *b)
{
	const struct held_socket *x = a, *y = b;
	int order = by_inode(a, b);

	return order ? order : (x->age_ns < y->age_ns) - (x->age_ns > y->age_ns);
}

void ended_sockets_sort(struct ended_sockets *e)
{
	size_t from, to = 0;

	if (!e->count)
		return;
	qsort(e->list, e->count, sizeof(*e->list), by_inode_and_end);
	for (from = 1; from < e->count; from++)
		if (e->list[from].inode != e->list[to].inode)
			e->list[++to] = e->list[from];
	e->count = to + 1;
}

void ended_sockets_drop(struct ended_sockets *e, uint32_t inode)
{
	const struct held_socket key = { .inode = inode };
	struct held_socket *held = NULL;

	if (e->count && inode)
		held = bsearch(&key, e->list, e->count, sizeof(key), by_inode);
	if (held)
		held->kind = HELD_WAITS;
}

void ended_sockets_free(struct ended_sockets *e)
{
	free(e->list);
}
