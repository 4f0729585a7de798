/* SPDX-License-Identifier: GPL-2.0 */
/* What the options that commands share say, and which events that chooses. */
#ifndef TCPFIN_CHOSEN_H
#define TCPFIN_CHOSEN_H

#include <stdbool.h>
#include <stdint.h>

#include "filter/filter.h"
#include "filter/match.h"
#include "track/tracker.h"
#include "track/verdict.h"
#include "util/resolver.h"

/* -4 and -6 as a set of address families. */
#define TCPFIN_FAMILY_4		0x1
#define TCPFIN_FAMILY_6		0x2

/**
 * struct tcpfin_chosen - what the options that commands share say
 * @filter: steps or connections that it does not let through are left out,
 *	NULL for none
 * @families: -4 and -6: TCPFIN_FAMILY_*, 0 for all
 * @count: -c: how many of what the command shows, 0 for no limit
 * @for_ns: --for: how long to go on, 0 if it was not given
 * @open: --open: connections that have not ended
 * @json: --json: a JSON object a line in place of text
 * @csv: --csv: comma-separated values in place of text
 * @resolve: -N: names of hosts and services in place of numbers, in text
 * @names: asks for these, NULL for numbers
 */
struct tcpfin_chosen {
	struct tcpfin_filter *filter;
	unsigned int families;
	uint64_t count;
	uint64_t for_ns;
	bool open;
	bool json;
	bool csv;
	bool resolve;
	struct tcpfin_resolver *names;
};

/* Is it for programs, one object a line? */
static inline bool tcpfin_wants_objects(const struct tcpfin_chosen *chosen)
{
	return chosen->json || chosen->csv;
}

/**
 * tcpfin_family_matches() - is an event one of the chosen address families?
 * @families: TCPFIN_FAMILY_* together; 0 stands for all
 * @family: the event's
 *
 * Return: true if so. A v4-mapped connection is IPv4 in its record.
 */
bool tcpfin_family_matches(unsigned int families, uint8_t family);

/* The same with what the options say. */
static inline bool tcpfin_family_is_chosen(const struct tcpfin_chosen *chosen,
					   uint8_t family)
{
	return !chosen->families ||
	       tcpfin_family_matches(chosen->families, family);
}

/**
 * tcpfin_step_is_chosen() - do the options let a step through?
 * @chosen: what they say
 * @header: holds the names of callers
 * @ev: the event
 * @step: what the tracker knows about it
 *
 * Return: true if so, see tcpfin_step_matches().
 */
static inline bool tcpfin_step_is_chosen(const struct tcpfin_chosen *chosen,
					 const struct tcpfin_header *header,
					 const struct tcpfin_event *ev,
					 const struct tcpfin_step *step)
{
	return tcpfin_family_is_chosen(chosen, ev->family) &&
	       (!chosen->filter ||
		tcpfin_step_matches(chosen->filter, header, ev, step));
}

/**
 * tcpfin_verdict_is_chosen() - do the options let a connection through?
 * @chosen: what they say
 * @header: holds the names of callers
 * @v: the verdict
 *
 * Return: true if so, see tcpfin_verdict_matches().
 */
bool tcpfin_verdict_is_chosen(const struct tcpfin_chosen *chosen,
			      const struct tcpfin_header *header,
			      const struct tcpfin_verdict *v);

/**
 * tcpfin_is_enough() - has all been shown that -c asks for?
 * @chosen: what the options say
 * @shown: how many were shown
 *
 * Return: true if so.
 */
static inline bool tcpfin_is_enough(const struct tcpfin_chosen *chosen,
				    uint64_t shown)
{
	return chosen->count && shown >= chosen->count;
}

#endif /* TCPFIN_CHOSEN_H */
