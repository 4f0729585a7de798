// SPDX-License-Identifier: GPL-2.0
/* Sorts the ends of TIME_WAIT into groups by address, port, owner or reason. */
#include <stdlib.h>
#include <string.h>

/* Without memory a new group is not added, and goes into the rest. */
#define HASH_NONFATAL_OOM	1
#include <uthash.h>

#include "commands/summary_groups.h"

/* Percentiles of a group need less precision, and memory, than those of all. */
#define GROUP_DIGITS	2

struct node {
	struct summary_group group;
	struct group_key key;
	UT_hash_handle hh;
};

/**
 * struct summary_groups - the groups
 * @by: what they are made by
 * @table: hash table of those that are told apart
 * @rest: everything else
 * @names: names of hosts and services, NULL for numbers
 */
struct summary_groups {
	enum group_by by;
	struct node *table;
	struct node rest;
	struct resolver *names;
};

struct summary_groups *summary_groups_new(enum group_by by)
{
	struct summary_groups *groups = calloc(1, sizeof(*groups));

	if (!groups)
		return NULL;
	groups->by = by;
	groups->rest.group.is_rest = true;
	if (!distribution_init(&groups->rest.group.dist, GROUP_DIGITS))
		return groups;
	free(groups);
	return NULL;
}

void summary_groups_free(struct summary_groups *groups)
{
	struct node *node, *next;

	if (!groups)
		return;
	HASH_ITER(hh, groups->table, node, next) {
		/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): HASH_DEL() drops it */
		HASH_DEL(groups->table, node);
		distribution_exit(&node->group.dist);
		free(node);
	}
	distribution_exit(&groups->rest.group.dist);
	free(groups);
}

static struct node *add_node(struct summary_groups *groups,
			     const struct group_key *key)
{
	struct node *node;

	if (HASH_COUNT(groups->table) >= SUMMARY_GROUPS_MAX)
		return &groups->rest;
	node = calloc(1, sizeof(*node));
	if (!node)
		return &groups->rest;
	if (distribution_init(&node->group.dist, GROUP_DIGITS)) {
		free(node);
		return &groups->rest;
	}
	node->key = *key;
	HASH_ADD(hh, groups->table, key, sizeof(node->key), node);
	if (node->hh.tbl)
		return node;
	distribution_exit(&node->group.dist);
	free(node);
	return &groups->rest;
}

static struct summary_group *find_group(struct summary_groups *groups,
					const struct group_key *key)
{
	struct node *node;

	HASH_FIND(hh, groups->table, key, sizeof(*key), node);
	if (!node)
		node = add_node(groups, key);
	return &node->group;
}

void summary_groups_event(struct summary_groups *groups,
			  const struct tcpfin_event *ev,
			  const struct step *step)
{
	struct summary_group *group;
	struct group_key key;

	if (!step->time_wait_over)
		return;
	group_key_make(groups->by, step->conn, &key);
	if (groups->by == GROUP_BY_REASON)
		group_key_reason(&key, ev->reason, ev->detail);
	group = find_group(groups, &key);
	group->ended++;
	if (step->span_known)
		distribution_add(&group->dist, step->span_ns);
}

void summary_groups_reset_open(struct summary_groups *groups)
{
	struct node *node;

	groups->rest.group.open = 0;
	for (node = groups->table; node; node = node->hh.next)
		node->group.open = 0;
}

void summary_groups_count_open(void *data, const struct conn *conn)
{
	struct summary_groups *groups = data;
	struct group_key key;

	group_key_make(groups->by, conn, &key);
	find_group(groups, &key)->open++;
}

static int compare(const struct node *a, const struct node *b)
{
	const struct summary_group *x = &a->group, *y = &b->group;

	if (x->ended != y->ended)
		return x->ended < y->ended ? 1 : -1;
	if (x->open != y->open)
		return x->open < y->open ? 1 : -1;
	return memcmp(&a->key, &b->key, sizeof(a->key));
}

void summary_groups_resolve(struct summary_groups *groups,
			    struct resolver *names)
{
	groups->names = names;
}

void summary_groups_each(struct summary_groups *groups,
			 const struct tcpfin_header *header,
			 void (*visit)(void *data,
				       const struct summary_group *group,
				       const char *key),
			 void *data)
{
	const struct summary_group *rest = &groups->rest.group;
	char buf[GROUP_KEY_TEXT_MAX];
	struct node *node;

	HASH_SORT(groups->table, compare);
	for (node = groups->table; node; node = node->hh.next)
		visit(data, &node->group,
		      group_key_text(groups->by, &node->key, header,
				     groups->names, buf));
	if (rest->ended || rest->open)
		visit(data, rest, "(other)");
}
