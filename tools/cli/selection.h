/* SPDX-License-Identifier: GPL-2.0 */
/* The options that several commands have, and the events that they choose. */
#ifndef CLI_SELECTION_H
#define CLI_SELECTION_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <json-c/json.h>

#include "filter/filter.h"
#include "filter/match.h"
#include "track/tracker.h"
#include "track/verdict.h"
#include "util/resolver.h"

/* -4 and -6 as a set of address families. */
#define FAMILY_4		0x1
#define FAMILY_6		0x2

/**
 * struct selection - the options that several commands have
 * @filter: steps or connections that do not match are left out, NULL for none
 * @families: -4 and -6: FAMILY_*, 0 for all
 * @count: -c: how many of what the command shows, 0 for no limit
 * @for_ns: --for: how long to go on, 0 if it was not given
 * @open: --open: connections that have not ended
 * @json: --json: a JSON object a line in place of text
 * @csv: --csv: comma-separated values in place of text
 * @resolve: -N: names of hosts and services in place of numbers, in text
 * @names: finds these names, NULL for numbers
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

/* Is the output for programs, one object a line? */
static inline bool selection_wants_objects(const struct selection *selection)
{
	return selection->json || selection->csv;
}

/* Is @family one of @families (FAMILY_*)? A v4-mapped event's family is AF_INET. */
bool selection_family_matches(unsigned int families, uint8_t family);

static inline bool selection_has_family(const struct selection *selection,
					uint8_t family)
{
	return !selection->families ||
	       selection_family_matches(selection->families, family);
}

/* Do the options choose a step? @header has the names of callers. */
static inline bool selection_has_step(const struct selection *selection,
				      const struct tcpfin_header *header,
				      const struct tcpfin_event *ev,
				      const struct step *step)
{
	return selection_has_family(selection, ev->family) &&
	       (!selection->filter ||
		match_step(selection->filter, header, ev, step));
}

/* Do the options choose a connection? @header has the names of callers. */
bool selection_has_verdict(const struct selection *selection,
			   const struct tcpfin_header *header,
			   const struct verdict *v);

/* Were as many shown as -c asks for? */
static inline bool selection_is_enough(const struct selection *selection,
				       uint64_t shown)
{
	return selection->count && shown >= selection->count;
}

/**
 * object_print() - print an object as JSON or CSV, and free it
 * @out: the stream
 * @selection: the options
 * @columns: the members that CSV prints, with NULL at the end
 * @obj: the object
 */
void object_print(FILE *out, const struct selection *selection,
		  const char *const *columns, struct json_object *obj);

#endif /* CLI_SELECTION_H */
