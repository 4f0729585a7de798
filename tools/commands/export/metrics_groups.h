/* SPDX-License-Identifier: GPL-2.0 */
/* Counts by group for "export --openmetrics --by KEY": few groups, for good. */
#ifndef COMMANDS_EXPORT_METRICS_GROUPS_H
#define COMMANDS_EXPORT_METRICS_GROUPS_H

#include "commands/export/metrics_counts.h"
#include "stats/group_key.h"

/**
 * struct metric_group - what a group has of all
 * @ends: ends that are over, by how they ended
 * @open: those that are being closed now
 */
struct metric_group {
	uint64_t ends[METRIC_HOWS];
	uint64_t open;
};

struct metric_groups;

/**
 * metric_groups_new() - make an empty set of groups
 * @by: what they are made by, not GROUP_BY_REASON
 * @cap: how many are told apart: those that come first, since a counter must
 *	not leave a group again
 *
 * Return: the groups, or NULL without memory.
 */
struct metric_groups *metric_groups_new(enum group_by by, uint64_t cap);

/**
 * metric_groups_free() - undo metric_groups_new()
 * @shares: the groups, or NULL
 */
void metric_groups_free(struct metric_groups *shares);

/**
 * metric_groups_end() - count an end that is over
 * @shares: the groups
 * @conn: the end
 */
void metric_groups_end(struct metric_groups *shares, const struct conn *conn);

/**
 * metric_groups_reset_open() - before open ends are counted again
 * @shares: the groups
 */
void metric_groups_reset_open(struct metric_groups *shares);

/**
 * metric_groups_open() - count an end that is being closed
 * @data: the groups (it is what metric_counts_open() calls)
 * @conn: the end
 */
void metric_groups_open(void *data, const struct conn *conn);

/**
 * metric_groups_each() - visit the groups, and the rest of them
 * @shares: the groups
 * @visit: called with the group and its name
 * @data: for @visit
 */
void metric_groups_each(const struct metric_groups *shares,
			void (*visit)(void *data,
				      const struct metric_group *share,
				      const char *name),
			void *data);

#endif /* COMMANDS_EXPORT_METRICS_GROUPS_H */
