/* SPDX-License-Identifier: GPL-2.0 */
/* The commands without a folder of their own, for main.c, and their options. */
#ifndef COMMANDS_COMMANDS_H
#define COMMANDS_COMMANDS_H

#include "cli/command.h"
#include "ladder/ladder.h"
#include "stats/group_key.h"

extern const struct command doctor_command;
extern const struct command handshakes_command;
extern const struct command ladder_command;
extern const struct command record_command;
extern const struct command status_command;
extern const struct command summary_command;
extern const struct command watch_command;

/* The exit status of "doctor" if it found anything. */
#define DOCTOR_EXIT_FOUND	2

struct doctor_options {
	struct selection selection;
	uint64_t older_ns;	/* how long sockets may wait */
	const char *netns;	/* network namespaces to look at, NULL for all */
};

struct handshakes_options {
	struct selection selection;
	const char *columns;	/* the names of those to show, NULL for the usual */
	bool extended;		/* all columns */
	bool clock;		/* the time of day of the end in front */
	bool now;		/* do not wait for the end of TIME_WAIT */
};

struct ladder_options {
	struct selection selection;
	struct ladder_style style;
	bool ended;		/* draw connections that have ended */
	bool explain;		/* sentences below each picture */
};

struct summary_options {
	struct selection selection;
	uint64_t interval_ns;	/* time between two lines, 0: print once, at the end */
	uint64_t top;		/* groups that are printed, the largest first */
	enum group_by by;
};

struct watch_options {
	struct selection selection;
	const char *columns;	/* the names of those to show, NULL for the usual */
	bool extended;		/* all columns */
	bool relative;		/* start lines with the seconds since the first one */
	bool clock;		/* start lines with the time of day */
	bool journal;		/* write to the journal, not to the output */
};

#endif /* COMMANDS_COMMANDS_H */
