/* SPDX-License-Identifier: GPL-2.0 */
/* The identity of a connection's end as JSON. */
#ifndef TCPFIN_CONN_JSON_H
#define TCPFIN_CONN_JSON_H

#include <json-c/json.h>

#include "tracker.h"

/**
 * tcpfin_conn_json() - add who an end is: cookie, netns, addresses and ports
 * @obj: the object
 * @cookie: its cookie
 * @conn: the end
 */
void tcpfin_conn_json(struct json_object *obj, uint64_t cookie,
		      const struct tcpfin_conn *conn);

#endif /* TCPFIN_CONN_JSON_H */
