// SPDX-License-Identifier: GPL-2.0
/* Counts by group in a capped hash table. */
#include <stdlib.h>
#include <string.h>

/*
 * Without memory uthash does not add the group: its ends count in the row of
 * all others.
 */
#define HASH_NONFATAL_OOM	1
#include <uthash.h>

#include "stats/group_table.h"

struct node {
	struct group_row group;	/* the first member, see group_table_next() */
	UT_hash_handle hh;
	uint64_t key[];		/* uint64_t: aligned for any key */
};

struct group_table {
	uint64_t cap;
	int digits;
	struct node *nodes;
	struct group_row other;
};

struct group_table *group_table_new(uint64_t cap, int digits)
{
	struct group_table *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->cap = cap;
	t->digits = digits;
	if (!digits || !distribution_init(&t->other.dist, digits))
		return t;
	free(t);
	return NULL;
}

static void free_node(struct node *node)
{
	distribution_exit(&node->group.dist);
	free(node);
}

void group_table_free(struct group_table *t)
{
	struct node *node, *next;

	if (!t)
		return;
	HASH_ITER(hh, t->nodes, node, next) {
		/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): HASH_DEL() drops it */
		HASH_DEL(t->nodes, node);
		free_node(node);
	}
	distribution_exit(&t->other.dist);
	free(t);
}

struct group_row *group_table_other(struct group_table *t)
{
	return &t->other;
}

static struct group_row *add_group(struct group_table *t, const void *key, size_t len)
{
	struct node *node;

	if (HASH_COUNT(t->nodes) >= t->cap)
		return &t->other;
	/* One more byte: a NUL, for keys that are strings. */
	node = calloc(1, sizeof(*node) + len + 1);
	if (!node)
		return &t->other;
	memcpy(node->key, key, len);
	node->group.key = node->key;
	if (!t->digits || !distribution_init(&node->group.dist, t->digits))
		HASH_ADD_KEYPTR(hh, t->nodes, node->key, len, node);
	if (node->hh.tbl)
		return &node->group;
	free_node(node);
	return &t->other;
}

struct group_row *group_table_find(struct group_table *t, const void *key, size_t len)
{
	struct node *node;

	HASH_FIND(hh, t->nodes, key, len, node);
	return node ? &node->group : add_group(t, key, len);
}

void group_table_reset_open(struct group_table *t)
{
	struct node *node;

	t->other.open = 0;
	for (node = t->nodes; node; node = node->hh.next)
		node->group.open = 0;
}

static int compare(const struct node *a, const struct node *b)
{
	const struct group_row *x = &a->group, *y = &b->group;

	if (x->ended != y->ended)
		return x->ended < y->ended ? 1 : -1;
	if (x->open != y->open)
		return x->open < y->open ? 1 : -1;
	return memcmp(x->key, y->key, a->hh.keylen);
}

void group_table_sort(struct group_table *t)
{
	HASH_SORT(t->nodes, compare);
}

const struct group_row *group_table_next(const struct group_table *t,
				     const struct group_row *group)
{
	const struct node *node = t->nodes;

	if (group == &t->other)
		return NULL;
	if (group)
		node = ((const struct node *)group)->hh.next;
	return node ? &node->group : &t->other;
}
