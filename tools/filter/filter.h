/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Filters in the language of ss: "sport = :443 and not src 10.0.0.0/8".
 *
 * Logic has three values: a test of an unknown fact is neither true nor false,
 * and neither is its negation. A filter matches only if it is true.
 */
#ifndef FILTER_FILTER_H
#define FILTER_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "source/source.h"
#include "track/names.h"

/* Most bytes of an expression, and most nested parentheses */
#define FILTER_MAX	4096
#define FILTER_DEPTH	100

/* match_subject.known */
#define MATCH_KNOWN_STATES	0x1	/* @states is complete */
#define MATCH_KNOWN_PID	0x2	/* @pid is known */
#define MATCH_KNOWN_UID	0x4	/* @uid is known */
#define MATCH_KNOWN_CGROUP	0x8	/* @cgroup is known */

/* The properties that a filter tests */
struct match_subject {
	/* local and remote address, 4 or 16 bytes, NULL if unknown */
	const uint8_t *laddr, *raddr;
	/* name of the process: 16 bytes, or less with a NUL; NULL if unknown */
	const char *comm;
	/* see reason_name(), NULL if there is none or it is unknown */
	const char *reason;
	const char *closer;	/* "local", "remote", "both" or "none", NULL if unknown */
	const char *how;	/* see how_name(), NULL if unknown */
	const char *cause;	/* see cause_name(), NULL if there is none or it is unknown */
	uint32_t netns;		/* see struct tcpfin_event */
	uint32_t pid;		/* the process, with MATCH_KNOWN_PID */
	uint32_t uid;		/* the socket's owner, with MATCH_KNOWN_UID */
	uint64_t cgroup;	/* the socket's cgroup, with MATCH_KNOWN_CGROUP */
	uint32_t host;		/* the machine, see struct item */
	uint32_t states;	/* a set of state_bit() */
	uint16_t lport, rport;
	uint8_t family;	/* AF_INET or AF_INET6; otherwise the addresses are unknown */
	uint8_t known;		/* MATCH_KNOWN_* */
	char name[NAME_TEXT_MAX];	/* buffer for a @reason that is not constant */
};

/* An error in an expression */
struct filter_error {
	char what[320];	/* one line, without a newline */
	size_t at;	/* offset in @text */
	size_t len;	/* number of wrong bytes, 0 if something is missing */
	/* the expression, empty if it is too long */
	char text[FILTER_MAX + 1];
};

struct filter;

/*
 * Parse an expression from its parts, joined by spaces. @filter becomes NULL if
 * the expression is empty. Return false, with @error filled in, if the
 * expression is wrong.
 */
bool filter_parse(int argc, char *const *argv, struct filter **filter,
		  struct filter_error *error);

/*
 * Look for the paths of cgroups in @src, from which everything comes that will be
 * matched. NULL as the filter is ignored.
 */
void filter_set_source(struct filter *filter, struct source *src);

/* Print the error in a filter of @command, and mark the wrong word. */
void filter_tell(const struct filter_error *error, const char *command, FILE *out);

/* Is the filter true for @subject? NULL matches everything. */
bool filter_matches(const struct filter *filter, const struct match_subject *subject);

/* Does the filter match one local port only? @port is written then. */
bool filter_wants_port(const struct filter *filter, uint16_t *port);

/* Free a filter; NULL is ignored. */
void filter_free(struct filter *filter);

#endif /* FILTER_FILTER_H */
