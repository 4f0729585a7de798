/* SPDX-License-Identifier: GPL-2.0 */
/* What the module leaves out, as a member of a JSON object. */
#ifndef OUTPUT_CHOICE_JSON_H
#define OUTPUT_CHOICE_JSON_H

#include <json-c/json.h>

#include "source/source.h"

/*
 * Add the member "choice": the ports and the network namespace that are recorded,
 * null for all, and the number of records left out.
 */
void choice_json_add(struct json_object *obj, const struct source *src);

#endif /* OUTPUT_CHOICE_JSON_H */
