/* SPDX-License-Identifier: GPL-2.0 */
/* Connections that a report shows in full: the slowest and the strangest. */
#ifndef COMMANDS_REPORT_EXAMPLES_H
#define COMMANDS_REPORT_EXAMPLES_H

#include <stdbool.h>
#include <stdint.h>

#include "ladder/plan.h"
#include "track/verdict.h"

/*
 * Connections in a list of the slowest, and those of them that went the same way;
 * roads that are told apart.
 */
#define SLOWEST_MAX	6
#define SLOWEST_ALIKE	2
#define ROADS_MAX	64
/* Roads that are shown. */
#define STRANGEST_MAX	10

/**
 * struct example - a connection that outlives its tracker
 * @conn: copies of its ends
 * @v: the verdict about them
 * @plan: what its ladder shows
 * @took_ns: how long it took
 * @key: of one of the slowest: what makes its way what it is
 */
struct example {
	struct conn conn[2];
	struct verdict v;
	struct ladder_plan plan;
	uint64_t took_ns;
	uint64_t key;
};

/**
 * struct slowest - those that took longest, but few that are alike
 * @list: the slowest first
 * @count: how many
 */
struct slowest {
	struct example *list[SLOWEST_MAX];
	unsigned int count;
};

/**
 * struct road - a way to end that is not the ordinary one
 * @key: what makes it this way
 * @count: connections that took it
 * @oddness: of the one that is kept: how often something came again
 * @kept: an example: the first of the oddest
 */
struct road {
	uint64_t key;
	uint64_t count;
	uint64_t oddness;
	struct example *kept;
};

/**
 * struct roads - the ways
 * @list: see roads_sort()
 * @count: how many
 * @rest: connections that took yet other ways
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
 * @took_ns: how long it took
 * @extras: where its FINs that came again are
 *
 * Return: false without memory.
 */
bool slowest_take(struct slowest *s, const struct verdict *v, uint64_t took_ns,
		  const struct retransmits *extras);

/**
 * roads_take() - count a connection's road, and keep it as its example
 * @r: the roads
 * @v: the connection; an ordinary one, or one that was not seen in full or has
 *	not come to TIME_WAIT yet, is no road
 * @extras: where its FINs that came again are
 *
 * Return: false without memory.
 */
bool roads_take(struct roads *r, const struct verdict *v,
		const struct retransmits *extras);

/**
 * roads_sort() - put the rarest first, and of these the oddest
 * @r: the roads
 */
void roads_sort(struct roads *r);

/* Free what they keep. */
void slowest_free(struct slowest *s);
void roads_free(struct roads *r);

#endif /* COMMANDS_REPORT_EXAMPLES_H */
