/* SPDX-License-Identifier: GPL-2.0 */
/* The numbers of a report; their size does not depend on how much was seen. */
#ifndef COMMANDS_REPORT_MODEL_H
#define COMMANDS_REPORT_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "commands/report/examples.h"
#include "commands/report/timeline.h"
#include "diagnosis/facts.h"
#include "diagnosis/findings.h"
#include "diagnosis/snapshot.h"
#include "ladder/retransmits.h"
#include "stats/distribution.h"
#include "stats/teardown_counts.h"

/* Tallies and network namespaces that are told apart. */
#define REPORT_TALLIES_MAX	48
#define REPORT_NETNS_MAX	16

/**
 * enum outcome - how a connection ended, in few words
 * @OUTCOME_FIN: by FINs of both ends
 * @OUTCOME_WAITING: by FINs of both ends, and TIME_WAIT is not over
 * @OUTCOME_RESET: by a RST
 * @OUTCOME_TIMEOUT: the other end was given up
 * @OUTCOME_OTHER: it was killed, taken over, or got no mini-socket
 * @OUTCOME_UNKNOWN: its end was not seen
 * @OUTCOME_OPEN: it has not ended
 * @OUTCOMES: the number of outcomes
 */
enum outcome {
	OUTCOME_FIN,
	OUTCOME_WAITING,
	OUTCOME_RESET,
	OUTCOME_TIMEOUT,
	OUTCOME_OTHER,
	OUTCOME_UNKNOWN,
	OUTCOME_OPEN,
	OUTCOMES,
};

_Static_assert((unsigned int)OUTCOMES == SERIES_TW, "each has a series");

/**
 * struct tally - connections that ended alike
 * @how: how they ended
 * @reason: the reason of the end that decides, see verdict.by; 0 with HOW_OPEN
 * @detail: a cause or a caller, as the reason has it; with HOW_OPEN the state
 * @count: number of connections
 */
struct tally {
	enum how how;
	uint8_t reason;
	uint8_t detail;
	uint64_t count;
};

/**
 * struct lasting - how long ends were in a state
 * @dist: the durations that were seen from beginning to end
 * @cut: number of durations of which the beginning or the end was not seen
 * @open: ends that are still in the state
 * @oldest: how long the oldest of these has been in it
 */
struct lasting {
	struct distribution dist;
	uint64_t cut;
	uint64_t open;
	struct fact oldest;
};

/**
 * struct report - the numbers of a report
 * @wall_offset_ns: added to an event's time, gives its time by the wall clock
 * @counts: events and losses; of the connections that were taken in why TIME_WAIT
 *	ended, how often it started over, and who got no mini-socket
 * @uncertain: connections that may be over, as events were lost since
 * @evicted: ends that were forgotten, as there were too many at once
 * @now_ns: when the report ends
 * @connections: number of connections
 * @partial: connections of which a step was not seen
 * @outcome: connections by enum outcome
 * @closer: connections by enum closer; with one end seen, by what that end tells
 * @tally: connections by how and why they ended, the most frequent first after
 *	report_finish()
 * @tallies: how many there are
 * @tally_rest: connections that are in no tally
 * @time_wait: TIME_WAIT that ran out, or has not yet
 * @cut_short: TIME_WAIT that ended before
 * @half_close: the wait for the other FIN
 * @close_wait: CLOSE_WAIT
 * @timeline: see enum series
 * @slowest: connections that ended or are in TIME_WAIT, by the time up to then
 * @longest: connections that are still closing
 * @roads: roads to the end that are not the ordinary one
 * @netns: network namespaces
 * @nnetns: how many there are; REPORT_NETNS_MAX stands for that many or more
 * @extras: the times of FINs that came again
 * @look: knows the ports that connect() chooses from
 * @judged: findings are wanted
 * @facts: what the findings rest on
 * @findings: what is wrong
 * @minis: mini-sockets that exist now, of those that began after @gap_ns
 * @gap_ns: when events of mini-sockets were lost last
 * @failed: there was no memory
 */
struct report {
	uint64_t wall_offset_ns;
	struct teardown_counts counts;
	uint64_t uncertain;
	uint64_t evicted;
	uint64_t now_ns;
	uint64_t connections;
	uint64_t partial;
	uint64_t outcome[OUTCOMES];
	uint64_t closer[CLOSERS];
	struct tally tally[REPORT_TALLIES_MAX];
	unsigned int tallies;
	uint64_t tally_rest;
	struct lasting time_wait;
	struct lasting cut_short;
	struct lasting half_close;
	struct lasting close_wait;
	struct timeline timeline;
	struct slowest slowest;
	struct slowest longest;
	struct roads roads;
	struct {
		uint32_t netns;
		uint8_t host;
	} netns[REPORT_NETNS_MAX];
	unsigned int nnetns;
	struct retransmits *extras;
	struct snapshot look;
	bool judged;
	struct facts facts;
	struct findings findings;
	int64_t minis;
	uint64_t gap_ns;
	bool failed;
};

/* Make an empty report; see struct report. Return NULL without memory. */
struct report *report_new(uint64_t wall_offset_ns, bool judged);

/* Undo report_new(); the report may be NULL. */
void report_free(struct report *r);

/* Take an event in; @conn is its end of a connection after the event. */
void report_event(struct report *r, const struct item *item, const struct conn *conn);

/* Take a loss in: an item of type LOST or MISSED. */
void report_gap(struct report *r, const struct item *item);

/**
 * report_verdict() - take a connection in
 * @r: the report
 * @v: the verdict of a connection that is over or, at the end of all events, of
 *	one that is still open
 * @now_ns: now, for the age of an open connection
 */
void report_verdict(struct report *r, const struct verdict *v, uint64_t now_ns);

/* End the report at @now_ns: judge, and put lists in order. */
void report_finish(struct report *r, uint64_t now_ns);

/* The outcome of a connection. */
enum outcome verdict_outcome(const struct verdict *v);

/* The outcome for a word; OUTCOME_OPEN for HOW_OPEN, also in TIME_WAIT. */
enum outcome how_outcome(enum how how);

#endif /* COMMANDS_REPORT_MODEL_H */
