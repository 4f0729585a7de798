/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tells in sentences how a connection ended, with its own numbers. What was not
 * seen is told as not seen, or left out.
 */
#ifndef LADDER_EXPLAIN_H
#define LADDER_EXPLAIN_H

#include "ladder/ladder.h"
#include "ladder/plan.h"

/* Most paragraphs: four waves, and a wait, an end and a presence of each side */
#define EXPLAIN_MAX	12
/* Size of a paragraph; what exceeds it is cut off */
#define EXPLAIN_TEXT_MAX	2048

/* One paragraph */
struct explain_part {
	const char *title;	/* what it is about, such as "wave 1" */
	char text[EXPLAIN_TEXT_MAX];	/* its sentences */
};

/* The explanation of a connection */
struct explanation {
	unsigned int count;	/* number of @part */
	struct explain_part part[EXPLAIN_MAX];	/* in the order of events */
};

/* Explain a connection. */
void explain(const struct ladder_plan *plan, const struct ladder_scene *scene,
	     struct explanation *e);

/* Print the explanation of a connection in lines of @width columns. */
void explain_print(FILE *out, const struct ladder_scene *scene,
		   const struct verdict *v, unsigned int width);

/* Return the explanation as a list of strings, which the caller frees. */
struct json_object *explain_json(const struct ladder_scene *scene,
				 const struct verdict *v);

#endif /* LADDER_EXPLAIN_H */
