/* SPDX-License-Identifier: GPL-2.0 */
/* The view "summary": how long TIME_WAIT lasted and why it ended. */
#ifndef TCPFIN_SUMMARY_H
#define TCPFIN_SUMMARY_H

#include <stdint.h>
#include <stdio.h>

#include "cli/command.h"
#include "cli/selection.h"
#include "commands/summary_groups.h"
#include "commands/summary_stats.h"
#include "source/source.h"
#include "system/sysctl.h"
#include "track/tracker.h"

extern const struct tcpfin_command tcpfin_summary_command;

/**
 * struct tcpfin_summary_options - what "summary" takes in and shows
 * @chosen: which steps and connections it takes in, how long it goes on after
 *	what is there, the number of prints
 * @interval_ns: time between two prints, 0: print once, at the end
 * @by: what to group by
 */
struct tcpfin_summary_options {
	struct tcpfin_chosen chosen;
	uint64_t interval_ns;
	enum tcpfin_by by;
};

/**
 * struct tcpfin_summary - a run of the view
 * @src: where events come from
 * @opts: what was asked for
 * @out: where to print
 * @tracker: follows the connections
 * @stats: the counts
 * @groups: the groups, NULL if there are none
 * @open: what has not ended, as of this print
 * @sysctls: as of this print
 * @printed: number of prints
 * @whole: connections are followed from their first step on, not just their
 *	mini-sockets
 */
struct tcpfin_summary {
	struct tcpfin_source *src;
	const struct tcpfin_summary_options *opts;
	FILE *out;
	struct tcpfin_tracker *tracker;
	struct tcpfin_stats stats;
	struct tcpfin_groups *groups;
	struct tcpfin_open open;
	struct tcpfin_sysctl sysctls[TCPFIN_SYSCTLS];
	uint64_t printed;
	bool whole;
};

/**
 * tcpfin_summary() - take in what a source hands out, and show its summary
 * @src: the source
 * @opts: what to take in and to show
 * @out: where to
 *
 * Return: 0, or 1 after an error that was told on stderr.
 */
int tcpfin_summary(struct tcpfin_source *src,
		   const struct tcpfin_summary_options *opts, FILE *out);

/**
 * tcpfin_summary_text() - print a summary as text
 * @s: the summary
 */
void tcpfin_summary_text(struct tcpfin_summary *s);

/**
 * tcpfin_summary_json() - print a summary as JSON, one object a line
 * @s: the summary
 */
void tcpfin_summary_json(struct tcpfin_summary *s);

/**
 * tcpfin_summary_csv() - print a summary as comma-separated values
 * @s: the summary
 */
void tcpfin_summary_csv(struct tcpfin_summary *s);

#endif /* TCPFIN_SUMMARY_H */
