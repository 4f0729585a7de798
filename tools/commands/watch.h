/* SPDX-License-Identifier: GPL-2.0 */
/* The view "watch": one line for each step. */
#ifndef COMMANDS_WATCH_H
#define COMMANDS_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/command.h"
#include "cli/selection.h"
#include "source/source.h"
#include "track/tracker.h"

extern const struct command watch_command;

/**
 * struct watch_options - what "watch" shows
 * @selection: which steps, and how many
 * @extended: all columns
 * @relative: start lines with the seconds since the first one
 * @clock: start lines with the time of day
 * @journal: write to the journal in place of the output
 */
struct watch_options {
	struct selection selection;
	bool extended;
	bool relative;
	bool clock;
	bool journal;
};

#endif /* COMMANDS_WATCH_H */
