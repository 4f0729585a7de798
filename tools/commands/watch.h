/* SPDX-License-Identifier: GPL-2.0 */
/* The view "watch": one line for each step. */
#ifndef TCPFIN_WATCH_H
#define TCPFIN_WATCH_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "cli/command.h"
#include "cli/selection.h"
#include "source/source.h"
#include "track/tracker.h"

extern const struct tcpfin_command tcpfin_watch_command;

/**
 * struct tcpfin_watch_options - what "watch" shows
 * @chosen: which steps, and how many
 * @extended: all columns
 * @relative: start lines with the seconds since the first one
 * @clock: start lines with the time of day
 * @journal: write to the journal in place of the output
 */
struct tcpfin_watch_options {
	struct tcpfin_chosen chosen;
	bool extended;
	bool relative;
	bool clock;
	bool journal;
};

/**
 * tcpfin_watch() - show what a source hands out until it ends
 * @src: the source
 * @opts: what to show
 * @out: where to
 *
 * It ends after opts->chosen.count steps, when the source does, when the end was asked
 * for (tcpfin_stop_requested()), or when nobody takes the output.
 *
 * Return: 0, or 1 after an error that was told on stderr.
 */
int tcpfin_watch(struct tcpfin_source *src,
		 const struct tcpfin_watch_options *opts, FILE *out);

#endif /* TCPFIN_WATCH_H */
