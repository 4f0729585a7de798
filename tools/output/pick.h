/* SPDX-License-Identifier: GPL-2.0 */
/* The option -o: which columns of a view are written. */
#ifndef OUTPUT_PICK_H
#define OUTPUT_PICK_H

#include "output/field.h"
#include "output/picked.h"

/**
 * pick_text() - write only some columns of text, in another order
 * @p: room for the columns
 * @f: writes lines of text
 * @view: the view
 * @src: the view's source
 * @list: names, separated by commas: a word of a heading, in any case
 *
 * Return: false after a mistake in @list, which @p->why tells.
 */
bool pick_text(struct picked_columns *p, struct fields *f, fields_fn view,
	       struct source *src, const char *list);

/* The same for CSV: leave only the names of @list in @names, in its order. */
bool pick_csv(struct picked_columns *p, struct field_names *names,
	      const char *list);

#endif /* OUTPUT_PICK_H */
