/* SPDX-License-Identifier: GPL-2.0 */
/* The picture of how a connection ended, as text. */
#ifndef LADDER_LADDER_H
#define LADDER_LADDER_H

#include <stdbool.h>
#include <stdio.h>

#include "ladder/retransmits.h"
#include "source/source.h"
#include "track/verdict.h"
#include "util/resolver.h"

/**
 * struct ladder_style - how a picture is drawn
 * @absolute: absolute sequence numbers, not relative to x and y
 * @unicode: box characters in UTF-8, otherwise ASCII
 * @colour: the terminal's colours
 */
struct ladder_style {
	bool absolute;
	bool unicode;
	bool colour;
};

/**
 * struct ladder_scene - what a picture needs besides the verdict
 * @src: the source: names of callers and machines, and the time
 * @extras: times of repeated FINs, or NULL
 * @names: resolves names of hosts and services, NULL for numbers
 */
struct ladder_scene {
	struct source *src;
	const struct retransmits *extras;
	struct resolver *names;
};

/**
 * ladder_draw_text() - draw one connection, at most 80 columns wide
 * @out: the stream
 * @style: how to draw
 * @scene: what else is needed
 * @v: the connection
 */
void ladder_draw_text(FILE *out, const struct ladder_style *style,
		      const struct ladder_scene *scene,
		      const struct verdict *v);

/* Return the style that suits the terminal on stdout and the environment. */
struct ladder_style ladder_terminal_style(void);

#endif /* LADDER_LADDER_H */
