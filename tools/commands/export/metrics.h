/* SPDX-License-Identifier: GPL-2.0 */
/* A run of "export --openmetrics". */
#ifndef COMMANDS_EXPORT_METRICS_H
#define COMMANDS_EXPORT_METRICS_H

#include "commands/export/export.h"
#include "commands/export/metrics_counts.h"

/**
 * struct metrics - a run of it
 * @src: where events come from
 * @opts: what was asked for
 * @tracker: follows the ends
 * @counts: what came
 * @open: what has not ended, as of this file
 * @since_ns: what is earlier is not counted, 0 if everything is
 * @written: files so far
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

/**
 * metrics_write() - write all of it in the Prometheus text format
 * @m: the run
 * @out: where to
 */
void metrics_write(const struct metrics *m, FILE *out);

#endif /* COMMANDS_EXPORT_METRICS_H */
