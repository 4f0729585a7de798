// SPDX-License-Identifier: GPL-2.0
/* Finds the other ends of waiting sockets among the sockets of this machine. */
#include <stdlib.h>
#include <string.h>

#include "diagnosis/destinations.h"
#include "diagnosis/peers.h"
#include "util/array.h"

/* Compare addresses and ports. */
static int compare_ends(const struct peer_socket *a, const struct peer_socket *b)
{
	int order;

	if (a->lport != b->lport)
		return a->lport < b->lport ? -1 : 1;
	if (a->rport != b->rport)
		return a->rport < b->rport ? -1 : 1;
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	order = memcmp(a->laddr, b->laddr, sizeof(a->laddr));
	return order ? order : memcmp(a->raddr, b->raddr, sizeof(a->raddr));
}

static int by_ends(const void *a, const void *b)
{
	return compare_ends(a, b);
}

/* Return the other end of a socket, by addresses and ports. */
static struct peer_socket reverse(const struct held_socket *held)
{
	struct peer_socket peer = {
		.lport = held->rport, .rport = held->lport, .family = held->family,
	};

	memcpy(peer.laddr, held->raddr, sizeof(peer.laddr));
	memcpy(peer.raddr, held->laddr, sizeof(peer.raddr));
	return peer;
}

bool peers_want(struct peers *p, const struct netns *of, const struct held_socket *held)
{
	struct peer_socket new = reverse(held), *list;

	if (new.lport == new.rport && !memcmp(new.laddr, new.raddr, sizeof(new.laddr)))
		return true;
	if (p->count == PEERS_MAX) {
		p->left_out++;
		return true;
	}
	list = array_grow(p->list, &p->room, p->count, sizeof(*list));
	if (!list)
		return false;
	p->list = list;
	new.of = of;
	p->list[p->count++] = new;
	return true;
}

void peers_sort(struct peers *p)
{
	if (p->count)
		qsort(p->list, p->count, sizeof(*p->list), by_ends);
}

/* Return the index of the first entry that is not before these addresses and ports. */
static size_t first_of(const struct peers *p, const struct peer_socket *key)
{
	size_t low = 0, high = p->count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (compare_ends(&p->list[middle], key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Can no packet between these addresses leave the namespace? */
static bool stays_inside(const struct peer_socket *peer)
{
	return !memcmp(peer->laddr, peer->raddr, sizeof(peer->laddr)) ||
	       destination_is_loopback(peer->family, peer->laddr, peer->raddr);
}

/*
 * A socket of the same namespace goes before those of others, which may have the same
 * addresses by chance. Of several with the same right none is taken.
 */
static void take(struct peer_socket *peer, const struct netns *where,
		 const struct sock_diag_entry *sock)
{
	if (where != peer->of && (stays_inside(peer) || peer->where == peer->of))
		return;
	if (where == peer->of && peer->where != where)
		peer->several = false;
	else
		peer->several |= peer->where && (peer->where != where ||
						 peer->cookie != sock->cookie);
	peer->where = where;
	peer->cookie = sock->cookie;
	peer->inode = sock->inode;
	peer->state = sock->state;
	peer->recv_q = sock->recv_q;
	peer->send_q = sock->send_q;
}

void peers_take(struct peers *p, const struct netns *where,
		const struct sock_diag_entry *sock)
{
	struct peer_socket key = {
		.lport = sock->lport, .rport = sock->rport, .family = sock->family,
	};
	size_t i;

	memcpy(key.laddr, sock->laddr, sizeof(key.laddr));
	memcpy(key.raddr, sock->raddr, sizeof(key.raddr));
	for (i = first_of(p, &key);
	     i < p->count && !compare_ends(&p->list[i], &key); i++)
		take(&p->list[i], where, sock);
}

bool peer_is_certain(const struct peer_socket *peer)
{
	return peer->where == peer->of;
}

void peers_name(struct peers *p, const struct tracker *tracker)
{
	const struct conn *conn;
	struct peer_socket *peer;
	size_t i;

	for (i = 0; i < p->count; i++) {
		peer = &p->list[i];
		if (!peer->where || peer->inode)
			continue;
		conn = tracker_find(tracker, 0, peer->where->inode, peer->cookie);
		if (!conn || !(conn->flags & CONN_OWNER))
			continue;
		peer->pid = conn->pid;
		memcpy(peer->comm, conn->comm, sizeof(peer->comm));
	}
}

/* Several sockets of a namespace that have the same addresses share no other end. */
const struct peer_socket *peers_find(const struct peers *p, const struct netns *of,
				     const struct held_socket *held)
{
	const struct peer_socket key = reverse(held), *peer, *found = NULL;
	size_t i;

	for (i = first_of(p, &key); i < p->count; i++) {
		peer = &p->list[i];
		if (compare_ends(peer, &key))
			break;
		if (peer->of != of)
			continue;
		if (found || !peer->where || peer->several)
			return NULL;
		found = peer;
	}
	return found;
}

void peers_free(struct peers *p)
{
	free(p->list);
}
