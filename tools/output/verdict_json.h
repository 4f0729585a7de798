/* SPDX-License-Identifier: GPL-2.0 */
/* A verdict as an object for programs. */
#ifndef TCPFIN_VERDICT_JSON_H
#define TCPFIN_VERDICT_JSON_H

#include <json-c/json.h>

#include "format/csv.h"
#include "source/source.h"
#include "track/verdict.h"

/* What --csv prints of it. */
extern const char *const tcpfin_verdict_columns[];

/**
 * tcpfin_verdict_object() - make the object
 * @src: where its events came from
 * @v: the verdict
 *
 * Return: the object, which the caller frees.
 */
struct json_object *tcpfin_verdict_object(struct tcpfin_source *src,
					  const struct tcpfin_verdict *v);

#endif /* TCPFIN_VERDICT_JSON_H */
