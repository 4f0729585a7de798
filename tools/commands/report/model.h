/* SPDX-License-Identifier: GPL-2.0 */
/* The numbers of a report; their size does not depend on the number of events. */
#ifndef COMMANDS_REPORT_MODEL_H
#define COMMANDS_REPORT_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "commands/report/timeline.h"
#include "ladder/plan.h"
#include "ladder/retransmits.h"
#include "stats/distribution.h"
#include "stats/end_group.h"
#include "stats/group_table.h"
#include "stats/teardown_counts.h"
#include "track/verdict.h"

#define SLOWEST_MAX	6	/* connections in a list of the slowest */
#define SLOWEST_ALIKE	2	/* connections with one key in such a list */
#define VARIANTS_MAX	64	/* variants with a count of their own */
#define STRANGEST_MAX	10	/* most variants shown */
/* Tallies and network namespaces with a count of their own. */
#define REPORT_TALLIES_MAX	48
#define REPORT_NETNS_MAX	16
/* Processes or destinations with a row of their own */
#define REPORT_GROUPS_MAX	4096

/* How a connection ended, in a few classes. */
enum outcome {
	OUTCOME_FIN,		/* by FINs of both ends */
	OUTCOME_WAITING,	/* by FINs of both ends, and TIME_WAIT is not over */
	OUTCOME_RESET,		/* by a RST */
	OUTCOME_TIMEOUT,	/* the other end was given up */
	OUTCOME_OTHER,		/* killed, taken over, or without a mini-socket */
	OUTCOME_UNKNOWN,	/* the end of the connection was not seen */
	OUTCOME_OPEN,		/* the connection has not ended */
	OUTCOME_OLD,		/* and has been closing for longer than THRESHOLD_OLDER_NS */
	OUTCOMES,
};

_Static_assert((unsigned int)OUTCOMES == SERIES_TW, "each has a series");

/* A connection that is shown in full: copies, as the tracker forgets its ends. */
struct example {
	struct conn conn[2];
	struct verdict v;
	struct ladder_plan plan;
	/* only in a list of the slowest: duration of the teardown, and variant_key() */
	uint64_t took_ns;
	uint64_t key;
};

/* The connections that took longest, slowest first, few of one variant. */
struct slowest {
	struct example *list[SLOWEST_MAX];
	unsigned int count;
};

/* A way to end that is not the ordinary one: all connections with the same key. */
struct variant {
	uint64_t key;		/* from variant_key() */
	uint64_t count;		/* connections of this variant */
	uint64_t repeats;	/* repeated segments of @example */
	struct example *example;	/* the first connection with the largest @repeats */
};

struct variants {
	struct variant list[VARIANTS_MAX];
	unsigned int count;
	uint64_t rest;		/* connections of variants for which @list has no room */
};

/* Connections that ended alike. */
struct tally {
	enum how how;
	uint8_t reason;		/* of the end verdict.by; 0 with HOW_OPEN */
	uint8_t detail;		/* its cause or caller; with HOW_OPEN the state */
	enum outcome outcome;	/* tells young ones and old ones with HOW_OPEN apart */
	uint64_t count;
};

/* How long ends were in a state. */
struct state_times {
	struct distribution dist;	/* durations seen from beginning to end */
	uint64_t cut;		/* durations whose beginning or end was not seen */
	uint64_t open;		/* ends that are still in the state */
	struct optional oldest;	/* how long the oldest of them has been in the state */
};

/* The numbers of a report. */
struct report {
	uint64_t wall_offset_ns;	/* from an event's time to the wall clock */
	/*
	 * Events and losses of all; extensions, refusals and ends of TIME_WAIT of
	 * the connections that report_verdict() was given.
	 */
	struct teardown_counts counts;
	uint64_t uncertain;	/* connections that may be over: events were lost since */
	uint64_t evicted;	/* ends that the tracker forgot: too many at once */
	uint64_t now_ns;	/* when the report ends */
	uint64_t connections;
	uint64_t partial;	/* connections of which a step was not seen */
	uint64_t outcome[OUTCOMES];
	uint64_t closer[CLOSERS];
	/* By how and why connections ended, the most frequent first at the end. */
	struct tally tally[REPORT_TALLIES_MAX];
	unsigned int tallies;
	uint64_t tally_rest;	/* connections for which @tally has no room */
	/* Ends, over or closing, by struct end_group. */
	struct group_table *processes;
	struct group_table *destinations;
	struct state_times time_wait;	/* TIME_WAIT that ran out or still lasts */
	struct state_times cut_short;	/* TIME_WAIT that ended before its time */
	struct state_times half_close;	/* the wait for the other FIN */
	struct state_times close_wait;
	struct timeline timeline;
	struct slowest slowest;	/* over or in TIME_WAIT, by the time up to then */
	struct slowest longest;	/* connections that are still closing */
	struct variants variants;
	struct {
		uint32_t netns;
		uint8_t host;
	} netns[REPORT_NETNS_MAX];
	unsigned int nnetns;	/* REPORT_NETNS_MAX stands for that many or more */
	struct retransmits *retransmits;	/* times of repeated FINs */
	bool whole;		/* no selection leaves connections out */
	int64_t minis;		/* mini-sockets that exist now and began after @gap_ns */
	uint64_t gap_ns;	/* the latest loss of events of mini-sockets */
	bool failed;		/* no memory */
};

/* Make an empty report, or return NULL without memory. */
struct report *report_new(uint64_t wall_offset_ns, bool whole);
/* The report may be NULL. */
void report_free(struct report *r);

/* Add an event; @conn is its end of a connection after the event. */
void report_event(struct report *r, const struct item *item, const struct conn *conn);

/* Add a loss, an item of type ITEM_LOST or ITEM_MISSED. */
void report_gap(struct report *r, const struct item *item);

/*
 * Add a connection that is over or, once all events were read, one that is still
 * open; @now_ns gives its age.
 */
void report_verdict(struct report *r, const struct verdict *v, uint64_t now_ns);

/* End the report at @now_ns: sort the lists. */
void report_finish(struct report *r, uint64_t now_ns);

/* Return the outcome of a connection at @now_ns. */
enum outcome verdict_outcome(const struct verdict *v, uint64_t now_ns);

/* Keep a connection if it is one of the slowest. Return false without memory. */
bool slowest_take(struct slowest *s, const struct verdict *v, uint64_t took_ns,
		  const struct retransmits *retransmits);
void slowest_free(struct slowest *s);

/*
 * Count a connection in its variant, and keep the connection with the most
 * repeated segments as the example. Connections do not count if they ended in
 * the ordinary way, were not seen in full, or have not entered TIME_WAIT yet.
 * Return false without memory.
 */
bool variants_take(struct variants *r, const struct verdict *v,
		   const struct retransmits *retransmits);
/* Sort: the rarest variants first, of equally rare ones the most repeated segments. */
void variants_sort(struct variants *r);
void variants_free(struct variants *r);

#endif /* COMMANDS_REPORT_MODEL_H */
