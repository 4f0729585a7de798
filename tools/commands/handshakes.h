/* SPDX-License-Identifier: GPL-2.0 */
/* The view "handshakes": a line for each connection. */
#ifndef COMMANDS_HANDSHAKES_H
#define COMMANDS_HANDSHAKES_H

#include <stdbool.h>
#include <stdio.h>

#include "cli/command.h"
#include "cli/selection.h"
#include "output/columns.h"
#include "source/source.h"
#include "track/verdict.h"

extern const struct command handshakes_command;

/**
 * struct handshakes_options - what to show and how
 * @selection: which connections, and how many
 * @extended: all columns
 * @clock: the time of day of the end in front
 */
struct handshakes_options {
	struct selection selection;
	bool extended;
	bool clock;
};

/**
 * handshakes_titles() - print the line above the columns
 * @out: the stream
 * @opts: which columns
 * @src: where events come from
 */
void handshakes_titles(FILE *out, const struct handshakes_options *opts,
		       const struct source *src);

/**
 * handshakes_line() - print a connection's line
 * @l: where to
 * @opts: which columns
 * @src: where its events came from
 * @v: what is known of it
 */
void handshakes_line(struct columns *l, const struct handshakes_options *opts,
		     struct source *src, const struct verdict *v);

#endif /* COMMANDS_HANDSHAKES_H */
