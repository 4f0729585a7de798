// SPDX-License-Identifier: GPL-2.0
/* Looks for network namespaces, and lists the sockets of each. */
#include <stdlib.h>
#include <string.h>

#include "commands/top/live_namespaces.h"
#include "commands/top/live_sockets.h"

/* Looking for namespaces takes at most one part in so many of the time. */
#define FIND_SHARE	1600

struct live_namespaces {
	const struct tracker *tracker;
	bool fixed;			/* the user chose one: no others come */
	struct netns_list all;
	struct live_sockets **sockets;	/* of each of @all */
	size_t latest;			/* index in @all of the last event's */
	uint64_t next_find_ns;		/* earliest time to look for others; 0: not yet */
};

static void free_sockets(struct live_sockets **sockets, size_t count)
{
	size_t i;

	for (i = 0; sockets && i < count; i++)
		live_sockets_free(sockets[i]);
	free(sockets);
}

/* Make the listers of @all. Return NULL without memory. */
static struct live_sockets **make_sockets(const struct netns_list *all,
					  const struct tracker *tracker)
{
	struct live_sockets **sockets = calloc(all->count, sizeof(struct live_sockets *));
	size_t i;

	for (i = 0; sockets && i < all->count; i++) {
		sockets[i] = live_sockets_new(tracker);
		if (!sockets[i]) {
			free_sockets(sockets, all->count);
			return NULL;
		}
	}
	return sockets;
}

static void place_all(struct live_namespaces *l)
{
	size_t i;

	for (i = 0; i < l->all.count; i++)
		live_sockets_place(l->sockets[i], &l->all, &l->all.list[i]);
}

struct live_namespaces *live_namespaces_new(const char *which,
					    const struct tracker *tracker,
					    char why[NETNS_WHY_MAX])
{
	struct live_namespaces *l = calloc(1, sizeof(*l));

	why[0] = '\0';
	if (!l)
		return NULL;
	l->tracker = tracker;
	l->fixed = which && strcmp(which, "all");
	if (netns_find(which, &l->all, why))
		l->sockets = make_sockets(&l->all, tracker);
	if (l->sockets) {
		place_all(l);
		return l;
	}
	live_namespaces_free(l);
	return NULL;
}

void live_namespaces_free(struct live_namespaces *l)
{
	if (!l)
		return;
	free_sockets(l->sockets, l->all.count);
	netns_free(&l->all);
	free(l);
}

bool live_namespaces_has(const struct live_namespaces *l, uint32_t netns)
{
	return netns_get(&l->all, netns);
}

bool live_namespaces_event(struct live_namespaces *l, const struct tcpfin_event *ev)
{
	const struct netns *ns;

	if (l->all.list[l->latest].inode != ev->netns) {
		ns = netns_get(&l->all, ev->netns);
		if (!ns)
			return false;
		l->latest = (size_t)(ns - l->all.list);
	}
	live_sockets_event(l->sockets[l->latest], ev);
	return true;
}

void live_namespaces_again(struct live_namespaces *l)
{
	size_t i;

	for (i = 0; i < l->all.count; i++)
		live_sockets_again(l->sockets[i]);
}

/* Keep the listers of those that are still there. */
static void replace(struct live_namespaces *l, const struct netns_list *all,
		    struct live_sockets **sockets)
{
	const struct netns *old;
	struct live_sockets *kept;
	size_t i, at;

	for (i = 0; i < all->count; i++) {
		old = netns_get(&l->all, all->list[i].inode);
		if (!old)
			continue;
		at = (size_t)(old - l->all.list);
		kept = l->sockets[at];
		l->sockets[at] = sockets[i];
		sockets[i] = kept;
	}
	free_sockets(l->sockets, l->all.count);
	netns_free(&l->all);
	l->all = *all;
	l->sockets = sockets;
	l->latest = 0;
	place_all(l);
}

/* Look for namespaces that have come, or gone. Without memory those before stay. */
static void find_if_due(struct live_namespaces *l, uint64_t now_ns)
{
	struct live_sockets **sockets = NULL;
	char why[NETNS_WHY_MAX];
	struct netns_list all;
	uint64_t begun;

	if (l->fixed || now_ns < l->next_find_ns)
		return;
	begun = live_sockets_spent();
	/* The first ones are those that live_namespaces_new() has found. */
	if (l->next_find_ns && netns_find(NULL, &all, why))
		sockets = make_sockets(&all, l->tracker);
	if (sockets)
		replace(l, &all, sockets);
	else if (l->next_find_ns)
		netns_free(&all);
	l->next_find_ns = live_sockets_next(now_ns, live_sockets_spent() - begun,
					    FIND_SHARE);
}

void live_namespaces_frame(struct live_namespaces *l, const struct selection *selection,
			   struct top_frame *frame)
{
	size_t i;

	find_if_due(l, frame->now_ns);
	frame->namespaces = l->all.count > 1 ? &l->all : NULL;
	for (i = 0; i < l->all.count; i++)
		if (!live_sockets_frame(l->sockets[i], selection, frame))
			l->next_find_ns = frame->now_ns;
	netns_return(&l->all);
	if (l->all.count > 1 && !frame->dests)
		frame->ports = optional_of(false, 0);
}
