/* SPDX-License-Identifier: GPL-2.0 */
/* What "summary" counts. */
#ifndef COMMANDS_SUMMARY_STATS_H
#define COMMANDS_SUMMARY_STATS_H

#include <stdbool.h>
#include <stdint.h>

#include "filter/filter.h"
#include "module/tcpfin.h"
#include "stats/distribution.h"
#include "stats/group_key.h"
#include "stats/group_table.h"
#include "stats/teardown_counts.h"
#include "track/tracker.h"

/* Groups that are told apart; all others share one row. */
#define SUMMARY_GROUPS_MAX	4096

/**
 * struct summary_stats - what was counted
 * @counts: what the steps add up to
 * @tw: how long TIME_WAIT lasted, where its beginning and its end were seen
 * @fw2: how long mini-sockets were in FIN_WAIT2
 * @by: what groups are made by
 * @groups: waits in TIME_WAIT by group, NULL without --by
 */
struct summary_stats {
	struct teardown_counts counts;
	struct distribution tw;
	struct distribution fw2;
	enum group_by by;
	struct group_table *groups;
};

/**
 * summary_stats_init() - set all counts to 0
 * @s: the counts
 * @by: what groups are made by, GROUP_BY_NONE for no groups
 *
 * Return: false without memory; summary_stats_exit() is needed all the same.
 */
bool summary_stats_init(struct summary_stats *s, enum group_by by);

/* Free what the counts hold. */
void summary_stats_exit(struct summary_stats *s);

/* Count what an event and its step tell, but not the event itself. */
void summary_stats_event(struct summary_stats *s, const struct tcpfin_event *ev,
			 const struct step *step);

/**
 * struct summary_open - what has not ended yet
 * @filter: chooses the connections to count, NULL for all; set by the caller
 * @tw: connections in TIME_WAIT
 * @tw_oldest: how long the oldest of them has been there, in nanoseconds;
 *	known if the beginning of any of them was seen
 * @fw2: mini-sockets in FIN_WAIT2
 * @uncertain: mini-sockets that may be gone, as events were lost since their
 *	latest event; not counted in @tw and @fw2
 */
struct summary_open {
	const struct filter *filter;
	uint64_t tw;
	struct fact tw_oldest;
	uint64_t fw2;
	uint64_t uncertain;
};

/**
 * summary_stats_open() - count what has not ended yet
 * @s: the counts; connections in TIME_WAIT are counted in its groups, too
 * @tracker: knows the connections
 * @now_ns: now, for ages
 * @open: the result, with @filter set
 */
void summary_stats_open(struct summary_stats *s, const struct tracker *tracker,
			uint64_t now_ns, struct summary_open *open);

/**
 * summary_stats_groups() - visit the groups, largest first
 * @s: the counts
 * @header: holds the names of callers
 * @names: knows the names of hosts and services, NULL for numbers
 * @visit: called with each group and its key's text, NULL if the key is not
 *	known; the last one may be that of all other groups
 * @data: handed to @visit
 */
void summary_stats_groups(struct summary_stats *s,
			  const struct tcpfin_header *header,
			  struct resolver *names,
			  void (*visit)(void *data,
					const struct group_row *group,
					const char *key),
			  void *data);

#endif /* COMMANDS_SUMMARY_STATS_H */
