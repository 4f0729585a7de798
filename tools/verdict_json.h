/* SPDX-License-Identifier: GPL-2.0 */
/* A verdict as JSON. */
#ifndef TCPFIN_VERDICT_JSON_H
#define TCPFIN_VERDICT_JSON_H

#include <stdio.h>

#include "source.h"
#include "verdict.h"

/**
 * tcpfin_verdict_json() - print a verdict as a JSON object
 * @out: the stream
 * @src: where its events came from
 * @v: the verdict
 */
void tcpfin_verdict_json(FILE *out, struct tcpfin_source *src,
			 const struct tcpfin_verdict *v);

#endif /* TCPFIN_VERDICT_JSON_H */
