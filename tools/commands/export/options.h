/* SPDX-License-Identifier: GPL-2.0 */
/* What "export" was asked for. */
#ifndef COMMANDS_EXPORT_OPTIONS_H
#define COMMANDS_EXPORT_OPTIONS_H

#include <stdint.h>

#include "cli/selection.h"
#include "stats/group_key.h"

/* Groups that --by tells apart unless --cap says so. */
#define EXPORT_CAP	20
#define EXPORT_CAP_MAX	1000

/**
 * enum export_form - what to write
 * @EXPORT_NONE: nothing was asked for
 * @EXPORT_TRACE: the Chrome trace event format
 * @EXPORT_PCAPNG: packets, made from what was seen
 * @EXPORT_METRICS: the Prometheus text format
 */
enum export_form {
	EXPORT_NONE,
	EXPORT_TRACE,
	EXPORT_PCAPNG,
	EXPORT_METRICS,
};

/**
 * struct export_options - what to export, and where to
 * @selection: which connections, how many (metrics: how many times to write),
 *	for how long
 * @form: what to write
 * @file: where to
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

#endif /* COMMANDS_EXPORT_OPTIONS_H */
