/* SPDX-License-Identifier: GPL-2.0 */
/* A verdict as an object for programs. */
#ifndef OUTPUT_VERDICT_JSON_H
#define OUTPUT_VERDICT_JSON_H

#include <json-c/json.h>

#include "format/csv.h"
#include "source/source.h"
#include "track/verdict.h"

/* What --csv prints of it. */
extern const char *const verdict_columns[];

/**
 * verdict_object() - make the object
 * @src: where its events came from
 * @v: the verdict
 *
 * Return: the object, which the caller frees.
 */
struct json_object *verdict_object(struct source *src, const struct verdict *v);

#endif /* OUTPUT_VERDICT_JSON_H */
