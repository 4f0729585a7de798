/* SPDX-License-Identifier: GPL-2.0 */
/* The end of a command's output, and what went wrong with it. */
#ifndef UTIL_STDOUT_H
#define UTIL_STDOUT_H

#include <stdbool.h>
#include <stdio.h>

/**
 * stdout_flush() - write out what was printed
 * @out: the stream
 *
 * Return: true if all of it went out. If not, stdout_finish() knows why.
 */
bool stdout_flush(FILE *out);

/**
 * stdout_finish() - end a command's output
 * @out: the stream
 *
 * A reader who went away (EPIPE) is no error; a full disk is, and is told.
 *
 * Return: the exit status.
 */
int stdout_finish(FILE *out);

#endif /* UTIL_STDOUT_H */
