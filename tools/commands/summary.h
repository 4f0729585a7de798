/* SPDX-License-Identifier: GPL-2.0 */
/* The view "summary": how long TIME_WAIT lasted and why it ended. */
#ifndef COMMANDS_SUMMARY_H
#define COMMANDS_SUMMARY_H

#include <stdint.h>
#include <stdio.h>

#include "cli/command.h"
#include "cli/selection.h"
#include "commands/summary_stats.h"
#include "source/source.h"
#include "system/sysctl.h"
#include "track/tracker.h"

extern const struct command summary_command;

/**
 * struct summary_options - what "summary" takes in and shows
 * @selection: which steps and connections it takes in, how long it goes on
 *	after what is there, the number of prints
 * @interval_ns: time between two prints, 0: print once, at the end
 * @by: what to group by
 */
struct summary_options {
	struct selection selection;
	uint64_t interval_ns;
	enum group_by by;
};

/**
 * struct summary - a run of the view
 * @src: where events come from
 * @opts: what was asked for
 * @out: where to print
 * @tracker: follows the connections
 * @stats: the counts
 * @times: when events happened that are not in @stats yet
 * @open: what has not ended, as of this print
 * @sysctls: as of this print
 * @printed: number of prints
 * @whole: connections are followed from their first step on, not just their
 *	mini-sockets
 */
struct summary {
	struct source *src;
	const struct summary_options *opts;
	FILE *out;
	struct tracker *tracker;
	struct summary_stats stats;
	struct event_times times;
	struct summary_open open;
	struct sysctl sysctls[SYSCTLS];
	uint64_t printed;
	bool whole;
};

/* Print a summary: as text, as a line of JSON for each object, or as CSV. */
void summary_text(struct summary *s);
void summary_json(struct summary *s);
void summary_csv(struct summary *s);

#endif /* COMMANDS_SUMMARY_H */
