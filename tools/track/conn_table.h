/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tracker's table of ends: found by identity, by addresses, and in order of
 * the latest event.
 */
#ifndef TRACK_CONN_TABLE_H
#define TRACK_CONN_TABLE_H

#include "track/conn.h"

/* A hash table over the pool, with at most one entry per chain on average */
struct conn_index {
	/* pool index of the first entry of each chain, NO_CONN if empty */
	uint32_t *heads;
	uint32_t mask;	/* number of chains - 1 */
};

/* A pool of ends, two indices and a list by age */
struct conn_table {
	struct conn *pool;	/* the ends; they never move */
	/* index by host, network namespace and cookie */
	struct conn_index by_id;
	/*
	 * index by addresses and ports, with the same hash for both ends of a
	 * connection; without heads if nobody looks for peers
	 */
	struct conn_index by_ends;
	uint32_t limit;		/* size of the pool */
	uint32_t used;		/* pool entries that were ever used */
	uint32_t count;		/* ends in the table */
	uint32_t free;	/* first free pool entry below @used, linked by newer */
	uint32_t oldest;	/* head of the list by age */
	uint32_t newest;	/* tail of the list by age */
};

/*
 * Make an empty table for @limit ends, 1 to TRACKER_MAX; @pairs: build the index
 * for conn_table_other(). Return 0, or -ENOMEM.
 */
int conn_table_init(struct conn_table *tab, uint32_t limit, bool pairs);

/* Free what conn_table_init() allocated. */
void conn_table_exit(struct conn_table *tab);

static inline uint32_t conn_table_mix(uint64_t key)
{
	return (uint32_t)(key * 0x9e3779b97f4a7c15ULL >> 32);
}

/* Return the hash of an identity. */
static inline uint32_t conn_table_hash(uint32_t host, uint32_t netns, uint64_t cookie)
{
	return conn_table_mix(cookie ^ ((uint64_t)(netns + host) << 32));
}

/* Return the end with this identity and its hash, or NULL. */
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

/*
 * Return the other end of a connection, or NULL; @fits decides about an end
 * with the same addresses, reversed. The table must be made with pairs.
 */
struct conn *conn_table_other(const struct conn_table *tab,
			      const struct conn *conn,
			      bool (*fits)(const struct conn *conn,
					   const struct conn *other));

/* Must an end be removed before another can be added? */
static inline bool conn_table_is_full(const struct conn_table *tab)
{
	return tab->count == tab->limit;
}

/* Return an uninitialized entry for conn_table_add(); needs room. */
struct conn *conn_table_take(struct conn_table *tab);

/* Add an entry that has identity, addresses and ports. */
void conn_table_add(struct conn_table *tab, struct conn *conn, uint32_t hash);

/* Replace the addresses and ports of an end by an event's. */
void conn_table_set_ends(struct conn_table *tab, struct conn *conn,
			 const struct tcpfin_event *ev);

/* Move an end that is not the newest to the tail of the list by age. */
void conn_table_renew(struct conn_table *tab, struct conn *conn);

static inline void conn_table_touch(struct conn_table *tab, struct conn *conn)
{
	if (conn->newer != NO_CONN)
		conn_table_renew(tab, conn);
}

/* Remove an end. Its fields stay readable until the next conn_table_take(). */
void conn_table_remove(struct conn_table *tab, struct conn *conn);

#endif /* TRACK_CONN_TABLE_H */
