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
	struct metric_group share;
	UT_hash_handle hh;
	char name[];
};

/**
 * struct metric_groups - the groups
 * @by: what they are made by
 * @cap: how many there may be
 * @table: those that are told apart
 * @rest: all others
 */
struct metric_groups {
	enum group_by by;
	uint64_t cap;
	struct node *table;
	struct metric_group rest;
};

struct metric_groups *metric_groups_new(enum group_by by, uint64_t cap)
{
	struct metric_groups *shares = calloc(1, sizeof(*shares));

	if (shares) {
		shares->by = by;
		shares->cap = cap;
	}
	return shares;
}

void metric_groups_free(struct metric_groups *shares)
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

static struct metric_group *add_share(struct metric_groups *shares,
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

static struct metric_group *find_share(struct metric_groups *shares,
				       const struct conn *conn)
{
	char buf[GROUP_KEY_TEXT_MAX];
	struct group_key key;
	const char *name;
	struct node *node;

	group_key_make(shares->by, conn, &key);
	name = group_key_text(shares->by, &key, NULL, NULL, buf);
	if (!name)
		name = "unknown";
	HASH_FIND(hh, shares->table, name, strlen(name), node);
	return node ? &node->share : add_share(shares, name);
}

void metric_groups_end(struct metric_groups *shares, const struct conn *conn)
{
	find_share(shares, conn)->ends[conn_how(conn)]++;
}

void metric_groups_reset_open(struct metric_groups *shares)
{
	struct node *node;

	shares->rest.open = 0;
	for (node = shares->table; node; node = node->hh.next)
		node->share.open = 0;
}

void metric_groups_open(void *data, const struct conn *conn)
{
	find_share(data, conn)->open++;
}

void metric_groups_each(const struct metric_groups *shares,
			void (*visit)(void *data,
				      const struct metric_group *share,
				      const char *name),
			void *data)
{
	const struct node *node;

	for (node = shares->table; node; node = node->hh.next)
		visit(data, &node->share, node->name);
	visit(data, &shares->rest, REST);
}
