/* SPDX-License-Identifier: GPL-2.0 */
/* What "export --openmetrics" counts. */
#ifndef TCPFIN_EXPORT_COUNTS_H
#define TCPFIN_EXPORT_COUNTS_H

#include "cli/selection.h"
#include "stats/histogram.h"
#include "track/tracker.h"

#define TCPFIN_HOWS	(TCPFIN_HOW_ERROR + 1)
#define TCPFIN_CLOSERS	(TCPFIN_CLOSER_NONE + 1)
/* Reasons that this program knows, and all others together. */
#define TCPFIN_REASONS	(TCPFIN_REASON_CALLER + 1)
#define TCPFIN_CAUSES	(TCPFIN_CAUSE_MAX + 1)
#define TCPFIN_STATES_MAX	16

/**
 * struct tcpfin_counts - counts, which never get smaller
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
struct tcpfin_counts {
	uint64_t events;
	uint64_t lost;
	uint64_t missed;
	uint64_t ends[TCPFIN_HOWS][TCPFIN_CLOSERS];
	uint64_t time_waits[TCPFIN_REASONS];
	uint64_t aborts[TCPFIN_CAUSES];
	uint64_t retransmits;
	uint64_t extensions;
	uint64_t refused;
	struct tcpfin_hist time_wait;
	struct tcpfin_hist half_close;
	struct tcpfin_hist close_wait;
};

/**
 * struct tcpfin_open_ends - ends that are being closed now
 * @count: by state, TCP_*
 * @oldest_ns: how long the oldest has been in it, as far as that was seen
 * @uncertain: those that may be over: events were lost since
 */
struct tcpfin_open_ends {
	uint64_t count[TCPFIN_STATES_MAX];
	uint64_t oldest_ns[TCPFIN_STATES_MAX];
	uint64_t uncertain;
};

/**
 * tcpfin_counts_init() - begin to count
 * @c: the counts
 */
void tcpfin_counts_init(struct tcpfin_counts *c);

/**
 * tcpfin_counts_step() - count a step
 * @c: the counts
 * @ev: the step
 * @step: what the tracker knows about it
 */
void tcpfin_counts_step(struct tcpfin_counts *c, const struct tcpfin_event *ev,
			const struct tcpfin_step *step);

/**
 * tcpfin_counts_end() - count an end that is over
 * @c: the counts
 * @conn: the end
 */
void tcpfin_counts_end(struct tcpfin_counts *c, const struct tcpfin_conn *conn);

/**
 * tcpfin_counts_open() - count the ends that are not over
 * @tracker: follows them
 * @chosen: which ones
 * @now_ns: now
 * @open: the result
 * @each: told of each that is counted, or NULL
 * @data: for @each
 */
void tcpfin_counts_open(const struct tcpfin_tracker *tracker,
			const struct tcpfin_chosen *chosen, uint64_t now_ns,
			struct tcpfin_open_ends *open,
			void (*each)(void *data,
				     const struct tcpfin_conn *conn),
			void *data);

#endif /* TCPFIN_EXPORT_COUNTS_H */
