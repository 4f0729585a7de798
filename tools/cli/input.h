/* SPDX-License-Identifier: GPL-2.0 */
/* Opens what a command reads, and tells what it will not see. */
#ifndef CLI_INPUT_H
#define CLI_INPUT_H

#include "cli/command.h"

/**
 * input_open() - open the rings or the recordings
 * @cmd: the command
 * @in: what it reads
 *
 * Return: the source; NULL after an error that was told on stderr.
 */
struct source *input_open(const struct command *cmd, const struct input *in);

/**
 * input_close() - close the source, and tell what was wrong with it
 * @cmd: the command
 * @src: the source
 * @status: the command's exit status so far
 *
 * Return: the exit status: @status, or 1 if what was read was not in order.
 */
int input_close(const struct command *cmd, struct source *src, int status);

#endif /* CLI_INPUT_H */
