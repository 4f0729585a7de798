/* SPDX-License-Identifier: GPL-2.0 */
/* The view "report": a page about how connections ended, for a browser. */
#ifndef TCPFIN_REPORT_H
#define TCPFIN_REPORT_H

#include <stdio.h>

#include "cli/command.h"
#include "cli/selection.h"
#include "source/source.h"

extern const struct tcpfin_command tcpfin_report_command;

/**
 * tcpfin_report() - take in what a source hands out, and make a page of it
 * @src: the source
 * @chosen: which connections, for how long
 * @filter: the filter's words, for the reader of the page; any bytes
 * @out: where to
 *
 * Return: 0, or 1 after an error that was told on stderr.
 */
int tcpfin_report(struct tcpfin_source *src, const struct tcpfin_chosen *chosen,
		  const char *filter, FILE *out);

#endif /* TCPFIN_REPORT_H */
