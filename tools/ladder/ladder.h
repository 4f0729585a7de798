/* SPDX-License-Identifier: GPL-2.0 */
/* The picture of how a connection ended, as text and as SVG. */
#ifndef LADDER_LADDER_H
#define LADDER_LADDER_H

#include <stdbool.h>
#include <stdio.h>

#include "ladder/retransmits.h"
#include "source/source.h"
#include "track/verdict.h"
#include "util/resolver.h"

/* How a picture is drawn */
struct ladder_style {
	bool absolute;	/* absolute sequence numbers, not relative to x and y */
	bool unicode;	/* box characters in UTF-8, otherwise ASCII */
	bool colour;	/* the terminal's colours */
	unsigned int columns;	/* of the terminal, 0 for the usual width */
};

/* Sources of a picture's text besides the verdict */
struct ladder_scene {
	/* the source: names of callers and machines, and the time */
	struct source *src;
	const struct retransmits *retransmits;	/* times of repeated FINs, or NULL */
	/* resolves names of hosts and services, NULL for numbers */
	struct resolver *names;
};

/*
 * Draw one connection, 60 to 80 columns wide; below 80 there is no room for the times at
 * which states began.
 */
void ladder_draw_text(FILE *out, const struct ladder_style *style,
		      const struct ladder_scene *scene, const struct verdict *v);

/* Print a line for a connection drawn before: its TIME_WAIT has ended. */
void ladder_print_end(FILE *out, const struct ladder_scene *scene,
		      const struct verdict *v);

/* Most rows drawn as SVG; the picture tells if there are more */
#define SVG_ROWS_MAX	40

struct ladder_plan;

/*
 * Draw one connection as SVG. @label is the id of the HTML element that names
 * the picture. Widths are relative, so that text keeps its size. Classes give
 * the colours.
 */
void ladder_draw_svg(FILE *out, const struct ladder_plan *plan,
		     const struct tcpfin_header *header, const char *label);

/* Return the style that suits the environment; the caller decides on colours. */
struct ladder_style ladder_terminal_style(void);

#endif /* LADDER_LADDER_H */
