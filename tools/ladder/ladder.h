/* SPDX-License-Identifier: GPL-2.0 */
/* The picture of how a connection ended. */
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
 * @absolute: sequence numbers as they are, not in terms of x and y
 * @unicode: with box characters, in UTF-8; otherwise with ASCII
 * @colour: with the terminal's colours
 */
struct ladder_style {
	bool absolute;
	bool unicode;
	bool colour;
};

/**
 * struct ladder_scene - what a picture needs besides the verdict
 * @src: where it was seen: names of callers and of machines, and the time
 * @extras: when FINs came again, or NULL
 * @names: asks for names of hosts and services, NULL for numbers
 */
struct ladder_scene {
	struct source *src;
	const struct retransmits *extras;
	struct resolver *names;
};

/**
 * ladder_draw_text() - draw one connection, at most 80 columns wide
 * @out: the stream
 * @style: how
 * @scene: what else it needs
 * @v: the connection
 */
void ladder_draw_text(FILE *out, const struct ladder_style *style,
		      const struct ladder_scene *scene,
		      const struct verdict *v);

#endif /* LADDER_LADDER_H */
