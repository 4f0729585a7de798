/* SPDX-License-Identifier: GPL-2.0 */
/* The command "export": what was seen, in the forms of other programs. */
#ifndef TCPFIN_EXPORT_H
#define TCPFIN_EXPORT_H

#include <stdint.h>

#include "chosen.h"
#include "keys.h"
#include "outfile.h"
#include "source.h"

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

/**
 * tcpfin_export_trace() - write a trace: a track an end, a slice a state
 * @src: where events come from
 * @opts: what to write
 * @out: where to
 *
 * It loads in Perfetto and in chrome://tracing.
 *
 * Return: false without memory, which was told on stderr.
 */
bool tcpfin_export_trace(struct tcpfin_source *src,
			 const struct tcpfin_export_options *opts, FILE *out);

/**
 * tcpfin_export_pcapng() - write the four segments as packets
 * @src: where events come from
 * @opts: what to write
 * @out: where to
 *
 * Return: false without memory or room for temporary files, which was told on
 * stderr.
 */
bool tcpfin_export_pcapng(struct tcpfin_source *src,
			  const struct tcpfin_export_options *opts, FILE *out);

/**
 * tcpfin_export_metrics() - write counts for Prometheus, once or again and again
 * @src: where events come from
 * @opts: what to write, and where to
 *
 * Return: false after an error that was told on stderr.
 */
bool tcpfin_export_metrics(struct tcpfin_source *src,
			   const struct tcpfin_export_options *opts);

/**
 * tcpfin_export_close() - a file is whole: give it its name
 * @f: the file
 * @gone: nothing more can be written: who read it went away, or an error
 *
 * Return: false after an error that was told on stderr; a reader of a pipe may
 * go away.
 */
bool tcpfin_export_close(struct tcpfin_outfile *f, bool *gone);

#endif /* TCPFIN_EXPORT_H */
