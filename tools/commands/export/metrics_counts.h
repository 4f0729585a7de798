/* SPDX-License-Identifier: GPL-2.0 */
/* What "export --openmetrics" counts. */
#ifndef COMMANDS_EXPORT_METRICS_COUNTS_H
#define COMMANDS_EXPORT_METRICS_COUNTS_H

#include "cli/selection.h"
#include "stats/histogram.h"
#include "track/tracker.h"

#define METRIC_HOWS	(HOW_ERROR + 1)
#define METRIC_CLOSERS	(CLOSER_NONE + 1)
/* Reasons that this program knows, and all others together. */
#define METRIC_REASONS	(TCPFIN_REASON_CALLER + 1)
#define METRIC_CAUSES	(TCPFIN_CAUSE_MAX + 1)
#define METRIC_STATES	16

/**
 * struct metric_counts - counts, which never get smaller
 * @events: steps that were taken in
 * @lost: records overwritten unread
 * @missed: calls that the probes were not given
 * @ends: ends of connections that are over
 * @time_waits: TIME_WAITs that ended, by reason
 * @aborts: ends that gave up, by cause
 * @retransmits: FINs sent again
 * @extensions: how often a TIME_WAIT started over
 * @refused: mini-sockets that could not be had
 * @time_wait: how long TIME_WAIT was
 * @half_close: how long ends that closed first waited for the other FIN
 * @close_wait: how long ends that closed second took to do so
 */
struct metric_counts {
	uint64_t events;
	uint64_t lost;
	uint64_t missed;
	uint64_t ends[METRIC_HOWS][METRIC_CLOSERS];
	uint64_t time_waits[METRIC_REASONS];
	uint64_t aborts[METRIC_CAUSES];
	uint64_t retransmits;
	uint64_t extensions;
	uint64_t refused;
	struct histogram time_wait;
	struct histogram half_close;
	struct histogram close_wait;
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

/**
 * metric_counts_init() - begin to count
 * @c: the counts
 */
void metric_counts_init(struct metric_counts *c);

/**
 * metric_counts_step() - count a step
 * @c: the counts
 * @ev: the step
 * @step: what the tracker knows about it
 */
void metric_counts_step(struct metric_counts *c, const struct tcpfin_event *ev,
			const struct step *step);

/**
 * metric_counts_end() - count an end that is over
 * @c: the counts
 * @conn: the end
 */
void metric_counts_end(struct metric_counts *c, const struct conn *conn);

/**
 * metric_counts_open() - count the ends that are not over
 * @tracker: follows them
 * @selection: which ones
 * @now_ns: now
 * @open: the result
 * @each: told of each that is counted, or NULL
 * @data: for @each
 */
void metric_counts_open(const struct tracker *tracker,
			const struct selection *selection, uint64_t now_ns,
			struct metric_open *open,
			void (*each)(void *data, const struct conn *conn),
			void *data);

#endif /* COMMANDS_EXPORT_METRICS_COUNTS_H */
