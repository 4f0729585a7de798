/* SPDX-License-Identifier: GPL-2.0 */
/* The view "ladder": the picture of how a connection ended. */
#ifndef COMMANDS_LADDER_H
#define COMMANDS_LADDER_H

#include <stdbool.h>

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

#endif /* COMMANDS_LADDER_H */
