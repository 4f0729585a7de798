/* SPDX-License-Identifier: GPL-2.0 */
/* The picture of how a connection ended. */
#ifndef TCPFIN_PICTURE_H
#define TCPFIN_PICTURE_H

#include <stdbool.h>
#include <stdio.h>

#include "ladder/retransmits.h"
#include "source/source.h"
#include "track/verdict.h"
#include "util/resolver.h"

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

#endif /* TCPFIN_PICTURE_H */
