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

#include "track/names.h"

/* Most bytes of an expression, and most nested parentheses */
#define FILTER_MAX	4096
#define FILTER_DEPTH	100

/* match_subject.known */
#define MATCH_KNOWN_STATES	0x1	/* @states is complete */
#define MATCH_KNOWN_PID	0x2	/* @pid is known */

/**
 * struct match_subject - what a filter looks at
 * @laddr: local address, 4 or 16 bytes, NULL if unknown
 * @raddr: remote address, 4 or 16 bytes, NULL if unknown
 * @comm: name of the process: 16 bytes, or less with a NUL; NULL if unknown
 * @reason: see reason_name(), NULL if there is none or it is unknown
 * @closer: "local", "remote", "both" or "none", NULL if unknown
 * @netns: see struct tcpfin_event
 * @pid: the process, with MATCH_KNOWN_PID
 * @states: a set of state_bit()
 * @lport: local port
 * @rport: remote port
 * @family: AF_INET or AF_INET6; otherwise the addresses are unknown
 * @known: MATCH_KNOWN_*
 * @name: buffer for a @reason that is not constant
 */
struct match_subject {
	const uint8_t *laddr;
	const uint8_t *raddr;
	const char *comm;
	const char *reason;
	const char *closer;
	uint32_t netns;
	uint32_t pid;
	uint32_t states;
	uint16_t lport;
	uint16_t rport;
	uint8_t family;
	uint8_t known;
	char name[NAME_TEXT_MAX];
};

/**
 * struct filter_error - what is wrong with an expression
 * @what: one line, without a newline
 * @at: offset in @text
 * @len: number of wrong bytes, 0 if something is missing
 * @text: the expression, empty if it is too long
 */
struct filter_error {
	char what[320];
	size_t at;
	size_t len;
	char text[FILTER_MAX + 1];
};

struct filter;

/**
 * filter_parse() - parse an expression
 * @argc: number of its parts
 * @argv: its parts, joined by spaces
 * @filter: the result, NULL if the expression is empty
 * @error: filled in on failure
 *
 * Return: false if the expression is wrong.
 */
bool filter_parse(int argc, char *const *argv, struct filter **filter,
		  struct filter_error *error);

/*
 * Print what is wrong with an expression of @command, with a mark under the
 * wrong word.
 */
void filter_tell(const struct filter_error *error, const char *command,
		 FILE *out);

/* Is the filter true for @subject? NULL matches everything. */
bool filter_matches(const struct filter *filter,
		    const struct match_subject *subject);

/* Free a filter; NULL is ignored. */
void filter_free(struct filter *filter);

#endif /* FILTER_FILTER_H */
