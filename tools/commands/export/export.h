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

/* Groups that --by tells apart without --cap, and at most with it. */
#define EXPORT_CAP	20
#define EXPORT_CAP_MAX	1000

/**
 * enum export_form - the format to write
 * @EXPORT_NONE: no format was chosen
 * @EXPORT_TRACE: the Chrome trace event format
 * @EXPORT_PCAPNG: pcapng, with packets that are made from events
 * @EXPORT_METRICS: the Prometheus text format
 */
enum export_form {
	EXPORT_NONE,
	EXPORT_TRACE,
	EXPORT_PCAPNG,
	EXPORT_METRICS,
};

/**
 * struct export_options - the options of export
 * @selection: which connections, how many (metrics: how many times to write),
 *	for how long
 * @form: the format
 * @file: the path, "-" for stdout
 * @interval_ns: metrics: time between two files, 0: write one, at the end
 * @by: metrics: what to group by
 * @cap: metrics: how many groups are told apart
 */
struct export_options {
	struct selection selection;
	enum export_form form;
	const char *file;
	uint64_t interval_ns;
	enum group_by by;
	uint64_t cap;
};

/*
 * Write a format. Return 0, -ENOMEM, or 1 after an error that was told on stderr.
 *
 * A trace has a track for each end of a connection and a slice for each state; it
 * loads in Perfetto and in chrome://tracing. Metrics are written to @opts->file,
 * again and again if @opts ask for that.
 */
int export_trace(struct source *src, const struct export_options *opts, FILE *out);
int export_pcapng(struct source *src, const struct export_options *opts, FILE *out);
int export_metrics(struct source *src, const struct export_options *opts);

/**
 * export_close_file() - give a file that is whole its name
 * @f: the file
 * @gone: set if nothing more can be written: an error, or no reader of the pipe
 *
 * Return: false after an error that was told on stderr. It is none that the reader
 * of a pipe went away.
 */
bool export_close_file(struct atomic_file *f, bool *gone);

#endif /* COMMANDS_EXPORT_EXPORT_H */
