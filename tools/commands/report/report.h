/* SPDX-License-Identifier: GPL-2.0 */
/* The view "report": a page about how connections ended, for a browser. */
#ifndef COMMANDS_REPORT_REPORT_H
#define COMMANDS_REPORT_REPORT_H

#include <stdio.h>

#include "cli/command.h"
#include "cli/selection.h"
#include "source/source.h"

extern const struct command report_command;

/*
 * Read all events of @src, and write a page about the selected connections. The
 * page shows @filter, the words of the filter, any bytes. Return 0, -ENOMEM, or
 * 1 after an error that was reported on stderr.
 */
int report_run(struct source *src, const struct selection *selection,
	       const char *filter, FILE *out);

#endif /* COMMANDS_REPORT_REPORT_H */
