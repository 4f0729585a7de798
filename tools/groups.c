// SPDX-License-Identifier: GPL-2.0
/* Sorts the ends of TIME_WAIT into groups by address, port, owner or reason. */
#include <stdlib.h>
#include <string.h>

/* Without memory a new group is not added, and goes into the rest. */
#define HASH_NONFATAL_OOM	1
#include <uthash.h>

#include "groups.h"
#include "names.h"

/* Percentiles of a group need less precision, and memory, than those of all. */
#define GROUP_DIGITS	2

/**
 * struct key - what a group has in common; all of it is compared
 * @family: of the address
 * @known: there is such a thing
 * @bytes: an address or a name
 * @number: a port, a namespace, or a reason in the high half and a caller in
 *	the low one
 */
struct key {
	uint8_t family;
	uint8_t known;
	uint8_t bytes[16];
	uint8_t unused[6];
	uint64_t number;
};

struct node {
	struct tcpfin_group group;
	struct key key;
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

static const char *const by_names[] = {
	[TCPFIN_BY_RADDR] = "raddr",
	[TCPFIN_BY_RPORT] = "rport",
	[TCPFIN_BY_LPORT] = "lport",
	[TCPFIN_BY_NETNS] = "netns",
	[TCPFIN_BY_COMM] = "comm",
	[TCPFIN_BY_REASON] = "reason",
};

enum tcpfin_by tcpfin_by_parse(const char *name)
{
	unsigned int by;

	for (by = TCPFIN_BY_RADDR; by <= TCPFIN_BY_REASON; by++) {
		if (!strcmp(name, by_names[by]))
			return (enum tcpfin_by)by;
	}
	return TCPFIN_BY_NONE;
}

const char *tcpfin_by_name(enum tcpfin_by by)
{
	return by_names[by];
}

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

static void make_key(enum tcpfin_by by, const struct tcpfin_conn *conn,
		     struct key *key)
{
	memset(key, 0, sizeof(*key));
	key->known = 1;
	switch (by) {
	case TCPFIN_BY_RADDR:
		key->family = conn->family;
		memcpy(key->bytes, conn->raddr, sizeof(key->bytes));
		break;
	case TCPFIN_BY_RPORT:
		key->number = conn->rport;
		break;
	case TCPFIN_BY_LPORT:
		key->number = conn->lport;
		break;
	case TCPFIN_BY_NETNS:
		key->number = conn->netns;
		break;
	case TCPFIN_BY_COMM:
		key->known = !!(conn->flags & TCPFIN_CONN_OWNER);
		/* What stands behind a NUL is no part of a name. */
		memcpy(key->bytes, conn->comm,
		       strnlen(conn->comm, sizeof(conn->comm)));
		break;
	case TCPFIN_BY_REASON:
	case TCPFIN_BY_NONE:
		key->known = 0;
		break;
	}
}

static struct node *add_node(struct tcpfin_groups *groups,
			     const struct key *key)
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
				       const struct key *key)
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
	struct key key;

	if (!step->time_wait_over)
		return;
	make_key(groups->by, step->conn, &key);
	if (groups->by == TCPFIN_BY_REASON) {
		key.known = ev->reason != TCPFIN_REASON_NONE;
		key.number = (uint64_t)ev->reason << 32;
		if (ev->reason == TCPFIN_REASON_CALLER)
			key.number |= ev->detail;
	}
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
	struct key key;

	make_key(groups->by, conn, &key);
	find_group(groups, &key)->open++;
}

static const char *key_text(const struct tcpfin_groups *groups,
			    const struct key *key,
			    const struct tcpfin_header *header,
			    char buf[TCPFIN_KEY_MAX])
{
	if (!key->known)
		return NULL;
	switch (groups->by) {
	case TCPFIN_BY_RADDR:
		return tcpfin_host_text(groups->names, key->family, key->bytes,
					0, buf);
	case TCPFIN_BY_RPORT:
	case TCPFIN_BY_LPORT:
		return tcpfin_port_text(groups->names, (uint16_t)key->number,
					buf);
	case TCPFIN_BY_COMM:
		return tcpfin_escape((const char *)key->bytes,
				     sizeof(key->bytes), buf, TCPFIN_KEY_MAX);
	case TCPFIN_BY_REASON:
		return tcpfin_reason_name((uint8_t)(key->number >> 32),
					  (uint32_t)key->number, header, buf);
	default:
		snprintf(buf, TCPFIN_KEY_MAX, "%llu",
			 (unsigned long long)key->number);
		return buf;
	}
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
		      key_text(groups, &node->key, header, buf));
	if (rest->ended || rest->open)
		visit(data, rest, "(other)");
}
