/* SPDX-License-Identifier: GPL-2.0 */
/* Shows in its place that events are missing. */
#ifndef TCPFIN_GAP_H
#define TCPFIN_GAP_H

#include <stdbool.h>
#include <stdio.h>

#include "source.h"

/**
 * tcpfin_gap_print() - print a line for events that were lost or missed
 * @out: the stream
 * @json: as a JSON object
 * @src: where it comes from
 * @item: of type LOST or MISSED
 */
void tcpfin_gap_print(FILE *out, bool json, struct tcpfin_source *src,
		      const struct tcpfin_item *item);

#endif /* TCPFIN_GAP_H */
