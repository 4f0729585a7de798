// SPDX-License-Identifier: GPL-2.0
/* Keeps times of repeated FINs for each end, within limits. */
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>

/* Without memory uthash does not add the node. */
#define HASH_NONFATAL_OOM	1
#include <uthash.h>

#include "ladder/retransmits.h"

/* Identity of an end; compared as bytes */
struct key {
	uint64_t cookie;
	uint32_t netns;
	uint32_t host;
};

struct node {
	struct retransmit times;
	struct key key;
	UT_hash_handle hh;
};

/* The store */
struct retransmits {
	/* hash table of ends, in the order of insertion */
	struct node *table;
};

struct retransmits *retransmits_new(void)
{
	return calloc(1, sizeof(struct retransmits));
}

static void drop(struct retransmits *store, struct node *node)
{
	HASH_DEL(store->table, node);
	free(node);
}

void retransmits_free(struct retransmits *store)
{
	if (!store)
		return;
	while (store->table)
		/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): drop() moves the head */
		drop(store, store->table);
	free(store);
}

static struct node *find(const struct retransmits *store, const struct conn *conn)
{
	const struct key key = {
		.cookie = conn->cookie, .netns = conn->netns,
		.host = conn->host,
	};
	struct node *node;

	/* NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult): the key is whole */
	HASH_FIND(hh, store->table, &key, sizeof(key), node);
	return node;
}

static struct node *add(struct retransmits *store, const struct conn *conn)
{
	struct node *node = calloc(1, sizeof(*node));

	if (!node)
		return NULL;
	if (HASH_COUNT(store->table) >= RETRANSMIT_ENDS)
		drop(store, store->table);
	node->key.cookie = conn->cookie;
	node->key.netns = conn->netns;
	node->key.host = conn->host;
	/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): drop() moves the head */
	HASH_ADD(hh, store->table, key, sizeof(node->key), node);
	if (node->hh.tbl)
		return node;
	free(node);
	return NULL;
}

/*
 * Keep a time. If there are more times than the tracker counted, they belong to
 * an earlier connection of the same identity.
 */
static void keep(uint64_t *times_ns, unsigned int *n, unsigned int counted,
		 uint64_t time_ns)
{
	if (*n >= counted)
		*n = 0;
	if (*n < RETRANSMIT_TIMES)
		times_ns[(*n)++] = time_ns;
}

void retransmits_take(struct retransmits *store, const struct item *item,
		      const struct conn *conn)
{
	const struct tcpfin_event *ev = item->event;
	bool sent = ev->kind == TCPFIN_KIND_FIN_RETRANS;
	bool came = ev->kind == TCPFIN_KIND_TW_EXTEND &&
		    ev->flags & TCPFIN_F_FIN && ev->old_state == TCP_TIME_WAIT;
	struct node *node;

	if (!conn->cookie || (!sent && !came))
		return;
	node = find(store, conn);
	if (!node)
		node = add(store, conn);
	if (!node)
		return;
	if (sent)
		keep(node->times.sent_ns, &node->times.sent,
		     conn->retransmitted, ev->time_ns);
	else
		keep(node->times.came_ns, &node->times.came, conn->fin_again,
		     ev->time_ns);
}

const struct retransmit *retransmits_find(const struct retransmits *store,
					  const struct conn *conn)
{
	struct node *node = find(store, conn);

	return node ? &node->times : NULL;
}

void retransmits_drop(struct retransmits *store, const struct conn *conn)
{
	struct node *node = find(store, conn);

	if (node)
		drop(store, node);
}
