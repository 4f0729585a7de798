/* SPDX-License-Identifier: GPL-2.0 */
/* A run of "export --prometheus". */
#ifndef COMMANDS_EXPORT_METRICS_H
#define COMMANDS_EXPORT_METRICS_H

#include <stdio.h>

#include "commands/export/export.h"
#include "source/source.h"
#include "stats/group_table.h"
#include "stats/histogram.h"
#include "stats/teardown_counts.h"
#include "track/tracker.h"

#define METRIC_OTHER	"other"	/* the group of all ends beyond --cap */
#define METRIC_CAUSES	(TCPFIN_CAUSE_MAX + 1)
#define METRIC_TIMEOUTS	(TCPFIN_TIMEOUT_MAX + 1)
#define METRIC_STATES	16

/* Counters: they only increase. */
struct metric_counts {
	struct teardown_counts steps;	/* its times are not used */
	uint64_t ends[HOWS][CLOSERS];	/* ends that are over */
	uint64_t aborts[METRIC_CAUSES];	/* ends that gave up their connection, by cause */
	uint64_t timeouts[METRIC_TIMEOUTS];	/* ends that waited in vain, by cause */
	struct histogram time_wait;	/* durations of TIME_WAIT */
	struct histogram half_close;	/* FIN_WAIT2 of ends that closed first */
	struct histogram close_wait;	/* CLOSE_WAIT of ends that closed second */
	enum group_by by;
	/*
	 * Ends by group, NULL without --by. A group's key is its name, as no two time
	 * series may have the same labels.
	 */
	struct group_table *groups;
};

/* Ends that are closing while a file is written, by state, TCP_*. */
struct metric_open {
	uint64_t count[METRIC_STATES];
	/* How long the oldest end whose beginning was seen has been in the state. */
	uint64_t oldest_ns[METRIC_STATES];
	uint64_t uncertain;	/* ends that may be over, as events were lost since */
};

struct metrics {
	struct source *src;
	const struct export_options *opts;
	struct tracker *tracker;
	struct metric_counts counts;
	struct metric_open open;
	uint64_t since_ns;	/* earlier events are not counted, 0 to count all */
	uint64_t written;	/* files written so far */
	bool failed;		/* writing the last file failed; reported on stderr */
};

/* Write all metrics in the Prometheus text format. */
void metrics_write(const struct metrics *m, FILE *out);

#endif /* COMMANDS_EXPORT_METRICS_H */
