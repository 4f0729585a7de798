/* SPDX-License-Identifier: GPL-2.0 */
/* The command "record". */
#ifndef COMMANDS_RECORD_H
#define COMMANDS_RECORD_H

#include "cli/command.h"

extern const struct command record_command;

#endif /* COMMANDS_RECORD_H */
