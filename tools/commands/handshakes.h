/* SPDX-License-Identifier: GPL-2.0 */
/* The view "handshakes": a line for each connection. */
#ifndef TCPFIN_HANDSHAKES_H
#define TCPFIN_HANDSHAKES_H

#include <stdbool.h>
#include <stdio.h>

#include "cli/command.h"
#include "cli/selection.h"
#include "output/columns.h"
#include "source/source.h"
#include "track/verdict.h"

extern const struct tcpfin_command tcpfin_handshakes_command;

/**
 * struct tcpfin_handshakes_options - what to show and how
 * @chosen: which connections, and how many
 * @extended: all columns
 * @clock: the time of day of the end in front
 */
struct tcpfin_handshakes_options {
	struct tcpfin_chosen chosen;
	bool extended;
	bool clock;
};

/**
 * tcpfin_handshakes_titles() - print the line above the columns
 * @out: the stream
 * @opts: which columns
 * @src: where events come from
 */
void tcpfin_handshakes_titles(FILE *out,
			      const struct tcpfin_handshakes_options *opts,
			      const struct tcpfin_source *src);

/**
 * tcpfin_handshakes_line() - print a connection's line
 * @l: where to
 * @opts: which columns
 * @src: where its events came from
 * @v: what is known of it
 */
void tcpfin_handshakes_line(struct tcpfin_lines *l,
			    const struct tcpfin_handshakes_options *opts,
			    struct tcpfin_source *src,
			    const struct tcpfin_verdict *v);

/**
 * tcpfin_handshakes() - run the view until the source ends
 * @src: where events come from
 * @opts: what to show
 * @out: where to
 *
 * Return: the exit status.
 */
int tcpfin_handshakes(struct tcpfin_source *src,
		      const struct tcpfin_handshakes_options *opts, FILE *out);

#endif /* TCPFIN_HANDSHAKES_H */
