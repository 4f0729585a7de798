/* SPDX-License-Identifier: GPL-2.0 */
/* The view "status": what the module sees and what was lost. */
#ifndef COMMANDS_STATUS_H
#define COMMANDS_STATUS_H

#include "cli/command.h"
#include "cli/selection.h"
#include "source/source.h"

extern const struct command status_command;

#endif /* COMMANDS_STATUS_H */
