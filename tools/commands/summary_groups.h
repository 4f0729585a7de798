/* SPDX-License-Identifier: GPL-2.0 */
/* TIME_WAIT by group: "summary --by KEY". */
#ifndef TCPFIN_GROUPS_H
#define TCPFIN_GROUPS_H

#include <stdbool.h>
#include <stdint.h>

#include "commands/summary_stats.h"
#include "stats/group_key.h"
#include "util/resolver.h"

/* Groups that are told apart; what is beyond goes into one more. */
#define TCPFIN_GROUPS_MAX	4096

/**
 * struct tcpfin_group - what is shown of a group
 * @ended: waits in TIME_WAIT that ended
 * @open: connections in TIME_WAIT, see tcpfin_groups_count_open()
 * @dist: how long the waits lasted that were seen from beginning to end
 * @is_rest: everything beyond TCPFIN_GROUPS_MAX
 */
struct tcpfin_group {
	uint64_t ended;
	uint64_t open;
	struct tcpfin_dist dist;
	bool is_rest;
};

struct tcpfin_groups;

/**
 * tcpfin_groups_new() - make an empty set of groups
 * @by: what to group by
 *
 * Return: the groups, or NULL without memory.
 */
struct tcpfin_groups *tcpfin_groups_new(enum tcpfin_by by);

/**
 * tcpfin_groups_free() - undo tcpfin_groups_new()
 * @groups: the groups, or NULL
 */
void tcpfin_groups_free(struct tcpfin_groups *groups);

/**
 * tcpfin_groups_event() - count an event in its group
 * @groups: the groups
 * @ev: the event; only the end of a wait in TIME_WAIT matters
 * @step: what the tracker knows about it
 */
void tcpfin_groups_event(struct tcpfin_groups *groups,
			 const struct tcpfin_event *ev,
			 const struct tcpfin_step *step);

/**
 * tcpfin_groups_reset_open() - before the open connections are counted again
 * @groups: the groups
 */
void tcpfin_groups_reset_open(struct tcpfin_groups *groups);

/**
 * tcpfin_groups_count_open() - count an open connection in its group
 * @data: the groups (it is what tcpfin_stats_open() calls)
 * @conn: the connection
 */
void tcpfin_groups_count_open(void *data, const struct tcpfin_conn *conn);

/**
 * tcpfin_groups_resolve() - name hosts and services from now on
 * @groups: the groups
 * @names: knows the names, NULL for numbers
 */
void tcpfin_groups_resolve(struct tcpfin_groups *groups,
			   struct tcpfin_resolver *names);

/**
 * tcpfin_groups_each() - visit the groups, largest first
 * @groups: the groups
 * @header: holds the names of callers
 * @visit: called with the group and its key's text, NULL if that is not known
 * @data: handed to @visit
 */
void tcpfin_groups_each(struct tcpfin_groups *groups,
			const struct tcpfin_header *header,
			void (*visit)(void *data,
				      const struct tcpfin_group *group,
				      const char *key),
			void *data);

#endif /* TCPFIN_GROUPS_H */
