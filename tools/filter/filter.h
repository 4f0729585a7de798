/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Filters in the words of ss: "sport = :443 and not src 10.0.0.0/8".
 *
 * Logic has three values. A test of a fact that was not seen is neither true
 * nor false, and "not" leaves it so; what is not true does not match.
 */
#ifndef FILTER_FILTER_H
#define FILTER_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "track/names.h"

/* Bytes of an expression, and parentheses inside each other, at most. */
#define FILTER_MAX	4096
#define FILTER_DEPTH	100

/* match_subject.known */
#define MATCH_KNOWN_STATES	0x1	/* @states has all of them */
#define MATCH_KNOWN_PID	0x2

/**
 * struct match_subject - what a filter looks at
 * @laddr: local address, 4 or 16 bytes, NULL if it is not known
 * @raddr: remote address, likewise
 * @comm: name of the process: 16 bytes, a NUL ends it earlier; NULL if it is
 *	not known
 * @reason: see reason_name(), NULL if there is none or it is not known
 * @closer: "local", "remote", "both" or "none", NULL if it is not known
 * @netns: see struct tcpfin_event
 * @pid: the process
 * @states: a set of state_bit()
 * @lport: local port
 * @rport: remote port
 * @family: AF_INET or AF_INET6; with any other the addresses are not known
 * @known: MATCH_KNOWN_*
 * @name: room for a @reason that has to be made
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
 * @at: where in @text
 * @len: bytes that are wrong, 0 if something is missing there
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
 * filter_parse() - read an expression
 * @argc: number of its parts
 * @argv: its parts; a space is put between them
 * @filter: the result, NULL if the expression is empty
 * @error: filled in on failure
 *
 * Return: false after a mistake.
 */
bool filter_parse(int argc, char *const *argv, struct filter **filter,
		  struct filter_error *error);

/**
 * filter_tell() - print what is wrong, with a mark under the wrong word
 * @error: the mistake
 * @command: name of the command, for the start of the line
 * @out: where to
 */
void filter_tell(const struct filter_error *error, const char *command,
		 FILE *out);

/**
 * filter_matches() - is a filter's expression true?
 * @filter: the filter; NULL matches everything
 * @subject: what is known
 *
 * Return: true if so; false also if it cannot be told.
 */
bool filter_matches(const struct filter *filter,
		    const struct match_subject *subject);

/**
 * filter_free() - undo filter_parse()
 * @filter: the filter, or NULL
 */
void filter_free(struct filter *filter);

#endif /* FILTER_FILTER_H */
