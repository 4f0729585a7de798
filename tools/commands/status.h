/* SPDX-License-Identifier: GPL-2.0 */
/* The view "status": what the module sees and what was lost. */
#ifndef COMMANDS_STATUS_H
#define COMMANDS_STATUS_H

#include <stdio.h>

#include "cli/command.h"
#include "cli/selection.h"
#include "source/source.h"

extern const struct command status_command;

/**
 * status_run() - show the state of the rings and probes
 * @src: the source; nothing is taken from it
 * @selection: what the options say: text, JSON or CSV
 * @out: where to
 *
 * Return: the exit status.
 */
int status_run(struct source *src, const struct selection *selection,
	       FILE *out);

#endif /* COMMANDS_STATUS_H */
