/* SPDX-License-Identifier: GPL-2.0 */
/* Prints losses of events. */
#ifndef OUTPUT_LOSS_H
#define OUTPUT_LOSS_H

#include <stdio.h>

#include <json-c/json.h>

#include "source/source.h"

/* Print a line for an item of type LOST or MISSED. */
void loss_print(FILE *out, struct source *src, const struct item *item);

/* Return an object for the same item; the caller frees the object. */
struct json_object *loss_object(struct source *src, const struct item *item);

#endif /* OUTPUT_LOSS_H */
