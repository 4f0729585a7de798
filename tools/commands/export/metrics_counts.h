/* SPDX-License-Identifier: GPL-2.0 */
/* What "export --openmetrics" counts. */
#ifndef COMMANDS_EXPORT_METRICS_COUNTS_H
#define COMMANDS_EXPORT_METRICS_COUNTS_H

#include "cli/selection.h"
#include "stats/group_key.h"
#include "stats/group_table.h"
#include "stats/histogram.h"
#include "stats/teardown_counts.h"
#include "track/tracker.h"

#define METRIC_CAUSES	(TCPFIN_CAUSE_MAX + 1)
#define METRIC_STATES	16

/**
 * struct metric_counts - counts, which never get smaller
 * @steps: what the steps add up to, without their times
 * @ends: ends of connections that are over
 * @aborts: ends that gave up, by cause
 * @time_wait: how long TIME_WAIT was
 * @half_close: how long ends that closed first waited for the other FIN
 * @close_wait: how long ends that closed second took to do so
 * @by: what groups are made by
 * @groups: ends by group; the keys are the groups' names, as no two time series
 *	may have the same name; NULL without --by
 */
struct metric_counts {
	struct teardown_counts steps;
	uint64_t ends[HOWS][CLOSERS];
	uint64_t aborts[METRIC_CAUSES];
	struct histogram time_wait;
	struct histogram half_close;
	struct histogram close_wait;
	enum group_by by;
	struct group_table *groups;
};

/**
 * struct metric_open - ends that are being closed now
 * @count: by state, TCP_*
 * @oldest_ns: how long the oldest has been in it, as far as that was seen
 * @uncertain: those that may be over: events were lost since
 */
struct metric_open {
	uint64_t count[METRIC_STATES];
	uint64_t oldest_ns[METRIC_STATES];
	uint64_t uncertain;
};

/* The name of the group that all groups beyond --cap share. */
#define METRIC_OTHER	"other"

/**
 * metric_counts_init() - set all counts to 0
 * @c: the counts
 * @by: what groups are made by, GROUP_BY_NONE for no groups; not by reason
 * @cap: how many groups are told apart: those that come first, since a counter
 *	must not leave its group again
 *
 * Return: false without memory.
 */
bool metric_counts_init(struct metric_counts *c, enum group_by by,
			uint64_t cap);

/**
 * metric_counts_exit() - undo metric_counts_init()
 * @c: the counts
 */
void metric_counts_exit(struct metric_counts *c);

/**
 * metric_counts_end() - count an end that is over, in its group, too
 * @c: the counts
 * @conn: the end
 */
void metric_counts_end(struct metric_counts *c, const struct conn *conn);

/**
 * metric_counts_open() - count the ends that are being closed now
 * @c: the counts, whose groups are told of the ends, too
 * @tracker: follows the ends
 * @selection: which ends to count
 * @now_ns: now
 * @open: the result
 */
void metric_counts_open(struct metric_counts *c, const struct tracker *tracker,
			const struct selection *selection, uint64_t now_ns,
			struct metric_open *open);

#endif /* COMMANDS_EXPORT_METRICS_COUNTS_H */
