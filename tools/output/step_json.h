/* SPDX-License-Identifier: GPL-2.0 */
/* Steps, and whose they are, as objects for programs. */
#ifndef TCPFIN_EVENT_JSON_H
#define TCPFIN_EVENT_JSON_H

#include <json-c/json.h>

#include "source/source.h"
#include "track/step.h"

/**
 * tcpfin_conn_json() - add who an end is: cookie, netns, addresses and ports
 * @obj: the object
 * @cookie: its cookie
 * @conn: the end
 */
void tcpfin_conn_json(struct json_object *obj, uint64_t cookie,
		      const struct tcpfin_conn *conn);

/**
 * tcpfin_event_object() - an event as an object for programs
 * @src: where it comes from
 * @item: the event
 * @step: what the tracker knows about it
 *
 * Return: the object, which the caller frees.
 */
struct json_object *tcpfin_event_object(struct tcpfin_source *src,
					const struct tcpfin_item *item,
					const struct tcpfin_step *step);

#endif /* TCPFIN_EVENT_JSON_H */
