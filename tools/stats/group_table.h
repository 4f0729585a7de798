/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counts by group: --by KEY. The number of groups is limited: the first ones
 * have a row each, all others share one row.
 */
#ifndef STATS_GROUP_TABLE_H
#define STATS_GROUP_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stats/distribution.h"
#include "track/conn.h"

/* The counts of a group; the user of the table adds to them */
struct group_row {
	/* the key that the group was made with, NULL for the row of all others */
	const void *key;
	uint64_t ended;		/* waits in TIME_WAIT that ended */
	uint64_t ends[HOWS];	/* ends that are over, by how they ended */
	uint64_t open;		/* waits or ends that are not over */
	uint64_t oldest_ns;	/* how long the oldest of @open has lasted, if counted */
	/* how long the waits lasted, if the table has distributions */
	struct distribution dist;
};

struct group_table;

/*
 * Make an empty table of @cap groups at most, besides the row of all others.
 * @digits: significant digits of the groups' distributions, 0 for none. Return
 * NULL if there is no memory.
 */
struct group_table *group_table_new(uint64_t cap, int digits);

/* Undo group_table_new(); the table may be NULL. */
void group_table_free(struct group_table *t);

/* Return the row that all groups without a row of their own share. */
struct group_row *group_table_other(struct group_table *t);

/*
 * Find the group of a key of @len bytes, or add the group with a copy of the key.
 * Return the row of all others if the table is full or there is no memory.
 */
struct group_row *group_table_find(struct group_table *t, const void *key, size_t len);

/* Set @open of all groups to 0, before it is counted again. */
void group_table_reset_open(struct group_table *t);

/*
 * Put groups with the largest @ended first, then those with the largest @open.
 * All keys have to have one length.
 */
void group_table_sort(struct group_table *t);

/* Put groups with the largest @open first, then those with the largest @ended. */
void group_table_sort_open(struct group_table *t);

/*
 * Return the group after @group (NULL: the first) in the order of adding or
 * sorting, the row of all others last, then NULL.
 */
const struct group_row *group_table_next(const struct group_table *t,
				     const struct group_row *group);

/* The sum of the groups that are not shown */
struct group_rest {
	uint64_t groups;	/* number of groups that had a row of their own */
	bool more;		/* the row of all others is among them, of unknown many */
	struct group_row row;
};

/*
 * Sum up the groups after the first @shown ones in their order, and the row of all
 * others. Without memory the sum has no distribution. group_rest_exit() is needed
 * afterwards.
 */
void group_table_rest(const struct group_table *t, uint64_t shown,
		      struct group_rest *rest);
void group_rest_exit(struct group_rest *rest);

/* Is there anything in the rest? */
static inline bool group_rest_any(const struct group_rest *rest)
{
	return rest->groups || rest->more;
}

#define GROUP_REST_TEXT_MAX	48

/* Name the rest: "(980 others)"; "(more than ...)" if not all are counted. Return @buf. */
const char *group_rest_text(const struct group_rest *rest, char buf[GROUP_REST_TEXT_MAX]);

#endif /* STATS_GROUP_TABLE_H */
