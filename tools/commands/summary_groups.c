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
	struct tcpfin_group group;
	struct tcpfin_key key;
	UT_hash_handle hh;
};

/**
 * struct tcpfin_groups - the groups
 * @by: what they are made by
 * @table: hash table of those that are told apart
 * @rest: everything else
 * @names: names of hosts and services, NULL for numbers
 */
struct tcpfin_groups {
	enum tcpfin_by by;
	struct node *table;
	struct node rest;
	struct tcpfin_resolver *names;
};

struct tcpfin_groups *tcpfin_groups_new(enum tcpfin_by by)
{
	struct tcpfin_groups *groups = calloc(1, sizeof(*groups));

	if (!groups)
		return NULL;
	groups->by = by;
	groups->rest.group.is_rest = true;
	if (!tcpfin_dist_init(&groups->rest.group.dist, GROUP_DIGITS))
		return groups;
	free(groups);
	return NULL;
}

void tcpfin_groups_free(struct tcpfin_groups *groups)
{
	struct node *node, *next;

	if (!groups)
		return;
	HASH_ITER(hh, groups->table, node, next) {
		/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): HASH_DEL() drops it */
		HASH_DEL(groups->table, node);
		tcpfin_dist_exit(&node->group.dist);
		free(node);
	}
	tcpfin_dist_exit(&groups->rest.group.dist);
	free(groups);
}

static struct node *add_node(struct tcpfin_groups *groups,
			     const struct tcpfin_key *key)
{
	struct node *node;

	if (HASH_COUNT(groups->table) >= TCPFIN_GROUPS_MAX)
		return &groups->rest;
	node = calloc(1, sizeof(*node));
	if (!node)
		return &groups->rest;
	if (tcpfin_dist_init(&node->group.dist, GROUP_DIGITS)) {
		free(node);
		return &groups->rest;
	}
	node->key = *key;
	HASH_ADD(hh, groups->table, key, sizeof(node->key), node);
	if (node->hh.tbl)
		return node;
	tcpfin_dist_exit(&node->group.dist);
	free(node);
	return &groups->rest;
}

static struct tcpfin_group *find_group(struct tcpfin_groups *groups,
				       const struct tcpfin_key *key)
{
	struct node *node;

	HASH_FIND(hh, groups->table, key, sizeof(*key), node);
	if (!node)
		node = add_node(groups, key);
	return &node->group;
}

void tcpfin_groups_event(struct tcpfin_groups *groups,
			 const struct tcpfin_event *ev,
			 const struct tcpfin_step *step)
{
	struct tcpfin_group *group;
	struct tcpfin_key key;

	if (!step->time_wait_over)
		return;
	tcpfin_key_make(groups->by, step->conn, &key);
	if (groups->by == TCPFIN_BY_REASON)
		tcpfin_key_reason(&key, ev->reason, ev->detail);
	group = find_group(groups, &key);
	group->ended++;
	if (step->span_known)
		tcpfin_dist_add(&group->dist, step->span_ns);
}

void tcpfin_groups_reset_open(struct tcpfin_groups *groups)
{
	struct node *node;

	groups->rest.group.open = 0;
	for (node = groups->table; node; node = node->hh.next)
		node->group.open = 0;
}

void tcpfin_groups_count_open(void *data, const struct tcpfin_conn *conn)
{
	struct tcpfin_groups *groups = data;
	struct tcpfin_key key;

	tcpfin_key_make(groups->by, conn, &key);
	find_group(groups, &key)->open++;
}

static int compare(const struct node *a, const struct node *b)
{
	const struct tcpfin_group *x = &a->group, *y = &b->group;

	if (x->ended != y->ended)
		return x->ended < y->ended ? 1 : -1;
	if (x->open != y->open)
		return x->open < y->open ? 1 : -1;
	return memcmp(&a->key, &b->key, sizeof(a->key));
}

void tcpfin_groups_resolve(struct tcpfin_groups *groups,
			   struct tcpfin_resolver *names)
{
	groups->names = names;
}

void tcpfin_groups_each(struct tcpfin_groups *groups,
			const struct tcpfin_header *header,
			void (*visit)(void *data,
				      const struct tcpfin_group *group,
				      const char *key),
			void *data)
{
	const struct tcpfin_group *rest = &groups->rest.group;
	char buf[TCPFIN_KEY_MAX];
	struct node *node;

	HASH_SORT(groups->table, compare);
	for (node = groups->table; node; node = node->hh.next)
		visit(data, &node->group,
		      tcpfin_key_text(groups->by, &node->key, header,
				      groups->names, buf));
	if (rest->ended || rest->open)
		visit(data, rest, "(other)");
}
