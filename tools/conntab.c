// SPDX-License-Identifier: GPL-2.0
/* Holds the tracked ends: a pool, two hash tables over it, and a list by age. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "conntab.h"

/* A slot is a place in the pool, and above that the top bits of the hash. */
#define PLACE_BITS	20
#define PLACE_MASK	((1U << PLACE_BITS) - 1)
#define FREE_SLOT	UINT32_MAX
#define START_SLOTS	1024U

_Static_assert(TCPFIN_TRACKED_MAX <= PLACE_MASK, "a place fits into a slot");

static uint32_t mix(uint64_t key)
{
	key ^= key >> 32;
	key *= 0x9e3779b97f4a7c15ULL;
	return (uint32_t)(key >> 32);
}

static uint32_t id_hash(uint32_t host, uint32_t netns, uint64_t cookie)
{
	return mix(cookie ^ ((uint64_t)(netns + host) << 32));
}

static uint32_t conn_id_hash(const struct tcpfin_conn *conn)
{
	return id_hash(conn->host, conn->netns, conn->cookie);
}

static uint32_t addr_hash(const uint8_t addr[16], uint16_t port)
{
	uint64_t word[2];

	memcpy(word, addr, sizeof(word));
	return mix(word[0] ^ (word[1] * 31) ^ ((uint64_t)port << 40));
}

/* A sum, so that it is the same as the other end sees it. */
static uint32_t conn_ends_hash(const struct tcpfin_conn *conn)
{
	return mix(addr_hash(conn->laddr, conn->lport) +
		   (uint64_t)addr_hash(conn->raddr, conn->rport));
}

static bool is_free(uint32_t slot)
{
	return slot == FREE_SLOT;
}

static uint32_t slot_value(uint32_t hash, uint32_t place)
{
	return (hash & ~PLACE_MASK) | place;
}

static bool tag_fits(uint32_t slot, uint32_t hash)
{
	return !((slot ^ hash) & ~PLACE_MASK);
}

static void put_slot(uint32_t *slots, uint32_t mask, uint32_t hash,
		     uint32_t place)
{
	uint32_t at = hash & mask;

	while (!is_free(slots[at]))
		at = (at + 1) & mask;
	slots[at] = slot_value(hash, place);
}

static uint32_t *new_slots(uint32_t count)
{
	uint32_t *slots = malloc(count * sizeof(*slots));

	if (slots)
		memset(slots, 0xff, count * sizeof(*slots));
	return slots;
}

static int grow_index(struct tcpfin_index *index,
		      const struct tcpfin_conn *pool)
{
	uint32_t i, place, mask = 2 * index->mask + 1;
	uint32_t *slots = new_slots(mask + 1);

	if (!slots)
		return -ENOMEM;
	for (i = 0; i <= index->mask; i++) {
		if (is_free(index->slots[i]))
			continue;
		place = index->slots[i] & PLACE_MASK;
		put_slot(slots, mask, index->hash(&pool[place]), place);
	}
	free(index->slots);
	index->slots = slots;
	index->mask = mask;
	return 0;
}

/*
 * Close the gap that a removed slot leaves: move back each follower whose home
 * does not lie between the gap and itself.
 */
static void clear_slot(struct tcpfin_index *index,
		       const struct tcpfin_conn *pool, uint32_t gap)
{
	uint32_t home, at = gap;

	for (;;) {
		at = (at + 1) & index->mask;
		if (is_free(index->slots[at]))
			break;
		home = index->hash(&pool[index->slots[at] & PLACE_MASK]) &
		       index->mask;
		if (((at - home) & index->mask) < ((at - gap) & index->mask))
			continue;
		index->slots[gap] = index->slots[at];
		gap = at;
	}
	index->slots[gap] = FREE_SLOT;
}

static void remove_from(struct tcpfin_index *index,
			const struct tcpfin_conn *pool, uint32_t place)
{
	uint32_t hash, at;

	if (!index->slots)
		return;
	hash = index->hash(&pool[place]);
	at = hash & index->mask;
	while (index->slots[at] != slot_value(hash, place))
		at = (at + 1) & index->mask;
	clear_slot(index, pool, at);
}

static int init_index(struct tcpfin_index *index,
		      uint32_t (*hash)(const struct tcpfin_conn *conn))
{
	index->hash = hash;
	index->mask = START_SLOTS - 1;
	index->slots = new_slots(START_SLOTS);
	return index->slots ? 0 : -ENOMEM;
}

/* The pool costs memory only as far as it was ever used. */
int tcpfin_conntab_init(struct tcpfin_conntab *tab, uint32_t limit, bool pairs)
{
	memset(tab, 0, sizeof(*tab));
	tab->limit = limit;
	tab->free = TCPFIN_NO_CONN;
	tab->oldest = TCPFIN_NO_CONN;
	tab->newest = TCPFIN_NO_CONN;
	tab->pool = calloc(limit, sizeof(*tab->pool));
	if (tab->pool && !init_index(&tab->by_id, conn_id_hash) &&
	    (!pairs || !init_index(&tab->by_ends, conn_ends_hash)))
		return 0;
	tcpfin_conntab_exit(tab);
	return -ENOMEM;
}

void tcpfin_conntab_exit(struct tcpfin_conntab *tab)
{
	free(tab->by_ends.slots);
	free(tab->by_id.slots);
	free(tab->pool);
}

struct tcpfin_conn *tcpfin_conntab_find(const struct tcpfin_conntab *tab,
					uint32_t host, uint32_t netns,
					uint64_t cookie)
{
	uint32_t hash = id_hash(host, netns, cookie);
	uint32_t at = hash & tab->by_id.mask;

	for (; !is_free(tab->by_id.slots[at]); at = (at + 1) & tab->by_id.mask) {
		uint32_t slot = tab->by_id.slots[at];
		struct tcpfin_conn *conn = &tab->pool[slot & PLACE_MASK];

		if (tag_fits(slot, hash) && conn->cookie == cookie &&
		    conn->netns == netns && conn->host == host)
			return conn;
	}
	return NULL;
}

static bool is_reversed(const struct tcpfin_conn *a,
			const struct tcpfin_conn *b)
{
	return a->lport == b->rport && a->rport == b->lport &&
	       a->family == b->family &&
	       !memcmp(a->laddr, b->raddr, sizeof(a->laddr)) &&
	       !memcmp(a->raddr, b->laddr, sizeof(a->raddr));
}

struct tcpfin_conn *
tcpfin_conntab_other(const struct tcpfin_conntab *tab,
		     const struct tcpfin_conn *conn,
		     bool (*fits)(const struct tcpfin_conn *conn,
				  const struct tcpfin_conn *other))
{
	const struct tcpfin_index *index = &tab->by_ends;
	uint32_t hash = conn_ends_hash(conn);
	uint32_t at = hash & index->mask;

	for (; !is_free(index->slots[at]); at = (at + 1) & index->mask) {
		uint32_t slot = index->slots[at];
		struct tcpfin_conn *other = &tab->pool[slot & PLACE_MASK];

		if (tag_fits(slot, hash) && other != conn &&
		    is_reversed(conn, other) && fits(conn, other))
			return other;
	}
	return NULL;
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
	uint32_t place = (uint32_t)(conn - tab->pool);

	remove_from(&tab->by_id, tab->pool, place);
	remove_from(&tab->by_ends, tab->pool, place);
	unlink_conn(tab, conn);
	conn->newer = tab->free;
	tab->free = place;
	tab->count--;
}

static int make_room(struct tcpfin_conntab *tab, struct tcpfin_index *index)
{
	if (!index->slots || tab->count < (index->mask + 1) / 4 * 3)
		return 0;
	return grow_index(index, tab->pool);
}

struct tcpfin_conn *tcpfin_conntab_add(struct tcpfin_conntab *tab,
				       const struct tcpfin_conn *conn)
{
	struct tcpfin_conn *added;
	uint32_t place;

	if (make_room(tab, &tab->by_id) || make_room(tab, &tab->by_ends))
		return NULL;
	if (tab->free != TCPFIN_NO_CONN) {
		place = tab->free;
		tab->free = tab->pool[place].newer;
	} else {
		place = tab->used++;
	}
	added = &tab->pool[place];
	*added = *conn;
	put_slot(tab->by_id.slots, tab->by_id.mask, conn_id_hash(conn), place);
	if (tab->by_ends.slots)
		put_slot(tab->by_ends.slots, tab->by_ends.mask,
			 conn_ends_hash(conn), place);
	link_newest(tab, added);
	tab->count++;
	return added;
}
