/* SPDX-License-Identifier: GPL-2.0 */
/* The view "top": how connections end here, on one screen, again and again. */
#ifndef COMMANDS_TOP_TOP_H
#define COMMANDS_TOP_TOP_H

#include "cli/command.h"
#include "cli/selection.h"
#include "ladder/ladder.h"
#include "source/source.h"

extern const struct command top_command;

/**
 * struct top_options - what "top" does
 * @selection: which connections it lists, how often and how long
 * @style: how ladders are drawn; its colour is also that of the screen
 * @interval_ns: time between frames, 0 for one of all
 * @batch: print frames, and take no terminal
 */
struct top_options {
	struct selection selection;
	struct ladder_style style;
	uint64_t interval_ns;
	bool batch;
};

#endif /* COMMANDS_TOP_TOP_H */
