// SPDX-License-Identifier: GPL-2.0
/* Counts by group, for Prometheus: each name is a time series there. */
#include <stdlib.h>
#include <string.h>

/* Without memory a new group is not added, and goes into the rest. */
#define HASH_NONFATAL_OOM	1
#include <uthash.h>

#include "commands/export/metrics_groups.h"

/* What has no group of its own. */
#define REST		"other"

/* Told apart by name: no two series may have the same. */
struct node {
	struct tcpfin_share share;
	UT_hash_handle hh;
	char name[];
};

/**
 * struct tcpfin_shares - the groups
 * @by: what they are made by
 * @cap: how many there may be
 * @table: those that are told apart
 * @rest: all others
 */
struct tcpfin_shares {
	enum tcpfin_by by;
	uint64_t cap;
	struct node *table;
	struct tcpfin_share rest;
};

struct tcpfin_shares *tcpfin_shares_new(enum tcpfin_by by, uint64_t cap)
{
	struct tcpfin_shares *shares = calloc(1, sizeof(*shares));

	if (shares) {
		shares->by = by;
		shares->cap = cap;
	}
	return shares;
}

void tcpfin_shares_free(struct tcpfin_shares *shares)
{
	struct node *node, *next;

	if (!shares)
		return;
	HASH_ITER(hh, shares->table, node, next) {
		/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): HASH_DEL() drops it */
		HASH_DEL(shares->table, node);
		free(node);
	}
	free(shares);
}

static struct tcpfin_share *add_share(struct tcpfin_shares *shares,
				      const char *name)
{
	size_t len = strlen(name);
	struct node *node;

	if (HASH_COUNT(shares->table) >= shares->cap || !strcmp(name, REST))
		return &shares->rest;
	node = calloc(1, sizeof(*node) + len + 1);
	if (!node)
		return &shares->rest;
	memcpy(node->name, name, len);
	HASH_ADD_KEYPTR(hh, shares->table, node->name, len, node);
	if (node->hh.tbl)
		return &node->share;
	free(node);
	return &shares->rest;
}

static struct tcpfin_share *find_share(struct tcpfin_shares *shares,
				       const struct tcpfin_conn *conn)
{
	char buf[TCPFIN_KEY_MAX];
	struct tcpfin_key key;
	const char *name;
	struct node *node;

	tcpfin_key_make(shares->by, conn, &key);
	name = tcpfin_key_text(shares->by, &key, NULL, NULL, buf);
	if (!name)
		name = "unknown";
	HASH_FIND(hh, shares->table, name, strlen(name), node);
	return node ? &node->share : add_share(shares, name);
}

void tcpfin_shares_end(struct tcpfin_shares *shares,
		       const struct tcpfin_conn *conn)
{
	find_share(shares, conn)->ends[tcpfin_conn_how(conn)]++;
}

void tcpfin_shares_reset_open(struct tcpfin_shares *shares)
{
	struct node *node;

	shares->rest.open = 0;
	for (node = shares->table; node; node = node->hh.next)
		node->share.open = 0;
}

void tcpfin_shares_open(void *data, const struct tcpfin_conn *conn)
{
	find_share(data, conn)->open++;
}

void tcpfin_shares_each(const struct tcpfin_shares *shares,
			void (*visit)(void *data,
				      const struct tcpfin_share *share,
				      const char *name),
			void *data)
{
	const struct node *node;

	for (node = shares->table; node; node = node->hh.next)
		visit(data, &node->share, node->name);
	visit(data, &shares->rest, REST);
}
