// SPDX-License-Identifier: GPL-2.0
/* The table of ends: a pool, two hash tables over it, and a list by age. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "track/conn_table.h"

#define FIRST_CHAINS	1024U

static uint32_t id_hash(const struct conn *conn)
{
	return conn_table_hash(conn->host, conn->netns, conn->cookie);
}

/* Sums and XORs commute, so both ends of a connection have the same hash. */
static uint32_t ends_hash(const struct conn *conn)
{
	uint64_t local[2], remote[2], ports;

	memcpy(local, conn->laddr, sizeof(local));
	memcpy(remote, conn->raddr, sizeof(remote));
	ports = (uint64_t)(conn->lport + conn->rport) << 42 ^
		(uint64_t)(conn->lport ^ conn->rport) << 24;
	ports ^= (local[0] + remote[0]) ^ (local[1] + remote[1]) * 31;
	return conn_table_mix(ports ^ ports >> 32);
}

static uint32_t *new_heads(uint32_t count)
{
	uint32_t *heads = malloc(count * sizeof(*heads));

	if (heads)
		memset(heads, 0xff, count * sizeof(*heads));
	return heads;
}

/* Replace the heads by those of twice as many empty chains. */
static int grow_index(struct conn_index *index)
{
	uint32_t mask = 2 * index->mask + 1, *heads = new_heads(mask + 1);

	if (!heads)
		return -ENOMEM;
	free(index->heads);
	index->heads = heads;
	index->mask = mask;
	return 0;
}

static void put_by_id(struct conn_table *tab, struct conn *conn, uint32_t hash)
{
	uint32_t *head = &tab->by_id.heads[hash & tab->by_id.mask];

	conn->next_by_id = *head;
	*head = (uint32_t)(conn - tab->pool);
}

static void put_by_ends(struct conn_table *tab, struct conn *conn)
{
	uint32_t *head = &tab->by_ends.heads[ends_hash(conn) &
					     tab->by_ends.mask];

	conn->next_by_ends = *head;
	*head = (uint32_t)(conn - tab->pool);
}

static int init_index(struct conn_index *index)
{
	index->mask = FIRST_CHAINS - 1;
	index->heads = new_heads(FIRST_CHAINS);
	return index->heads ? 0 : -ENOMEM;
}

static size_t pool_size(uint32_t limit)
{
	return (size_t)limit * sizeof(struct conn);
}

/* Pages of the mapping cost no memory until they are used. */
int conn_table_init(struct conn_table *tab, uint32_t limit, bool pairs)
{
	memset(tab, 0, sizeof(*tab));
	tab->limit = limit;
	tab->free = NO_CONN;
	tab->oldest = NO_CONN;
	tab->newest = NO_CONN;
	tab->pool = mmap(NULL, pool_size(limit), PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (tab->pool == MAP_FAILED)
		return -ENOMEM;
	if (!init_index(&tab->by_id) && (!pairs || !init_index(&tab->by_ends)))
		return 0;
	conn_table_exit(tab);
	return -ENOMEM;
}

void conn_table_exit(struct conn_table *tab)
{
	free(tab->by_ends.heads);
	free(tab->by_id.heads);
	munmap(tab->pool, pool_size(tab->limit));
}

struct conn *conn_table_other(const struct conn_table *tab,
			      const struct conn *conn,
			      bool (*fits)(const struct conn *conn,
					   const struct conn *other))
{
	uint32_t place = tab->by_ends.heads[ends_hash(conn) &
					    tab->by_ends.mask];
	struct conn *other;

	for (; place != NO_CONN; place = other->next_by_ends) {
		other = &tab->pool[place];
		if (conn_is_reversed(conn, other) && other != conn && fits(conn, other))
			return other;
	}
	return NULL;
}

static void unlink_conn(struct conn_table *tab, const struct conn *conn)
{
	if (conn->older == NO_CONN)
		tab->oldest = conn->newer;
	else
		tab->pool[conn->older].newer = conn->newer;
	if (conn->newer == NO_CONN)
		tab->newest = conn->older;
	else
		tab->pool[conn->newer].older = conn->older;
}

static void link_newest(struct conn_table *tab, struct conn *conn)
{
	uint32_t at = (uint32_t)(conn - tab->pool);

	conn->older = tab->newest;
	conn->newer = NO_CONN;
	if (tab->newest == NO_CONN)
		tab->oldest = at;
	else
		tab->pool[tab->newest].newer = at;
	tab->newest = at;
}

void conn_table_renew(struct conn_table *tab, struct conn *conn)
{
	unlink_conn(tab, conn);
	link_newest(tab, conn);
}

static void remove_by_id(struct conn_table *tab, const struct conn *conn)
{
	uint32_t *link = &tab->by_id.heads[id_hash(conn) & tab->by_id.mask];

	while (&tab->pool[*link] != conn)
		link = &tab->pool[*link].next_by_id;
	*link = conn->next_by_id;
}

static void remove_by_ends(struct conn_table *tab, const struct conn *conn)
{
	uint32_t *link = &tab->by_ends.heads[ends_hash(conn) &
					     tab->by_ends.mask];

	while (&tab->pool[*link] != conn)
		link = &tab->pool[*link].next_by_ends;
	*link = conn->next_by_ends;
}

void conn_table_set_ends(struct conn_table *tab, struct conn *conn,
			 const struct tcpfin_event *ev)
{
	if (tab->by_ends.heads)
		remove_by_ends(tab, conn);
	conn_set_ends(conn, ev);
	if (tab->by_ends.heads)
		put_by_ends(tab, conn);
}

void conn_table_remove(struct conn_table *tab, struct conn *conn)
{
	remove_by_id(tab, conn);
	if (tab->by_ends.heads)
		remove_by_ends(tab, conn);
	unlink_conn(tab, conn);
	conn->newer = tab->free;
	tab->free = (uint32_t)(conn - tab->pool);
	tab->count--;
}

/* Double the number of chains and rehash all ends. */
static __attribute__((noinline)) int grow(struct conn_table *tab)
{
	struct conn *conn;
	uint32_t place;

	if (grow_index(&tab->by_id))
		return -ENOMEM;
	for (place = tab->oldest; place != NO_CONN; place = conn->newer) {
		conn = &tab->pool[place];
		put_by_id(tab, conn, id_hash(conn));
	}
	if (!tab->by_ends.heads)
		return 0;
	if (grow_index(&tab->by_ends))
		return -ENOMEM;
	for (place = tab->oldest; place != NO_CONN; place = conn->newer) {
		conn = &tab->pool[place];
		put_by_ends(tab, conn);
	}
	return 0;
}

struct conn *conn_table_take(struct conn_table *tab)
{
	struct conn *conn;

	/* If growing fails, longer chains still work. */
	if (tab->count > tab->by_id.mask)
		grow(tab);
	if (tab->free == NO_CONN)
		return &tab->pool[tab->used++];
	conn = &tab->pool[tab->free];
	tab->free = conn->newer;
	return conn;
}

void conn_table_add(struct conn_table *tab, struct conn *conn, uint32_t hash)
{
	put_by_id(tab, conn, hash);
	if (tab->by_ends.heads)
		put_by_ends(tab, conn);
	link_newest(tab, conn);
	tab->count++;
}
