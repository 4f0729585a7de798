/* SPDX-License-Identifier: GPL-2.0 */
/* The view "handshakes": a line for each connection. */
#ifndef COMMANDS_HANDSHAKES_H
#define COMMANDS_HANDSHAKES_H

#include <stdbool.h>
#include <stdio.h>

#include "cli/command.h"
#include "cli/selection.h"
#include "source/source.h"

extern const struct command handshakes_command;

/**
 * struct handshakes_options - what to show and how
 * @selection: which connections, and how many
 * @extended: all columns
 * @clock: the time of day of the end in front
 */
struct handshakes_options {
	struct selection selection;
	bool extended;
	bool clock;
};

#endif /* COMMANDS_HANDSHAKES_H */
