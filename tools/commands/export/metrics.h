/* SPDX-License-Identifier: GPL-2.0 */
/* A run of "export --openmetrics". */
#ifndef COMMANDS_EXPORT_METRICS_H
#define COMMANDS_EXPORT_METRICS_H

#include <stdio.h>

#include "commands/export/export.h"
#include "source/source.h"
#include "stats/group_table.h"
#include "stats/histogram.h"
#include "stats/teardown_counts.h"
#include "track/tracker.h"

/* The name of the group of all that are beyond --cap. */
#define METRIC_OTHER	"other"
#define METRIC_CAUSES	(TCPFIN_CAUSE_MAX + 1)
#define METRIC_STATES	16

/**
 * struct metric_counts - counts that never get smaller
 * @steps: what the steps add up to, without their times
 * @ends: ends that are over
 * @aborts: ends that gave up their connection, by cause
 * @time_wait: how long TIME_WAIT lasted
 * @half_close: how long ends that closed first waited for the other FIN
 * @close_wait: how long ends that closed second were in CLOSE_WAIT
 * @by: what groups are made by
 * @groups: ends by group, NULL without --by; a group's key is its name, as no
 *	two time series may have the same labels
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
 * @count: ends by state, TCP_*
 * @oldest_ns: by state: how long the oldest end has been in the state; ends
 *	whose state was not seen to begin do not count
 * @uncertain: ends that may be over, as events were lost since
 */
struct metric_open {
	uint64_t count[METRIC_STATES];
	uint64_t oldest_ns[METRIC_STATES];
	uint64_t uncertain;
};

/**
 * struct metrics - a run of "export --openmetrics"
 * @src: where events come from
 * @opts: the options
 * @tracker: follows the ends
 * @counts: the counters
 * @open: the ends that are being closed while this file is written
 * @since_ns: earlier events are not counted, 0 to count all
 * @written: number of files written so far
 * @failed: the last file could not be written, which was told on stderr
 */
struct metrics {
	struct source *src;
	const struct export_options *opts;
	struct tracker *tracker;
	struct metric_counts counts;
	struct metric_open open;
	uint64_t since_ns;
	uint64_t written;
	bool failed;
};

/* Write all metrics in the Prometheus text format. */
void metrics_write(const struct metrics *m, FILE *out);

#endif /* COMMANDS_EXPORT_METRICS_H */
