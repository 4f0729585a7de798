/* SPDX-License-Identifier: GPL-2.0 */
/* A run of "export --openmetrics". */
#ifndef TCPFIN_EXPORT_METRICS_H
#define TCPFIN_EXPORT_METRICS_H

#include "commands/export/metrics_counts.h"
#include "commands/export/metrics_groups.h"
#include "commands/export/options.h"

/**
 * struct tcpfin_metrics - a run of it
 * @src: where events come from
 * @opts: what was asked for
 * @tracker: follows the ends
 * @counts: what came
 * @shares: by group, NULL if nothing is grouped
 * @open: what has not ended, as of this file
 * @since_ns: what is earlier is not counted, 0 if everything is
 * @written: files so far
 */
struct tcpfin_metrics {
	struct tcpfin_source *src;
	const struct tcpfin_export_options *opts;
	struct tcpfin_tracker *tracker;
	struct tcpfin_counts counts;
	struct tcpfin_shares *shares;
	struct tcpfin_open_ends open;
	uint64_t since_ns;
	uint64_t written;
};

/**
 * tcpfin_metrics_write() - write all of it in the Prometheus text format
 * @m: the run
 * @out: where to
 */
void tcpfin_metrics_write(const struct tcpfin_metrics *m, FILE *out);

#endif /* TCPFIN_EXPORT_METRICS_H */
