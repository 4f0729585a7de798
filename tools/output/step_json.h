/* SPDX-License-Identifier: GPL-2.0 */
/* Steps, and whose they are, as objects for programs. */
#ifndef OUTPUT_STEP_JSON_H
#define OUTPUT_STEP_JSON_H

#include <json-c/json.h>

#include "source/source.h"
#include "track/step.h"

/**
 * conn_json() - add who an end is: cookie, netns, addresses and ports
 * @obj: the object
 * @cookie: its cookie
 * @conn: the end
 */
void conn_json(struct json_object *obj, uint64_t cookie,
	       const struct conn *conn);

/**
 * step_object() - an event as an object for programs
 * @src: where it comes from
 * @item: the event
 * @step: what the tracker knows about it
 *
 * Return: the object, which the caller frees.
 */
struct json_object *step_object(struct source *src, const struct item *item,
				const struct step *step);

#endif /* OUTPUT_STEP_JSON_H */
