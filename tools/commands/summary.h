/* SPDX-License-Identifier: GPL-2.0 */
/* The counts of "summary", and functions that print them. */
#ifndef COMMANDS_SUMMARY_H
#define COMMANDS_SUMMARY_H

#include "commands/commands.h"
#include "source/held.h"
#include "stats/distribution.h"
#include "stats/end_group.h"
#include "stats/group_table.h"
#include "stats/teardown_counts.h"
#include "system/sysctl.h"

/* Groups with a row of their own; all others share one row. */
#define SUMMARY_GROUPS_MAX	4096
/* Groups that are printed without --top */
#define SUMMARY_TOP		20

struct summary_stats {
	struct teardown_counts counts;
	uint64_t hows[HOWS];		/* ends that are over, by how they ended */
	struct group_table *ends;	/* the same, by struct end_group */
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

/* The counts at the latest line of -i */
struct summary_line {
	struct teardown_counts counts;
	uint64_t hows[HOWS];
	uint64_t time_ns;	/* time of the line, 0 before the first one */
	uint64_t lines;		/* number of lines */
};

/* A run of the command. */
struct summary {
	struct source *src;
	const struct summary_options *opts;
	FILE *out;
	struct tracker *tracker;
	struct summary_stats stats;
	struct event_times times;	/* of events that are not in @stats yet */
	struct held held;		/* the time that all events cover */
	struct summary_open open;	/* as of this print */
	struct sysctl sysctls[SYSCTLS];	/* as of this print */
	struct summary_line line;
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

/* Return the number of ends that are over. */
uint64_t summary_stats_ended(const struct summary_stats *s);

/* One of the groups that are printed, or the sum of those that are not */
struct summary_group {
	const struct group_row *row;
	/* name of the group, NULL if it is not known, or "(980 others)" */
	const char *key;
	/* of the sum: how many groups there were, at least; 0 of a group */
	uint64_t others;
};

/*
 * Call @visit with each of the @top largest groups of --by and the sum of the others.
 * @header has the names of callers; @names finds names of hosts and services, NULL for
 * numbers.
 */
void summary_stats_groups(struct summary_stats *s, uint64_t top,
			  const struct tcpfin_header *header, struct resolver *names,
			  void (*visit)(void *data, const struct summary_group *group),
			  void *data);

/* The same of the groups of ends; the key of a group's row is a struct end_group. */
void summary_stats_ends(struct summary_stats *s, uint64_t top,
			void (*visit)(void *data, const struct summary_group *group),
			void *data);

/* Return the time that all events cover, in ns. */
uint64_t summary_held_ns(const struct summary *s);

/*
 * Is that less than a TIME_WAIT lasts? Then only waits that ended early were seen from
 * beginning to end.
 */
bool summary_is_cut(const struct summary *s);

/* Return how many times a second something happened that was counted, if known. */
struct optional summary_rate_mhz(const struct summary *s, uint64_t count);

/* Print a summary: as text, as a JSON object a line, or as CSV. */
void summary_text(struct summary *s);
void summary_json(struct summary *s);
void summary_csv(struct summary *s);

/* Print a line of -i: what was counted since the line before. */
void summary_interval(struct summary *s);

#endif /* COMMANDS_SUMMARY_H */
