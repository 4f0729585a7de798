/* SPDX-License-Identifier: GPL-2.0 */
/* The command "top": a screen that shows how connections end, updated periodically. */
#ifndef COMMANDS_TOP_TOP_H
#define COMMANDS_TOP_TOP_H

#include "cli/command.h"
#include "ladder/ladder.h"

extern const struct command top_command;

struct top_options {
	struct selection selection;
	struct ladder_style style;	/* its colour is also the screen's */
	uint64_t interval_ns;	/* time between frames, 0: one frame of all events */
	const char *netns;	/* --netns, see netns_find() */
	bool batch;		/* print frames as text and leave the terminal alone */
};

#endif /* COMMANDS_TOP_TOP_H */
