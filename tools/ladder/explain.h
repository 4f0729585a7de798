/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tells in sentences how a connection ended, with its own numbers. What was not
 * seen is told as not seen, or left out.
 */
#ifndef LADDER_EXPLAIN_H
#define LADDER_EXPLAIN_H

#include "ladder/teller.h"

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
