/* SPDX-License-Identifier: GPL-2.0 */
/* The view "ladder": the picture of how a connection ended. */
#ifndef TCPFIN_LADDER_H
#define TCPFIN_LADDER_H

#include <stdbool.h>
#include <stdio.h>

#include "cli/command.h"
#include "cli/selection.h"
#include "ladder/ladder.h"
#include "source/source.h"

extern const struct tcpfin_command tcpfin_ladder_command;

/**
 * struct tcpfin_ladder_options - what "ladder" shows
 * @chosen: which connections, and how many; those that have not ended are
 *	shown when the source ends
 * @style: how it is drawn
 * @ended: connections that have ended
 */
struct tcpfin_ladder_options {
	struct tcpfin_chosen chosen;
	struct tcpfin_ladder_style style;
	bool ended;
};

/**
 * tcpfin_ladder() - draw what a source hands out until it ends
 * @src: the source
 * @opts: what to show
 * @out: where to
 *
 * Return: 0, or 1 after an error that was told on stderr.
 */
int tcpfin_ladder(struct tcpfin_source *src,
		  const struct tcpfin_ladder_options *opts, FILE *out);

#endif /* TCPFIN_LADDER_H */
