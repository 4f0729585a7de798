/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tracker's table of connections' ends: by identity, by addresses, and in
 * the order of touching.
 */
#ifndef TCPFIN_CONNTAB_H
#define TCPFIN_CONNTAB_H

#include "tracker.h"

/**
 * struct tcpfin_index - a hash table over the pool: open addressing, linear
 *	probing, at most three quarters full
 * @slots: an entry's place in the pool, with bits of its hash above that
 * @mask: number of slots - 1
 * @hash: the hash of an entry
 */
struct tcpfin_index {
	uint32_t *slots;
	uint32_t mask;
	uint32_t (*hash)(const struct tcpfin_conn *conn);
};

/**
 * struct tcpfin_conntab - a pool of connections' ends and two indices over it
 * @pool: the ends; they stay where they are
 * @by_id: index by host, network namespace and cookie
 * @by_ends: index by addresses and ports, the same for both ends of a
 *	connection; without slots if nobody asks for it
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

/**
 * tcpfin_conntab_find() - look an end up
 * @tab: the table
 * @host: its host
 * @netns: its network namespace
 * @cookie: its cookie
 *
 * Return: the end, or NULL.
 */
struct tcpfin_conn *tcpfin_conntab_find(const struct tcpfin_conntab *tab,
					uint32_t host, uint32_t netns,
					uint64_t cookie);

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
 * tcpfin_conntab_add() - add an end that is not there to a table that has room
 * @tab: the table
 * @conn: its identity, addresses and ports
 *
 * Return: the end, a copy of @conn; NULL without memory.
 */
struct tcpfin_conn *tcpfin_conntab_add(struct tcpfin_conntab *tab,
				       const struct tcpfin_conn *conn);

/**
 * tcpfin_conntab_touch() - make an end the newest
 * @tab: the table
 * @conn: one of its ends
 */
void tcpfin_conntab_touch(struct tcpfin_conntab *tab, struct tcpfin_conn *conn);

/**
 * tcpfin_conntab_remove() - forget an end
 * @tab: the table
 * @conn: one of its ends; its fields can be read until the next
 *	tcpfin_conntab_add()
 */
void tcpfin_conntab_remove(struct tcpfin_conntab *tab,
			   struct tcpfin_conn *conn);

#endif /* TCPFIN_CONNTAB_H */
