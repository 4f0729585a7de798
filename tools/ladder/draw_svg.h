/* SPDX-License-Identifier: GPL-2.0 */
/* The picture of how a connection ended, as SVG. */
#ifndef LADDER_DRAW_SVG_H
#define LADDER_DRAW_SVG_H

#include <stdio.h>

#include "ladder/plan.h"

/* Most rows drawn; the picture tells if there are more */
#define SVG_ROWS_MAX	40

/*
 * Draw one connection. @label is the id of the HTML element that names the
 * picture. Widths are relative, so that text keeps its size. Classes give the
 * colours.
 */
void ladder_draw_svg(FILE *out, const struct ladder_plan *plan,
		     const struct tcpfin_header *header, const char *label);

#endif /* LADDER_DRAW_SVG_H */
