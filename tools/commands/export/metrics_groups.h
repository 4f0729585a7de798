/* SPDX-License-Identifier: GPL-2.0 */
/* Counts by group for "export --openmetrics --by KEY": few groups, for good. */
#ifndef TCPFIN_EXPORT_GROUPS_H
#define TCPFIN_EXPORT_GROUPS_H

#include "commands/export/metrics_counts.h"
#include "stats/group_key.h"

/**
 * struct tcpfin_share - what a group has of all
 * @ends: ends that are over, by how they ended
 * @open: those that are being closed now
 */
struct tcpfin_share {
	uint64_t ends[TCPFIN_HOWS];
	uint64_t open;
};

struct tcpfin_shares;

/**
 * tcpfin_shares_new() - make an empty set of groups
 * @by: what they are made by, not TCPFIN_BY_REASON
 * @cap: how many are told apart: those that come first, since a counter must
 *	not leave a group again
 *
 * Return: the groups, or NULL without memory.
 */
struct tcpfin_shares *tcpfin_shares_new(enum tcpfin_by by, uint64_t cap);

/**
 * tcpfin_shares_free() - undo tcpfin_shares_new()
 * @shares: the groups, or NULL
 */
void tcpfin_shares_free(struct tcpfin_shares *shares);

/**
 * tcpfin_shares_end() - count an end that is over
 * @shares: the groups
 * @conn: the end
 */
void tcpfin_shares_end(struct tcpfin_shares *shares,
		       const struct tcpfin_conn *conn);

/**
 * tcpfin_shares_reset_open() - before open ends are counted again
 * @shares: the groups
 */
void tcpfin_shares_reset_open(struct tcpfin_shares *shares);

/**
 * tcpfin_shares_open() - count an end that is being closed
 * @data: the groups (it is what tcpfin_counts_open() calls)
 * @conn: the end
 */
void tcpfin_shares_open(void *data, const struct tcpfin_conn *conn);

/**
 * tcpfin_shares_each() - visit the groups, and the rest of them
 * @shares: the groups
 * @visit: called with the group and its name
 * @data: for @visit
 */
void tcpfin_shares_each(const struct tcpfin_shares *shares,
			void (*visit)(void *data,
				      const struct tcpfin_share *share,
				      const char *name),
			void *data);

#endif /* TCPFIN_EXPORT_GROUPS_H */
