// SPDX-License-Identifier: GPL-2.0
/* Holds the tracked connections: a hash table over a pool, and a list by age. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "conntab.h"

#define START_CAPACITY	1024U

static void put_slot(struct tcpfin_slot *slots, uint32_t mask,
		     struct tcpfin_slot slot)
{
	uint32_t at = slot.hash & mask;

	while (slots[at].conn != TCPFIN_NO_CONN)
		at = (at + 1) & mask;
	slots[at] = slot;
}

/*
 * Close the gap that a removed slot leaves: move back each follower whose home
 * does not lie between the gap and itself.
 */
static void clear_slot(struct tcpfin_conntab *tab, uint32_t gap)
{
	uint32_t at = gap;

	for (;;) {
		uint32_t home;

		at = (at + 1) & tab->mask;
		if (tab->slots[at].conn == TCPFIN_NO_CONN)
			break;
		home = tab->slots[at].hash & tab->mask;
		if (((at - home) & tab->mask) < ((at - gap) & tab->mask))
			continue;
		tab->slots[gap] = tab->slots[at];
		gap = at;
	}
	tab->slots[gap].conn = TCPFIN_NO_CONN;
}

/* Make room for @capacity connections; on failure nothing has changed. */
static int resize(struct tcpfin_conntab *tab, uint32_t capacity)
{
	struct tcpfin_slot *slots;
	struct tcpfin_conn *pool;
	uint32_t i, nslots = 2;

	pool = realloc(tab->pool, capacity * sizeof(*pool));
	if (!pool)
		return -ENOMEM;
	tab->pool = pool;
	while (nslots < 2 * capacity)
		nslots *= 2;
	slots = malloc(nslots * sizeof(*slots));
	if (!slots)
		return -ENOMEM;
	memset(slots, 0xff, nslots * sizeof(*slots));
	for (i = 0; tab->slots && i <= tab->mask; i++) {
		if (tab->slots[i].conn != TCPFIN_NO_CONN)
			put_slot(slots, nslots - 1, tab->slots[i]);
	}
	free(tab->slots);
	tab->slots = slots;
	tab->mask = nslots - 1;
	tab->capacity = capacity;
	return 0;
}

int tcpfin_conntab_init(struct tcpfin_conntab *tab, uint32_t limit)
{
	int err;

	memset(tab, 0, sizeof(*tab));
	tab->limit = limit;
	tab->free = TCPFIN_NO_CONN;
	tab->oldest = TCPFIN_NO_CONN;
	tab->newest = TCPFIN_NO_CONN;
	err = resize(tab, limit < START_CAPACITY ? limit : START_CAPACITY);
	if (err)
		free(tab->pool);
	return err;
}

void tcpfin_conntab_exit(struct tcpfin_conntab *tab)
{
	free(tab->pool);
	free(tab->slots);
}

static void unlink_conn(struct tcpfin_conntab *tab,
			const struct tcpfin_conn *conn)
{
	if (conn->older == TCPFIN_NO_CONN)
		tab->oldest = conn->newer;
	else
		tab->pool[conn->older].newer = conn->newer;
	if (conn->newer == TCPFIN_NO_CONN)
		tab->newest = conn->older;
	else
		tab->pool[conn->newer].older = conn->older;
}

static void link_newest(struct tcpfin_conntab *tab, struct tcpfin_conn *conn)
{
	uint32_t at = (uint32_t)(conn - tab->pool);

	conn->older = tab->newest;
	conn->newer = TCPFIN_NO_CONN;
	if (tab->newest == TCPFIN_NO_CONN)
		tab->oldest = at;
	else
		tab->pool[tab->newest].newer = at;
	tab->newest = at;
}

void tcpfin_conntab_touch(struct tcpfin_conntab *tab, struct tcpfin_conn *conn)
{
	if (conn->newer == TCPFIN_NO_CONN)
		return;
	unlink_conn(tab, conn);
	link_newest(tab, conn);
}

void tcpfin_conntab_remove(struct tcpfin_conntab *tab, struct tcpfin_conn *conn)
{
	clear_slot(tab,
		   tcpfin_conntab_slot(tab, conn->netns, conn->cookie));
	unlink_conn(tab, conn);
	conn->newer = tab->free;
	tab->free = (uint32_t)(conn - tab->pool);
	tab->count--;
}

static void make_room(struct tcpfin_conntab *tab)
{
	uint32_t capacity = tab->limit;

	if (tab->count < tab->capacity)
		return;
	if (tab->capacity < tab->limit) {
		if (tab->limit / 2 > tab->capacity)
			capacity = 2 * tab->capacity;
		if (!resize(tab, capacity))
			return;
	}
	tcpfin_conntab_remove(tab, &tab->pool[tab->oldest]);
	tab->evicted++;
}

struct tcpfin_conn *tcpfin_conntab_add(struct tcpfin_conntab *tab,
				       uint32_t netns, uint64_t cookie)
{
	struct tcpfin_slot slot = { .hash = tcpfin_conntab_hash(netns, cookie) };
	struct tcpfin_conn *conn;

	make_room(tab);
	if (tab->free != TCPFIN_NO_CONN) {
		slot.conn = tab->free;
		tab->free = tab->pool[slot.conn].newer;
	} else {
		slot.conn = tab->used++;
	}
	conn = &tab->pool[slot.conn];
	memset(conn, 0, sizeof(*conn));
	conn->netns = netns;
	conn->cookie = cookie;
	put_slot(tab->slots, tab->mask, slot);
	link_newest(tab, conn);
	tab->count++;
	return conn;
}
