/* SPDX-License-Identifier: GPL-2.0 */
/* The view "top": how connections end here, on one screen, again and again. */
#ifndef TCPFIN_TOP_H
#define TCPFIN_TOP_H

#include <stdio.h>

#include "cli/command.h"
#include "cli/selection.h"
#include "ladder/ladder.h"
#include "source/source.h"

extern const struct tcpfin_command tcpfin_top_command;

/**
 * struct tcpfin_top_options - what "top" does
 * @chosen: which connections it lists, how often and how long
 * @style: how ladders are drawn; its colour is also that of the screen
 * @interval_ns: time between frames, 0 for one of all
 * @batch: print frames, and take no terminal
 * @live: the source is this machine: look at it, too
 */
struct tcpfin_top_options {
	struct tcpfin_chosen chosen;
	struct tcpfin_ladder_style style;
	uint64_t interval_ns;
	bool batch;
	bool live;
};

/**
 * tcpfin_top() - show frames of what a source hands out until it ends
 * @src: the source
 * @opts: how
 * @out: where frames are printed with @opts->batch
 *
 * Return: 0, or 1 after an error that was told on stderr.
 */
int tcpfin_top(struct tcpfin_source *src, const struct tcpfin_top_options *opts,
	       FILE *out);

#endif /* TCPFIN_TOP_H */
