/* SPDX-License-Identifier: GPL-2.0 */
/* Shows in its place that events are missing. */
#ifndef OUTPUT_LOSS_H
#define OUTPUT_LOSS_H

#include <stdio.h>

#include <json-c/json.h>

#include "source/source.h"

/* Print a line for an item of type LOST or MISSED. */
void loss_print(FILE *out, struct source *src, const struct item *item);

/* Make the same as an object, which the caller frees. */
struct json_object *loss_object(struct source *src, const struct item *item);

#endif /* OUTPUT_LOSS_H */
