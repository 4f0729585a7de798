/* SPDX-License-Identifier: GPL-2.0 */
/* What a report tells, in a size that does not depend on how much was seen. */
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

/* Kinds of ends that are told apart, and network namespaces. */
#define REPORT_TALLIES_MAX	48
#define REPORT_NETNS_MAX	16

/**
 * enum outcome - how a connection ended, in few words
 * @OUTCOME_FIN: by FINs of both ends
 * @OUTCOME_WAITING: likewise, and TIME_WAIT has not ended yet
 * @OUTCOME_RESET: by a RST
 * @OUTCOME_TIMEOUT: the other end was given up
 * @OUTCOME_OTHER: it was killed, taken over, or had no mini-socket
 * @OUTCOME_UNKNOWN: not known
 * @OUTCOME_OPEN: it has not ended
 * @OUTCOMES: how many there are
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
 * @how: how
 * @reason: of the end that brought it about
 * @detail: likewise, where it is a cause or a caller; of one that has not
 *	ended the state that it is in
 * @count: how many
 */
struct tally {
	enum how how;
	uint8_t reason;
	uint8_t detail;
	uint64_t count;
};

/**
 * struct lasting - how long something lasted
 * @dist: where its beginning and its end were seen
 * @cut: it ended, and its beginning was not seen
 * @open: it has not ended
 * @oldest: how long the oldest of these has lasted
 */
struct lasting {
	struct distribution dist;
	uint64_t cut;
	uint64_t open;
	struct fact oldest;
};

/**
 * struct report - all of it
 * @wall_offset_ns: the wall clock's time of an event is its own and this
 * @counts: events and losses; of the connections that were taken in why TIME_WAIT
 *	ended, how often it started over, and who got no mini-socket
 * @uncertain: connections that may be over: events were lost since
 * @evicted: ends that were forgotten, as there were too many at once
 * @now_ns: when it ends
 * @connections: how many there are
 * @partial: those of which a step was not seen
 * @outcome: by enum outcome
 * @closer: by enum closer, from this machine where it saw one end
 * @tally: see report_finish()
 * @tallies: how many
 * @tally_rest: connections that are in none of them
 * @time_wait: TIME_WAIT that ran out, or has not yet
 * @cut_short: TIME_WAIT that ended before
 * @half_close: the wait for the other FIN
 * @close_wait: CLOSE_WAIT
 * @timeline: see enum series
 * @slowest: those that have ended, by the time up to TIME_WAIT
 * @longest: those that have not, and are not in TIME_WAIT
 * @roads: the others by their kind
 * @netns: network namespaces
 * @nnetns: how many; REPORT_NETNS_MAX or more
 * @extras: when FINs came again
 * @look: knows the ports that connect() chooses from
 * @judged: findings are wanted
 * @facts: what the findings rest on
 * @findings: what is wrong
 * @minis: mini-sockets that there are now, of those that were born since events
 *	about such were lost
 * @gap_ns: when that was
 * @failed: no memory
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

/**
 * report_new() - begin a report
 * @wall_offset_ns: see struct report
 * @judged: see struct report
 *
 * Return: it, or NULL without memory.
 */
struct report *report_new(uint64_t wall_offset_ns, bool judged);

/**
 * report_free() - undo report_new()
 * @r: the report, or NULL
 */
void report_free(struct report *r);

/**
 * report_event() - take an event in
 * @r: the report
 * @item: the event
 * @conn: its end of a connection, with this event counted
 */
void report_event(struct report *r, const struct item *item,
		  const struct conn *conn);

/**
 * report_gap() - events are missing
 * @r: the report
 * @item: of type LOST or MISSED
 */
void report_gap(struct report *r,
		const struct item *item);

/**
 * report_verdict() - take a connection in
 * @r: the report
 * @v: the verdict: of one that is over, or, at the end, of one that is not
 * @now_ns: when that is; for one that is over it does not matter
 */
void report_verdict(struct report *r, const struct verdict *v, uint64_t now_ns);

/**
 * report_finish() - that was all: judge, and put things in order
 * @r: the report
 * @now_ns: when it ends
 */
void report_finish(struct report *r, uint64_t now_ns);

/**
 * verdict_outcome() - how a connection ended, in few words
 * @v: the verdict
 *
 * Return: enum outcome.
 */
enum outcome verdict_outcome(const struct verdict *v);

/**
 * how_outcome() - the same of a single word
 * @how: how it ended
 *
 * Return: enum outcome; of what has not ended OUTCOME_OPEN.
 */
enum outcome how_outcome(enum how how);

#endif /* COMMANDS_REPORT_MODEL_H */
