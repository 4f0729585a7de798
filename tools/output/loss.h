/* SPDX-License-Identifier: GPL-2.0 */
/* Prints losses of events: each in its place, and the sums. */
#ifndef OUTPUT_LOSS_H
#define OUTPUT_LOSS_H

#include <stdio.h>

#include <json-c/json.h>

#include "source/source.h"

/* Print a line for an item of type LOST or MISSED. */
void loss_print(FILE *out, struct source *src, const struct item *item);

/* Return an object for the same item; the caller frees the object. */
struct json_object *loss_object(struct source *src, const struct item *item);

/* Size for losses_text() */
#define LOSSES_TEXT_MAX		192

/* Were any events lost? */
bool losses_any(const struct losses *l);

/* Write "overwritten 5, missed 0, unmatched 0", and what else is not 0. Return @buf. */
const char *losses_text(const struct losses *l, char buf[LOSSES_TEXT_MAX]);

/* Add all losses to an object. */
void losses_json_add(struct json_object *obj, const struct losses *l);

#endif /* OUTPUT_LOSS_H */
