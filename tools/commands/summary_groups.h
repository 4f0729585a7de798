/* SPDX-License-Identifier: GPL-2.0 */
/* TIME_WAIT by group: "summary --by KEY". */
#ifndef COMMANDS_SUMMARY_GROUPS_H
#define COMMANDS_SUMMARY_GROUPS_H

#include <stdbool.h>
#include <stdint.h>

#include "commands/summary_stats.h"
#include "stats/group_key.h"
#include "util/resolver.h"

/* Groups that are told apart; what is beyond goes into one more. */
#define SUMMARY_GROUPS_MAX	4096

/**
 * struct summary_group - what is shown of a group
 * @ended: waits in TIME_WAIT that ended
 * @open: connections in TIME_WAIT, see summary_groups_count_open()
 * @dist: how long the waits lasted that were seen from beginning to end
 * @is_rest: everything beyond SUMMARY_GROUPS_MAX
 */
struct summary_group {
	uint64_t ended;
	uint64_t open;
	struct distribution dist;
	bool is_rest;
};

struct summary_groups;

/**
 * summary_groups_new() - make an empty set of groups
 * @by: what to group by
 *
 * Return: the groups, or NULL without memory.
 */
struct summary_groups *summary_groups_new(enum group_by by);

/**
 * summary_groups_free() - undo summary_groups_new()
 * @groups: the groups, or NULL
 */
void summary_groups_free(struct summary_groups *groups);

/**
 * summary_groups_event() - count an event in its group
 * @groups: the groups
 * @ev: the event; only the end of a wait in TIME_WAIT matters
 * @step: what the tracker knows about it
 */
void summary_groups_event(struct summary_groups *groups,
			  const struct tcpfin_event *ev,
			  const struct step *step);

/**
 * summary_groups_reset_open() - before the open connections are counted again
 * @groups: the groups
 */
void summary_groups_reset_open(struct summary_groups *groups);

/**
 * summary_groups_count_open() - count an open connection in its group
 * @data: the groups (it is what summary_stats_open() calls)
 * @conn: the connection
 */
void summary_groups_count_open(void *data, const struct conn *conn);

/**
 * summary_groups_resolve() - name hosts and services from now on
 * @groups: the groups
 * @names: knows the names, NULL for numbers
 */
void summary_groups_resolve(struct summary_groups *groups,
			    struct resolver *names);

/**
 * summary_groups_each() - visit the groups, largest first
 * @groups: the groups
 * @header: holds the names of callers
 * @visit: called with the group and its key's text, NULL if that is not known
 * @data: handed to @visit
 */
void summary_groups_each(struct summary_groups *groups,
			 const struct tcpfin_header *header,
			 void (*visit)(void *data,
				       const struct summary_group *group,
				       const char *key),
			 void *data);

#endif /* COMMANDS_SUMMARY_GROUPS_H */
