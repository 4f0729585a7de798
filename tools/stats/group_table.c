// SPDX-License-Identifier: GPL-2.0
/* Counts by group in a capped hash table. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Hash a key: keys are short, and one is looked up for each end of a connection. */
static unsigned int hash_of(const void *key, size_t len)
{
	const char *at = key;
	uint64_t hash = len, word;
	size_t part;

	for (; len; at += part, len -= part) {
		part = len < sizeof(word) ? len : sizeof(word);
		word = 0;
		memcpy(&word, at, part);
		hash = (hash ^ word) * 0x9e3779b97f4a7c15;
		hash ^= hash >> 32;
	}
	return (unsigned int)hash;
}

#define HASH_FUNCTION(key, len, hash)	((hash) = hash_of(key, len))
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

static int larger(uint64_t a, uint64_t b)
{
	return (a < b) - (a > b);
}

static int compare(const struct node *a, const struct node *b)
{
	const struct group_row *x = &a->group, *y = &b->group;
	int ret = larger(x->ended, y->ended);

	if (!ret)
		ret = larger(x->open, y->open);
	return ret ? ret : memcmp(x->key, y->key, a->hh.keylen);
}

static int compare_open(const struct node *a, const struct node *b)
{
	int ret = larger(a->group.open, b->group.open);

	return ret ? ret : compare(a, b);
}

void group_table_sort(struct group_table *t)
{
	HASH_SORT(t->nodes, compare);
}

void group_table_sort_open(struct group_table *t)
{
	HASH_SORT(t->nodes, compare_open);
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

static void add_row(struct group_row *to, const struct group_row *from)
{
	unsigned int i;

	to->ended += from->ended;
	to->open += from->open;
	if (from->oldest_ns > to->oldest_ns)
		to->oldest_ns = from->oldest_ns;
	for (i = 0; i < HOWS; i++)
		to->ends[i] += from->ends[i];
	if (to->dist.hdr)
		distribution_add_all(&to->dist, &from->dist);
}

void group_table_rest(const struct group_table *t, uint64_t shown,
		      struct group_rest *rest)
{
	const struct group_row *row = NULL;

	memset(rest, 0, sizeof(*rest));
	if (t->digits)
		distribution_init(&rest->row.dist, t->digits);
	while ((row = group_table_next(t, row))) {
		if (shown && row->key) {
			shown--;
			continue;
		}
		rest->groups += !!row->key;
		rest->more |= !row->key && (row->ended || row->open);
		add_row(&rest->row, row);
	}
}

void group_rest_exit(struct group_rest *rest)
{
	distribution_exit(&rest->row.dist);
}

const char *group_rest_text(const struct group_rest *rest, char buf[GROUP_REST_TEXT_MAX])
{
	snprintf(buf, GROUP_REST_TEXT_MAX, "(%s%" PRIu64 " other%s)",
		 rest->more ? "more than " : "", rest->groups,
		 rest->groups == 1 ? "" : "s");
	return buf;
}
