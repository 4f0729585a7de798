/* SPDX-License-Identifier: GPL-2.0 */
/* The view "status": what the module sees and what was lost. */
#ifndef TCPFIN_STATUS_H
#define TCPFIN_STATUS_H

#include <stdio.h>

#include "cli/command.h"
#include "cli/selection.h"
#include "source/source.h"

extern const struct tcpfin_command tcpfin_status_command;

/**
 * tcpfin_status() - show the state of the rings and probes
 * @src: the source; nothing is taken from it
 * @chosen: what the options say: text, JSON or CSV
 * @out: where to
 *
 * Return: the exit status.
 */
int tcpfin_status(struct tcpfin_source *src, const struct tcpfin_chosen *chosen,
		  FILE *out);

#endif /* TCPFIN_STATUS_H */
