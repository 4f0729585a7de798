/* SPDX-License-Identifier: GPL-2.0 */
/* The command "export": what was seen, in the forms of other programs. */
#ifndef COMMANDS_EXPORT_EXPORT_H
#define COMMANDS_EXPORT_EXPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "cli/command.h"
#include "commands/export/options.h"
#include "source/source.h"

extern const struct command export_command;

/**
 * export_trace() - write a trace: a track an end, a slice a state
 * @src: where events come from
 * @opts: what to write
 * @out: where to
 *
 * It loads in Perfetto and in chrome://tracing.
 *
 * Return: 0, or -ENOMEM.
 */
int export_trace(struct source *src, const struct export_options *opts,
		 FILE *out);

/**
 * export_pcapng() - write the four segments as packets
 * @src: where events come from
 * @opts: what to write
 * @out: where to
 *
 * Return: 0, -ENOMEM, or 1 after an error that was told on stderr.
 */
int export_pcapng(struct source *src, const struct export_options *opts,
		  FILE *out);

/**
 * export_metrics() - write counts for Prometheus, once or again and again
 * @src: where events come from
 * @opts: what to write, and where to
 *
 * Return: 0, -ENOMEM, or 1 after an error that was told on stderr.
 */
int export_metrics(struct source *src, const struct export_options *opts);

#endif /* COMMANDS_EXPORT_EXPORT_H */
