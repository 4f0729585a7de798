/* SPDX-License-Identifier: GPL-2.0 */
/* What a report tells, in a size that does not depend on how much was seen. */
#ifndef TCPFIN_REPORT_MODEL_H
#define TCPFIN_REPORT_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "commands/report/examples.h"
#include "commands/report/timeline.h"
#include "diagnosis/facts.h"
#include "diagnosis/findings.h"
#include "diagnosis/snapshot.h"
#include "ladder/retransmits.h"
#include "stats/distribution.h"
#include "stats/reason_counts.h"

/* Kinds of ends that are told apart, and network namespaces. */
#define TCPFIN_TALLIES_MAX	48
#define TCPFIN_NETNS_MAX	16

/**
 * enum tcpfin_outcome - how a connection ended, in few words
 * @TCPFIN_OUTCOME_FIN: by FINs of both ends
 * @TCPFIN_OUTCOME_WAITING: likewise, and TIME_WAIT has not ended yet
 * @TCPFIN_OUTCOME_RESET: by a RST
 * @TCPFIN_OUTCOME_TIMEOUT: the other end was given up
 * @TCPFIN_OUTCOME_OTHER: it was killed, taken over, or had no mini-socket
 * @TCPFIN_OUTCOME_UNKNOWN: not known
 * @TCPFIN_OUTCOME_OPEN: it has not ended
 * @TCPFIN_OUTCOMES: how many there are
 */
enum tcpfin_outcome {
	TCPFIN_OUTCOME_FIN,
	TCPFIN_OUTCOME_WAITING,
	TCPFIN_OUTCOME_RESET,
	TCPFIN_OUTCOME_TIMEOUT,
	TCPFIN_OUTCOME_OTHER,
	TCPFIN_OUTCOME_UNKNOWN,
	TCPFIN_OUTCOME_OPEN,
	TCPFIN_OUTCOMES,
};

_Static_assert((unsigned int)TCPFIN_OUTCOMES == TCPFIN_SERIES_TW,
	       "each has a series");

/**
 * struct tcpfin_tally - connections that ended alike
 * @how: how
 * @reason: of the end that brought it about
 * @detail: likewise, where it is a cause or a caller; of one that has not
 *	ended the state that it is in
 * @count: how many
 */
struct tcpfin_tally {
	enum tcpfin_how how;
	uint8_t reason;
	uint8_t detail;
	uint64_t count;
};

/**
 * struct tcpfin_lasting - how long something lasted
 * @dist: where its beginning and its end were seen
 * @cut: it ended, and its beginning was not seen
 * @open: it has not ended
 * @oldest: how long the oldest of these has lasted
 */
struct tcpfin_lasting {
	struct tcpfin_dist dist;
	uint64_t cut;
	uint64_t open;
	struct tcpfin_fact oldest;
};

/**
 * struct tcpfin_report - all of it
 * @wall_offset_ns: the wall clock's time of an event is its own and this
 * @events: events that were taken in
 * @lost: records overwritten unread
 * @missed: calls that the probes were not given
 * @uncertain: connections that may be over: events were lost since
 * @evicted: ends that were forgotten, as there were too many at once
 * @now_ns: when it ends
 * @connections: how many there are
 * @partial: those of which a step was not seen
 * @outcome: by enum tcpfin_outcome
 * @closer: by enum tcpfin_closer, from this machine where it saw one end
 * @tally: see tcpfin_report_finish()
 * @tallies: how many
 * @tally_rest: connections that are in none of them
 * @time_wait: TIME_WAIT that ran out, or has not yet
 * @cut_short: TIME_WAIT that ended before
 * @half_close: the wait for the other FIN
 * @close_wait: CLOSE_WAIT
 * @tw_ends: why TIME_WAIT ended
 * @extended: how often TIME_WAIT started over
 * @refused: connections that got no mini-socket
 * @timeline: see enum tcpfin_series
 * @slowest: those that have ended, by the time up to TIME_WAIT
 * @longest: those that have not, and are not in TIME_WAIT
 * @roads: the others by their kind
 * @netns: network namespaces
 * @nnetns: how many; TCPFIN_NETNS_MAX or more
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
struct tcpfin_report {
	uint64_t wall_offset_ns;
	uint64_t events;
	uint64_t lost;
	uint64_t missed;
	uint64_t uncertain;
	uint64_t evicted;
	uint64_t now_ns;
	uint64_t connections;
	uint64_t partial;
	uint64_t outcome[TCPFIN_OUTCOMES];
	uint64_t closer[TCPFIN_CLOSER_NONE + 1];
	struct tcpfin_tally tally[TCPFIN_TALLIES_MAX];
	unsigned int tallies;
	uint64_t tally_rest;
	struct tcpfin_lasting time_wait;
	struct tcpfin_lasting cut_short;
	struct tcpfin_lasting half_close;
	struct tcpfin_lasting close_wait;
	struct tcpfin_ends tw_ends;
	uint64_t extended;
	uint64_t refused;
	struct tcpfin_timeline timeline;
	struct tcpfin_slowest slowest;
	struct tcpfin_slowest longest;
	struct tcpfin_roads roads;
	struct {
		uint32_t netns;
		uint8_t host;
	} netns[TCPFIN_NETNS_MAX];
	unsigned int nnetns;
	struct tcpfin_extras *extras;
	struct tcpfin_look look;
	bool judged;
	struct tcpfin_facts facts;
	struct tcpfin_findings findings;
	int64_t minis;
	uint64_t gap_ns;
	bool failed;
};

/**
 * tcpfin_report_new() - begin a report
 * @wall_offset_ns: see struct tcpfin_report
 * @judged: see struct tcpfin_report
 *
 * Return: it, or NULL without memory.
 */
struct tcpfin_report *tcpfin_report_new(uint64_t wall_offset_ns, bool judged);

/**
 * tcpfin_report_free() - undo tcpfin_report_new()
 * @r: the report, or NULL
 */
void tcpfin_report_free(struct tcpfin_report *r);

/**
 * tcpfin_report_event() - take an event in
 * @r: the report
 * @item: the event
 * @conn: its end of a connection, with this event counted
 */
void tcpfin_report_event(struct tcpfin_report *r,
			 const struct tcpfin_item *item,
			 const struct tcpfin_conn *conn);

/**
 * tcpfin_report_gap() - events are missing
 * @r: the report
 * @item: of type LOST or MISSED
 */
void tcpfin_report_gap(struct tcpfin_report *r,
		       const struct tcpfin_item *item);

/**
 * tcpfin_report_verdict() - take a connection in
 * @r: the report
 * @v: the verdict: of one that is over, or, at the end, of one that is not
 * @now_ns: when that is; for one that is over it does not matter
 */
void tcpfin_report_verdict(struct tcpfin_report *r,
			   const struct tcpfin_verdict *v, uint64_t now_ns);

/**
 * tcpfin_report_finish() - that was all: judge, and put things in order
 * @r: the report
 * @now_ns: when it ends
 */
void tcpfin_report_finish(struct tcpfin_report *r, uint64_t now_ns);

/**
 * tcpfin_verdict_outcome() - how a connection ended, in few words
 * @v: the verdict
 *
 * Return: enum tcpfin_outcome.
 */
enum tcpfin_outcome tcpfin_verdict_outcome(const struct tcpfin_verdict *v);

/**
 * tcpfin_how_outcome() - the same of a single word
 * @how: how it ended
 *
 * Return: enum tcpfin_outcome; of what has not ended TCPFIN_OUTCOME_OPEN.
 */
enum tcpfin_outcome tcpfin_how_outcome(enum tcpfin_how how);

#endif /* TCPFIN_REPORT_MODEL_H */
