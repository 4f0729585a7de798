/* SPDX-License-Identifier: GPL-2.0 */
/* The command "export": events in the formats of other programs. */
#ifndef COMMANDS_EXPORT_EXPORT_H
#define COMMANDS_EXPORT_EXPORT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "cli/command.h"
#include "cli/selection.h"
#include "source/source.h"
#include "stats/group_key.h"
#include "util/atomic_file.h"

extern const struct command export_command;

#define EXPORT_CAP	20	/* the default of --cap */
#define EXPORT_CAP_MAX	1000

enum export_form {
	EXPORT_NONE,	/* no format was chosen */
	EXPORT_TRACE,	/* Chrome trace events; Perfetto and chrome://tracing load them */
	EXPORT_PCAPNG,	/* pcapng, with packets that are made from events */
	EXPORT_METRICS,	/* the Prometheus text format */
};

struct export_options {
	/* Which connections, for how long, how many; metrics: how many files. */
	struct selection selection;
	enum export_form form;
	const char *file;	/* the path, "-" for stdout */
	/* Only for metrics: */
	uint64_t interval_ns;	/* time between two files; 0: one file, at the end */
	enum group_by by;
	uint64_t cap;		/* groups that are counted one by one */
};

/*
 * Write a format, metrics to @opts->file. Return 0, -ENOMEM, or 1 after an
 * error that was reported on stderr.
 */
int export_trace(struct source *src, const struct export_options *opts, FILE *out);
int export_pcapng(struct source *src, const struct export_options *opts, FILE *out);
int export_metrics(struct source *src, const struct export_options *opts);

/*
 * Finish a complete file and give it its name. @gone is set if nothing more can
 * be written: after an error, or if the reader of a pipe went away. Return
 * false after an error that was reported on stderr; a pipe without a reader is
 * not an error.
 */
bool export_close_file(struct atomic_file *f, bool *gone);

#endif /* COMMANDS_EXPORT_EXPORT_H */
