/* SPDX-License-Identifier: GPL-2.0 */
/* Shows in its place that events are missing. */
#ifndef TCPFIN_GAP_H
#define TCPFIN_GAP_H

#include <stdio.h>

#include <json-c/json.h>

#include "source/source.h"

/**
 * tcpfin_gap_print() - print a line for events that were lost or missed
 * @out: the stream
 * @src: where it comes from
 * @item: of type LOST or MISSED
 */
void tcpfin_gap_print(FILE *out, struct tcpfin_source *src,
		      const struct tcpfin_item *item);

/**
 * tcpfin_gap_object() - the same as an object for programs
 * @src: where it comes from
 * @item: of type LOST or MISSED
 *
 * Return: the object, which the caller frees.
 */
struct json_object *tcpfin_gap_object(struct tcpfin_source *src,
				      const struct tcpfin_item *item);

#endif /* TCPFIN_GAP_H */
