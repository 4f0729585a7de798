/* SPDX-License-Identifier: GPL-2.0 */
/* The end of a command's output, and what went wrong with it. */
#ifndef TCPFIN_STDOUT_H
#define TCPFIN_STDOUT_H

#include <stdbool.h>
#include <stdio.h>

/**
 * tcpfin_flush() - write out what was printed
 * @out: the stream
 *
 * Return: true if all of it went out. If not, tcpfin_finish() knows why.
 */
bool tcpfin_flush(FILE *out);

/**
 * tcpfin_finish() - end a command's output
 * @out: the stream
 *
 * A reader who went away (EPIPE) is no error; a full disk is, and is told.
 *
 * Return: the exit status.
 */
int tcpfin_finish(FILE *out);

#endif /* TCPFIN_STDOUT_H */
