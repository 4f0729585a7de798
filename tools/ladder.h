/* SPDX-License-Identifier: GPL-2.0 */
/* The view "ladder": the picture of how a connection ended. */
#ifndef TCPFIN_LADDER_H
#define TCPFIN_LADDER_H

#include <stdbool.h>
#include <stdio.h>

#include "chosen.h"
#include "ladder_extra.h"
#include "source.h"
#include "verdict.h"

/**
 * struct tcpfin_ladder_style - how a picture is drawn
 * @absolute: sequence numbers as they are, not in terms of x and y
 * @unicode: with box characters, in UTF-8; otherwise with ASCII
 * @colour: with the terminal's colours
 */
struct tcpfin_ladder_style {
	bool absolute;
	bool unicode;
	bool colour;
};

/**
 * tcpfin_ladder_terminal_style() - what suits stdout and the user's wishes
 *
 * Return: the style.
 */
struct tcpfin_ladder_style tcpfin_ladder_terminal_style(void);

/**
 * struct tcpfin_ladder_scene - what a picture needs besides the verdict
 * @src: where it was seen: names of callers and of machines, and the time
 * @extras: when FINs came again, or NULL
 * @names: asks for names of hosts and services, NULL for numbers
 */
struct tcpfin_ladder_scene {
	struct tcpfin_source *src;
	const struct tcpfin_extras *extras;
	struct tcpfin_resolver *names;
};

/**
 * tcpfin_ladder_draw() - draw one connection, at most 80 columns wide
 * @out: the stream
 * @style: how
 * @scene: what else it needs
 * @v: the connection
 */
void tcpfin_ladder_draw(FILE *out, const struct tcpfin_ladder_style *style,
			const struct tcpfin_ladder_scene *scene,
			const struct tcpfin_verdict *v);

/**
 * struct tcpfin_ladder_options - what "ladder" shows
 * @chosen: which connections, and how many; those that have not ended are
 *	shown when the source ends
 * @style: how it is drawn
 * @ended: connections that have ended
 */
struct tcpfin_ladder_options {
	struct tcpfin_chosen chosen;
	struct tcpfin_ladder_style style;
	bool ended;
};

/**
 * tcpfin_ladder() - draw what a source hands out until it ends
 * @src: the source
 * @opts: what to show
 * @out: where to
 *
 * Return: 0, or 1 after an error that was told on stderr.
 */
int tcpfin_ladder(struct tcpfin_source *src,
		  const struct tcpfin_ladder_options *opts, FILE *out);

#endif /* TCPFIN_LADDER_H */
