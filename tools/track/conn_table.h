/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tracker's table of connections' ends: by identity, by addresses, and in
 * the order of touching.
 */
#ifndef TCPFIN_CONNTAB_H
#define TCPFIN_CONNTAB_H

#include "track/conn.h"

/**
 * struct tcpfin_index - a hash table over the pool: lists of the ends with the
 *	same bits of the hash, on average at most one long
 * @heads: place of the first of each list, TCPFIN_NO_CONN if it is empty
 * @mask: number of lists - 1
 */
struct tcpfin_index {
	uint32_t *heads;
	uint32_t mask;
};

/**
 * struct tcpfin_conntab - a pool of connections' ends and two indices over it
 * @pool: the ends; they stay where they are
 * @by_id: index by host, network namespace and cookie
 * @by_ends: index by addresses and ports, the same for both ends of a
 *	connection; without heads if nobody asks for it
 * @limit: size of the pool
 * @used: pool entries that were ever used
 * @count: ends in the table
 * @free: first free pool entry below @used, linked by newer
 * @oldest: end of the list in order of touching
 * @newest: its other end
 */
struct tcpfin_conntab {
	struct tcpfin_conn *pool;
	struct tcpfin_index by_id;
	struct tcpfin_index by_ends;
	uint32_t limit;
	uint32_t used;
	uint32_t count;
	uint32_t free;
	uint32_t oldest;
	uint32_t newest;
};

/**
 * tcpfin_conntab_init() - make an empty table
 * @tab: the table
 * @limit: ends that it may hold, 1 to TCPFIN_TRACKED_MAX
 * @pairs: tcpfin_conntab_other() will be asked
 *
 * Return: 0, or -ENOMEM.
 */
int tcpfin_conntab_init(struct tcpfin_conntab *tab, uint32_t limit, bool pairs);

/**
 * tcpfin_conntab_exit() - free what the table holds
 * @tab: the table
 */
void tcpfin_conntab_exit(struct tcpfin_conntab *tab);

static inline uint32_t tcpfin_conntab_mix(uint64_t key)
{
	return (uint32_t)(key * 0x9e3779b97f4a7c15ULL >> 32);
}

/**
 * tcpfin_conntab_hash() - the hash of an identity
 * @host: the end's host
 * @netns: its network namespace
 * @cookie: its cookie
 *
 * Return: the hash.
 */
static inline uint32_t tcpfin_conntab_hash(uint32_t host, uint32_t netns,
					   uint64_t cookie)
{
	return tcpfin_conntab_mix(cookie ^ ((uint64_t)(netns + host) << 32));
}

/**
 * tcpfin_conntab_find() - look an end up
 * @tab: the table
 * @hash: see tcpfin_conntab_hash()
 * @host: its host
 * @netns: its network namespace
 * @cookie: its cookie
 *
 * Return: the end, or NULL.
 */
static inline struct tcpfin_conn *
tcpfin_conntab_find(const struct tcpfin_conntab *tab, uint32_t hash,
		    uint32_t host, uint32_t netns, uint64_t cookie)
{
	uint32_t place = tab->by_id.heads[hash & tab->by_id.mask];
	struct tcpfin_conn *conn;

	for (; place != TCPFIN_NO_CONN; place = conn->next_by_id) {
		conn = &tab->pool[place];
		if (conn->cookie == cookie && conn->netns == netns &&
		    conn->host == host)
			return conn;
	}
	return NULL;
}

/**
 * tcpfin_conntab_other() - look for the other end of a connection
 * @tab: the table, with pairs
 * @conn: one end
 * @fits: says whether an end with the same addresses, reversed, is it
 *
 * Return: the other end, or NULL.
 */
struct tcpfin_conn *
tcpfin_conntab_other(const struct tcpfin_conntab *tab,
		     const struct tcpfin_conn *conn,
		     bool (*fits)(const struct tcpfin_conn *conn,
				  const struct tcpfin_conn *other));

/**
 * tcpfin_conntab_is_full() - must one go before another can be added?
 * @tab: the table
 *
 * Return: true if so.
 */
static inline bool tcpfin_conntab_is_full(const struct tcpfin_conntab *tab)
{
	return tab->count == tab->limit;
}

/**
 * tcpfin_conntab_take() - get a place for an end in a table that has room
 * @tab: the table
 *
 * Return: the place, of any content, which tcpfin_conntab_add() has to follow.
 */
struct tcpfin_conn *tcpfin_conntab_take(struct tcpfin_conntab *tab);

/**
 * tcpfin_conntab_add() - add an end that is not there
 * @tab: the table
 * @conn: what tcpfin_conntab_take() returned, with its identity, addresses and
 *	ports filled in
 * @hash: see tcpfin_conntab_hash()
 */
void tcpfin_conntab_add(struct tcpfin_conntab *tab, struct tcpfin_conn *conn,
			uint32_t hash);

/**
 * tcpfin_conntab_renew() - make an end the newest
 * @tab: the table
 * @conn: one of its ends, and not the newest
 */
void tcpfin_conntab_renew(struct tcpfin_conntab *tab,
			  struct tcpfin_conn *conn);

static inline void tcpfin_conntab_touch(struct tcpfin_conntab *tab,
					struct tcpfin_conn *conn)
{
	if (conn->newer != TCPFIN_NO_CONN)
		tcpfin_conntab_renew(tab, conn);
}

/**
 * tcpfin_conntab_remove() - forget an end
 * @tab: the table
 * @conn: one of its ends; its fields can be read until the next
 *	tcpfin_conntab_take()
 */
void tcpfin_conntab_remove(struct tcpfin_conntab *tab,
			   struct tcpfin_conn *conn);

#endif /* TCPFIN_CONNTAB_H */
