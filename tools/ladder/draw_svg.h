/* SPDX-License-Identifier: GPL-2.0 */
/* Draws a ladder as SVG, from the same plan as the text. */
#ifndef TCPFIN_SVG_LADDER_H
#define TCPFIN_SVG_LADDER_H

#include <stdio.h>

#include "ladder/plan.h"

/* Rows that are drawn: what is below is left out, and that is said. */
#define TCPFIN_SVG_ROWS_MAX	40

/**
 * tcpfin_svg_ladder() - draw one connection
 * @out: the page
 * @plan: what to draw
 * @header: holds the names of callers
 * @label: id of the element that names the picture
 *
 * Widths are shares of the place it gets, so that text keeps its size. Classes
 * give the colours.
 */
void tcpfin_svg_ladder(FILE *out, const struct tcpfin_plan *plan,
		       const struct tcpfin_header *header, const char *label);

#endif /* TCPFIN_SVG_LADDER_H */
