/* SPDX-License-Identifier: GPL-2.0 */
/* The counts of "summary", and functions that print them. */
#ifndef COMMANDS_SUMMARY_H
#define COMMANDS_SUMMARY_H

#include "commands/commands.h"
#include "stats/distribution.h"
#include "stats/group_table.h"
#include "stats/teardown_counts.h"
#include "system/sysctl.h"

/* Groups with a row of their own; all others share one row. */
#define SUMMARY_GROUPS_MAX	4096

struct summary_stats {
	struct teardown_counts counts;
	struct distribution tw;		/* TIME_WAITs whose start and end were seen */
	struct distribution fw2;	/* how long mini-sockets were in FIN_WAIT2 */
	enum group_by by;
	struct group_table *groups;	/* TIME_WAITs by group, NULL without --by */
};

/* Connections that have not ended yet. */
struct summary_open {
	const struct filter *filter;	/* which connections to count, NULL for all */
	uint64_t tw;			/* connections in TIME_WAIT */
	struct optional tw_oldest;	/* the longest of their known ages, in ns */
	uint64_t fw2;			/* mini-sockets in FIN_WAIT2 */
	/* Mini-sockets that may be gone, as later events were lost; in no other count. */
	uint64_t uncertain;
};

/* A run of the command. */
struct summary {
	struct source *src;
	const struct summary_options *opts;
	FILE *out;
	struct tracker *tracker;
	struct summary_stats stats;
	struct event_times times;	/* of events that are not in @stats yet */
	struct summary_open open;	/* as of this print */
	struct sysctl sysctls[SYSCTLS];	/* as of this print */
	uint64_t printed;		/* number of prints */
	bool whole;	/* follow connections from their first step, not just mini-sockets */
};

/*
 * Set all counts to 0; @by is GROUP_BY_NONE for no groups. Return false without memory:
 * summary_stats_exit() is needed all the same.
 */
bool summary_stats_init(struct summary_stats *s, enum group_by by);
void summary_stats_exit(struct summary_stats *s);

/* Count an event's step, but not the event. */
void summary_stats_event(struct summary_stats *s, const struct tcpfin_event *ev,
			 const struct step *step);

/*
 * Count connections that have not ended at @now_ns in @open, which has the
 * filter; count those in TIME_WAIT in the groups, too.
 */
void summary_stats_open(struct summary_stats *s, const struct tracker *tracker,
			uint64_t now_ns, struct summary_open *open);

/*
 * Call @visit with each group, the largest first, and its key's text, NULL if the key
 * is not known. The last group may be that of all others. @header has the names of
 * callers; @names finds names of hosts and services, NULL for numbers.
 */
void summary_stats_groups(struct summary_stats *s, const struct tcpfin_header *header,
			  struct resolver *names,
			  void (*visit)(void *data, const struct group_row *group,
					const char *key), void *data);

/* Print a summary: as text, as a JSON object a line, or as CSV. */
void summary_text(struct summary *s);
void summary_json(struct summary *s);
void summary_csv(struct summary *s);

#endif /* COMMANDS_SUMMARY_H */
