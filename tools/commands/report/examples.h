/* SPDX-License-Identifier: GPL-2.0 */
/* Connections that a report shows in full: the slowest and the strangest. */
#ifndef COMMANDS_REPORT_EXAMPLES_H
#define COMMANDS_REPORT_EXAMPLES_H

#include <stdbool.h>
#include <stdint.h>

#include "ladder/plan.h"
#include "track/verdict.h"

#define SLOWEST_MAX	6	/* connections in a list of the slowest */
#define SLOWEST_ALIKE	2	/* connections in such a list with one key */
#define ROADS_MAX	64	/* roads that are told apart */
#define STRANGEST_MAX	10	/* roads that are shown */

/**
 * struct example - a connection that outlives its tracker
 * @conn: copies of its ends
 * @v: the verdict about them
 * @plan: what its ladder shows
 * @took_ns: in a list of the slowest: how long the connection took to end
 * @key: in a list of the slowest: the road that the connection took
 */
struct example {
	struct conn conn[2];
	struct verdict v;
	struct ladder_plan plan;
	uint64_t took_ns;
	uint64_t key;
};

/**
 * struct slowest - the connections that took longest, few of them on one road
 * @list: the connections, the slowest first
 * @count: how many there are
 */
struct slowest {
	struct example *list[SLOWEST_MAX];
	unsigned int count;
};

/**
 * struct road - a sequence of steps to the end that is not the ordinary one
 * @key: identifies the road, see road_key()
 * @count: connections that took it
 * @oddness: how many segments came again in the connection @kept
 * @kept: an example: the first connection with the largest @oddness
 */
struct road {
	uint64_t key;
	uint64_t count;
	uint64_t oddness;
	struct example *kept;
};

/**
 * struct roads - all roads
 * @list: the roads, in order after roads_sort()
 * @count: how many there are
 * @rest: connections that took a road beyond ROADS_MAX
 */
struct roads {
	struct road list[ROADS_MAX];
	unsigned int count;
	uint64_t rest;
};

/**
 * slowest_take() - keep a connection if it is one of the slowest
 * @s: the list
 * @v: the connection
 * @took_ns: how long it took to end
 * @extras: the times of FINs that came again
 *
 * Return: false without memory.
 */
bool slowest_take(struct slowest *s, const struct verdict *v, uint64_t took_ns,
		  const struct retransmits *extras);

/**
 * roads_take() - count a connection's road, and keep the oddest as an example
 * @r: the roads
 * @v: the connection; it does not count if its road is the ordinary one, if it
 *	was not seen in full, or if it has not come to TIME_WAIT yet
 * @extras: the times of FINs that came again
 *
 * Return: false without memory.
 */
bool roads_take(struct roads *r, const struct verdict *v,
		const struct retransmits *extras);

/* Put the rarest roads first, and of equally rare ones the oddest. */
void roads_sort(struct roads *r);

/* Free the connections that are kept. */
void slowest_free(struct slowest *s);
void roads_free(struct roads *r);

#endif /* COMMANDS_REPORT_EXAMPLES_H */
