// SPDX-License-Identifier: GPL-2.0
/* Sums up held sockets of one program. */
#include <stdio.h>
#include <string.h>

#include "diagnosis/held_group.h"

struct held_group held_group_next(const struct held_socket *list,
				  const struct held_socket *end)
{
	struct held_group g = { .oldest = list };

	while (list < end && held_socket_alike(g.oldest, list))
		list++;
	g.count = (uint64_t)(list - g.oldest);
	return g;
}

/* Name a process of the oldest socket's other end. */
static void name_oldest_peer(struct held_group *g, const struct socket_owner *owner)
{
	const struct peer_socket *peer = g->oldest_peer;

	g->peer_pid = owner ? owner->pid : peer->pid;
	memcpy(g->peer_comm, owner ? owner->comm : peer->comm, sizeof(g->peer_comm));
}

static void add_peer(struct held_group *g, const struct facts *facts,
		     const struct held_socket *h)
{
	const struct socket_owners *owners = facts->present.owners;
	const struct peer_socket *peer = NULL;

	if (facts->present.peers && h->kind != HELD_OVER)
		peer = peers_find(facts->present.peers, facts->where, h);
	if (!peer)
		return;
	g->peers_seen++;
	if (h == g->oldest) {
		g->oldest_peer = peer;
		name_oldest_peer(g, socket_owners_find(owners, peer->inode));
	}
	if (!peer_is_certain(peer))
		return;
	g->peers_certain++;
	processes_add_owners(&g->peers, owners, peer->inode);
	if (peer->pid)
		processes_add(&g->peers, peer->comm, peer->pid);
}

bool held_group_fill(struct held_group *g, const struct facts *facts)
{
	const struct held_socket *h;

	for (h = g->oldest; h < g->oldest + g->count; h++) {
		if (!processes_add_owners(&g->holders, facts->present.owners, h->inode) &&
		    h->pid)
			processes_add(&g->holders, h->comm, h->pid);
		g->recv_q += h->recv_q;
		g->send_q += h->send_q;
		g->resets += h->reset;
		g->attached += !!h->inode;
		g->same_remote += h->family == g->oldest->family &&
				  !memcmp(h->raddr, g->oldest->raddr, sizeof(h->raddr));
		add_peer(g, facts, h);
	}
	processes_sort(&g->holders);
	processes_sort(&g->peers);
	return !g->holders.failed && !g->peers.failed;
}

void held_group_free(struct held_group *g)
{
	processes_free(&g->holders);
	processes_free(&g->peers);
}

const char *held_group_owner(const struct held_group *g, char buf[PROCESSES_TEXT_MAX])
{
	const struct held_socket *h = g->oldest;

	if (g->holders.count)
		return processes_text(&g->holders, buf);
	if (h->recorded)
		snprintf(buf, PROCESSES_TEXT_MAX,
			 "a process that is not known, on port %u,", h->lport);
	else if (h->inode)
		snprintf(buf, PROCESSES_TEXT_MAX, "a process that was not found");
	else if (h->kind != HELD_WAITS)
		snprintf(buf, PROCESSES_TEXT_MAX, "a process that is not known");
	else
		snprintf(buf, PROCESSES_TEXT_MAX, "the accept queue of port %u", h->lport);
	return buf;
}
