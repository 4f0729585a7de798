/* SPDX-License-Identifier: GPL-2.0 */
/* What "export" was asked for. */
#ifndef TCPFIN_EXPORT_OPTIONS_H
#define TCPFIN_EXPORT_OPTIONS_H

#include <stdint.h>

#include "cli/selection.h"
#include "stats/group_key.h"

/* Groups that --by tells apart unless --cap says so. */
#define TCPFIN_EXPORT_CAP	20
#define TCPFIN_EXPORT_CAP_MAX	1000

/**
 * enum tcpfin_export_form - what to write
 * @TCPFIN_EXPORT_NONE: nothing was asked for
 * @TCPFIN_EXPORT_TRACE: the Chrome trace event format
 * @TCPFIN_EXPORT_PCAPNG: packets, made from what was seen
 * @TCPFIN_EXPORT_METRICS: the Prometheus text format
 */
enum tcpfin_export_form {
	TCPFIN_EXPORT_NONE,
	TCPFIN_EXPORT_TRACE,
	TCPFIN_EXPORT_PCAPNG,
	TCPFIN_EXPORT_METRICS,
};

/**
 * struct tcpfin_export_options - what to export, and where to
 * @chosen: which connections, how many (metrics: how many times to write), for
 *	how long
 * @form: what to write
 * @file: where to
 * @interval_ns: metrics: time between two files, 0: write one, at the end
 * @by: metrics: what to group by
 * @cap: metrics: how many groups are told apart
 */
struct tcpfin_export_options {
	struct tcpfin_chosen chosen;
	enum tcpfin_export_form form;
	const char *file;
	uint64_t interval_ns;
	enum tcpfin_by by;
	uint64_t cap;
};

#endif /* TCPFIN_EXPORT_OPTIONS_H */
