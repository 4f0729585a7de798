/* SPDX-License-Identifier: GPL-2.0 */
/* What the options that commands share say, and which events that chooses. */
#ifndef CLI_SELECTION_H
#define CLI_SELECTION_H

#include <stdbool.h>
#include <stdint.h>

#include "filter/filter.h"
#include "filter/match.h"
#include "track/tracker.h"
#include "track/verdict.h"
#include "util/resolver.h"

/* -4 and -6 as a set of address families. */
#define FAMILY_4		0x1
#define FAMILY_6		0x2

/**
 * struct selection - what the options that commands share say
 * @filter: steps or connections that it does not let through are left out,
 *	NULL for none
 * @families: -4 and -6: FAMILY_*, 0 for all
 * @count: -c: how many of what the command shows, 0 for no limit
 * @for_ns: --for: how long to go on, 0 if it was not given
 * @open: --open: connections that have not ended
 * @json: --json: a JSON object a line in place of text
 * @csv: --csv: comma-separated values in place of text
 * @resolve: -N: names of hosts and services in place of numbers, in text
 * @names: asks for these, NULL for numbers
 */
struct selection {
	struct filter *filter;
	unsigned int families;
	uint64_t count;
	uint64_t for_ns;
	bool open;
	bool json;
	bool csv;
	bool resolve;
	struct resolver *names;
};

/* Is it for programs, one object a line? */
static inline bool selection_wants_objects(const struct selection *selection)
{
	return selection->json || selection->csv;
}

/**
 * selection_family_matches() - is an event one of the chosen address families?
 * @families: FAMILY_* together; 0 stands for all
 * @family: the event's
 *
 * Return: true if so. A v4-mapped connection is IPv4 in its record.
 */
bool selection_family_matches(unsigned int families, uint8_t family);

/* The same with what the options say. */
static inline bool selection_has_family(const struct selection *selection,
					uint8_t family)
{
	return !selection->families ||
	       selection_family_matches(selection->families, family);
}

/**
 * selection_has_step() - do the options let a step through?
 * @selection: what they say
 * @header: holds the names of callers
 * @ev: the event
 * @step: what the tracker knows about it
 *
 * Return: true if so, see match_step().
 */
static inline bool selection_has_step(const struct selection *selection,
				      const struct tcpfin_header *header,
				      const struct tcpfin_event *ev,
				      const struct step *step)
{
	return selection_has_family(selection, ev->family) &&
	       (!selection->filter ||
		match_step(selection->filter, header, ev, step));
}

/**
 * selection_has_verdict() - do the options let a connection through?
 * @selection: what they say
 * @header: holds the names of callers
 * @v: the verdict
 *
 * Return: true if so, see match_verdict().
 */
bool selection_has_verdict(const struct selection *selection,
			   const struct tcpfin_header *header,
			   const struct verdict *v);

/**
 * selection_is_enough() - has all been shown that -c asks for?
 * @selection: what the options say
 * @shown: how many were shown
 *
 * Return: true if so.
 */
static inline bool selection_is_enough(const struct selection *selection,
				       uint64_t shown)
{
	return selection->count && shown >= selection->count;
}

#endif /* CLI_SELECTION_H */
