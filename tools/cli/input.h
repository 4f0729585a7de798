/* SPDX-License-Identifier: GPL-2.0 */
/* Opens what a command reads, and tells what it will not see. */
#ifndef TCPFIN_INPUT_H
#define TCPFIN_INPUT_H

#include "cli/command.h"

/**
 * tcpfin_input_open() - open the rings or the recordings
 * @cmd: the command
 * @in: what it reads
 *
 * Return: the source; NULL after an error that was told on stderr.
 */
struct tcpfin_source *tcpfin_input_open(const struct tcpfin_command *cmd,
					const struct tcpfin_input *in);

/**
 * tcpfin_input_close() - close the source, and tell what was wrong with it
 * @cmd: the command
 * @src: the source
 * @status: the command's exit status so far
 *
 * Return: the exit status: @status, or 1 if what was read was not in order.
 */
int tcpfin_input_close(const struct tcpfin_command *cmd,
		       struct tcpfin_source *src, int status);

#endif /* TCPFIN_INPUT_H */
