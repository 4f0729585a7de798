/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tracker's table of connections' ends: by identity, by addresses, and in
 * the order of touching.
 */
#ifndef TRACK_CONN_TABLE_H
#define TRACK_CONN_TABLE_H

#include "track/conn.h"

/**
 * struct conn_index - a hash table over the pool: lists of the ends with the
 *	same bits of the hash, on average at most one long
 * @heads: place of the first of each list, NO_CONN if it is empty
 * @mask: number of lists - 1
 */
struct conn_index {
	uint32_t *heads;
	uint32_t mask;
};

/**
 * struct conn_table - a pool of connections' ends and two indices over it
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
struct conn_table {
	struct conn *pool;
	struct conn_index by_id;
	struct conn_index by_ends;
	uint32_t limit;
	uint32_t used;
	uint32_t count;
	uint32_t free;
	uint32_t oldest;
	uint32_t newest;
};

/**
 * conn_table_init() - make an empty table
 * @tab: the table
 * @limit: ends that it may hold, 1 to TRACKER_MAX
 * @pairs: conn_table_other() will be asked
 *
 * Return: 0, or -ENOMEM.
 */
int conn_table_init(struct conn_table *tab, uint32_t limit, bool pairs);

/**
 * conn_table_exit() - free what the table holds
 * @tab: the table
 */
void conn_table_exit(struct conn_table *tab);

static inline uint32_t conn_table_mix(uint64_t key)
{
	return (uint32_t)(key * 0x9e3779b97f4a7c15ULL >> 32);
}

/**
 * conn_table_hash() - the hash of an identity
 * @host: the end's host
 * @netns: its network namespace
 * @cookie: its cookie
 *
 * Return: the hash.
 */
static inline uint32_t conn_table_hash(uint32_t host, uint32_t netns,
				       uint64_t cookie)
{
	return conn_table_mix(cookie ^ ((uint64_t)(netns + host) << 32));
}

/**
 * conn_table_find() - look an end up
 * @tab: the table
 * @hash: see conn_table_hash()
 * @host: its host
 * @netns: its network namespace
 * @cookie: its cookie
 *
 * Return: the end, or NULL.
 */
static inline struct conn *conn_table_find(const struct conn_table *tab,
					   uint32_t hash, uint32_t host,
					   uint32_t netns, uint64_t cookie)
{
	uint32_t place = tab->by_id.heads[hash & tab->by_id.mask];
	struct conn *conn;

	for (; place != NO_CONN; place = conn->next_by_id) {
		conn = &tab->pool[place];
		if (conn->cookie == cookie && conn->netns == netns &&
		    conn->host == host)
			return conn;
	}
	return NULL;
}

/**
 * conn_table_other() - look for the other end of a connection
 * @tab: the table, with pairs
 * @conn: one end
 * @fits: says whether an end with the same addresses, reversed, is it
 *
 * Return: the other end, or NULL.
 */
struct conn *conn_table_other(const struct conn_table *tab,
			      const struct conn *conn,
			      bool (*fits)(const struct conn *conn,
					   const struct conn *other));

/**
 * conn_table_is_full() - must one go before another can be added?
 * @tab: the table
 *
 * Return: true if so.
 */
static inline bool conn_table_is_full(const struct conn_table *tab)
{
	return tab->count == tab->limit;
}

/**
 * conn_table_take() - get a place for an end in a table that has room
 * @tab: the table
 *
 * Return: the place, of any content, which conn_table_add() has to follow.
 */
struct conn *conn_table_take(struct conn_table *tab);

/**
 * conn_table_add() - add an end that is not there
 * @tab: the table
 * @conn: what conn_table_take() returned, with its identity, addresses and
 *	ports filled in
 * @hash: see conn_table_hash()
 */
void conn_table_add(struct conn_table *tab, struct conn *conn, uint32_t hash);

/**
 * conn_table_renew() - make an end the newest
 * @tab: the table
 * @conn: one of its ends, and not the newest
 */
void conn_table_renew(struct conn_table *tab,
		      struct conn *conn);

static inline void conn_table_touch(struct conn_table *tab, struct conn *conn)
{
	if (conn->newer != NO_CONN)
		conn_table_renew(tab, conn);
}

/**
 * conn_table_remove() - forget an end
 * @tab: the table
 * @conn: one of its ends; its fields can be read until the next
 *	conn_table_take()
 */
void conn_table_remove(struct conn_table *tab, struct conn *conn);

#endif /* TRACK_CONN_TABLE_H */
