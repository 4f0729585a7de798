/* SPDX-License-Identifier: GPL-2.0 */
/* The end of a command's output, and write errors. */
#ifndef UTIL_STDOUT_H
#define UTIL_STDOUT_H

#include <stdbool.h>
#include <stdio.h>

/* Flush the output. Return false on failure, see stdout_finish(). */
bool stdout_flush(FILE *out);

/*
 * End a command's output and return its exit status. A reader who went away
 * (EPIPE) is not an error; others, such as a full disk, are reported.
 */
int stdout_finish(FILE *out);

#endif /* UTIL_STDOUT_H */
