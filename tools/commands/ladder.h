/* SPDX-License-Identifier: GPL-2.0 */
/* The view "ladder": the picture of how a connection ended. */
#ifndef COMMANDS_LADDER_H
#define COMMANDS_LADDER_H

#include <stdbool.h>
#include <stdio.h>

#include "cli/command.h"
#include "cli/selection.h"
#include "ladder/ladder.h"
#include "source/source.h"

extern const struct command ladder_command;

/**
 * struct ladder_options - what "ladder" shows
 * @selection: which connections, and how many; those that have not ended are
 *	shown when the source ends
 * @style: how it is drawn
 * @ended: connections that have ended
 */
struct ladder_options {
	struct selection selection;
	struct ladder_style style;
	bool ended;
};

/**
 * ladder_run() - draw what a source hands out until it ends
 * @src: the source
 * @opts: what to show
 * @out: where to
 *
 * Return: 0, or 1 after an error that was told on stderr.
 */
int ladder_run(struct source *src, const struct ladder_options *opts,
	       FILE *out);

#endif /* COMMANDS_LADDER_H */
