/* SPDX-License-Identifier: GPL-2.0 */
/* The tracker's table of connections: by identity, and in order of touching. */
#ifndef TCPFIN_CONNTAB_H
#define TCPFIN_CONNTAB_H

#include "tracker.h"

#define TCPFIN_NO_CONN	UINT32_MAX

/* A slot of the hash table; conn is TCPFIN_NO_CONN when it is free. */
struct tcpfin_slot {
	uint32_t hash;
	uint32_t conn;
};

/**
 * struct tcpfin_conntab - a pool of connections and a hash table over it
 * @pool: the connections; an index stays the same for a connection's life
 * @slots: open addressing with linear probing, never more than half full
 * @mask: number of slots - 1
 * @capacity: size of the pool
 * @limit: size that the pool may grow to
 * @used: pool entries that were ever used
 * @count: connections in the table
 * @free: first free pool entry below @used, linked by newer
 * @oldest: end of the list in order of touching
 * @newest: its other end
 * @evicted: connections that had to go for others
 */
struct tcpfin_conntab {
	struct tcpfin_conn *pool;
	struct tcpfin_slot *slots;
	uint32_t mask;
	uint32_t capacity;
	uint32_t limit;
	uint32_t used;
	uint32_t count;
	uint32_t free;
	uint32_t oldest;
	uint32_t newest;
	uint64_t evicted;
};

/**
 * tcpfin_conntab_init() - make an empty table
 * @tab: the table
 * @limit: connections that it may hold, at least 1
 *
 * Return: 0, or -ENOMEM.
 */
int tcpfin_conntab_init(struct tcpfin_conntab *tab, uint32_t limit);

/**
 * tcpfin_conntab_exit() - free what the table holds
 * @tab: the table
 */
void tcpfin_conntab_exit(struct tcpfin_conntab *tab);

/**
 * tcpfin_conntab_hash() - the hash of an identity
 * @netns: network namespace
 * @cookie: cookie; they count up, so a multiplication spreads them well
 *
 * Return: the hash.
 */
static inline uint32_t tcpfin_conntab_hash(uint32_t netns, uint64_t cookie)
{
	uint64_t key = cookie ^ ((uint64_t)netns << 32);

	return (uint32_t)((key * 0x9e3779b97f4a7c15ULL) >> 32);
}

/**
 * tcpfin_conntab_slot() - find a connection's slot
 * @tab: the table
 * @netns: its network namespace
 * @cookie: its cookie
 *
 * Return: the slot's index; that of a free slot if it is not there.
 */
static inline uint32_t tcpfin_conntab_slot(const struct tcpfin_conntab *tab,
					   uint32_t netns, uint64_t cookie)
{
	uint32_t hash = tcpfin_conntab_hash(netns, cookie);
	uint32_t at = hash & tab->mask;

	for (;;) {
		const struct tcpfin_slot *slot = &tab->slots[at];
		const struct tcpfin_conn *conn;

		if (slot->conn == TCPFIN_NO_CONN)
			return at;
		conn = &tab->pool[slot->conn];
		if (slot->hash == hash && conn->cookie == cookie &&
		    conn->netns == netns)
			return at;
		at = (at + 1) & tab->mask;
	}
}

/**
 * tcpfin_conntab_find() - look a connection up
 * @tab: the table
 * @netns: its network namespace
 * @cookie: its cookie
 *
 * Return: the connection, or NULL.
 */
static inline struct tcpfin_conn *
tcpfin_conntab_find(const struct tcpfin_conntab *tab, uint32_t netns,
		    uint64_t cookie)
{
	uint32_t conn = tab->slots[tcpfin_conntab_slot(tab, netns, cookie)].conn;

	return conn == TCPFIN_NO_CONN ? NULL : &tab->pool[conn];
}

/**
 * tcpfin_conntab_add() - add a connection that is not there
 * @tab: the table
 * @netns: its network namespace
 * @cookie: its cookie
 *
 * At the limit, or without memory, the oldest one makes room.
 *
 * Return: the connection, cleared but for its identity.
 */
struct tcpfin_conn *tcpfin_conntab_add(struct tcpfin_conntab *tab,
				       uint32_t netns, uint64_t cookie);

/**
 * tcpfin_conntab_touch() - make a connection the newest
 * @tab: the table
 * @conn: one of its connections
 */
void tcpfin_conntab_touch(struct tcpfin_conntab *tab, struct tcpfin_conn *conn);

/**
 * tcpfin_conntab_remove() - forget a connection
 * @tab: the table
 * @conn: one of its connections; its fields can be read until the next
 *	tcpfin_conntab_add()
 */
void tcpfin_conntab_remove(struct tcpfin_conntab *tab,
			   struct tcpfin_conn *conn);

#endif /* TCPFIN_CONNTAB_H */
