/* SPDX-License-Identifier: GPL-2.0 */
/* Connections that a report shows in full: the slowest and the strangest. */
#ifndef TCPFIN_REPORT_KEPT_H
#define TCPFIN_REPORT_KEPT_H

#include <stdbool.h>
#include <stdint.h>

#include "ladder/plan.h"
#include "track/verdict.h"

/*
 * Connections in a list of the slowest, and those of them that went the same way;
 * roads that are told apart.
 */
#define TCPFIN_SLOWEST_MAX	6
#define TCPFIN_SLOWEST_ALIKE	2
#define TCPFIN_ROADS_MAX	64
/* Roads that are shown. */
#define TCPFIN_STRANGEST_MAX	10

/**
 * struct tcpfin_kept - a connection that outlives its tracker
 * @conn: copies of its ends
 * @v: the verdict about them
 * @plan: what its ladder shows
 * @took_ns: how long it took
 * @key: of one of the slowest: what makes its way what it is
 */
struct tcpfin_kept {
	struct tcpfin_conn conn[2];
	struct tcpfin_verdict v;
	struct tcpfin_plan plan;
	uint64_t took_ns;
	uint64_t key;
};

/**
 * struct tcpfin_slowest - those that took longest, but few that are alike
 * @list: the slowest first
 * @count: how many
 */
struct tcpfin_slowest {
	struct tcpfin_kept *list[TCPFIN_SLOWEST_MAX];
	unsigned int count;
};

/**
 * struct tcpfin_road - a way to end that is not the ordinary one
 * @key: what makes it this way
 * @count: connections that took it
 * @oddness: of the one that is kept: how often something came again
 * @kept: an example: the first of the oddest
 */
struct tcpfin_road {
	uint64_t key;
	uint64_t count;
	uint64_t oddness;
	struct tcpfin_kept *kept;
};

/**
 * struct tcpfin_roads - the ways
 * @list: see tcpfin_roads_sort()
 * @count: how many
 * @rest: connections that took yet other ways
 */
struct tcpfin_roads {
	struct tcpfin_road list[TCPFIN_ROADS_MAX];
	unsigned int count;
	uint64_t rest;
};

/**
 * tcpfin_slowest_take() - keep a connection if it is one of the slowest
 * @s: the list
 * @v: the connection
 * @took_ns: how long it took
 * @extras: where its FINs that came again are
 *
 * Return: false without memory.
 */
bool tcpfin_slowest_take(struct tcpfin_slowest *s,
			 const struct tcpfin_verdict *v, uint64_t took_ns,
			 const struct tcpfin_extras *extras);

/**
 * tcpfin_roads_take() - count a connection's road, and keep it as its example
 * @r: the roads
 * @v: the connection; an ordinary one, or one that was not seen in full or has
 *	not come to TIME_WAIT yet, is no road
 * @extras: where its FINs that came again are
 *
 * Return: false without memory.
 */
bool tcpfin_roads_take(struct tcpfin_roads *r, const struct tcpfin_verdict *v,
		       const struct tcpfin_extras *extras);

/**
 * tcpfin_roads_sort() - put the rarest first, and of these the oddest
 * @r: the roads
 */
void tcpfin_roads_sort(struct tcpfin_roads *r);

/* Free what they keep. */
void tcpfin_slowest_free(struct tcpfin_slowest *s);
void tcpfin_roads_free(struct tcpfin_roads *r);

#endif /* TCPFIN_REPORT_KEPT_H */
