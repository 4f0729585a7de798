/* SPDX-License-Identifier: GPL-2.0 */
/* A file that gets its name only once all of it was written. */
#ifndef UTIL_ATOMIC_FILE_H
#define UTIL_ATOMIC_FILE_H

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>

#include "util/error_line.h"

/**
 * struct atomic_file - a file that is being written
 * @out: where to write
 * @path: its name, with links followed
 * @part: the name it has until then; "" if it is written in place: stdout, or
 *	what is no regular file
 * @why: what went wrong, in one line
 */
struct atomic_file {
	FILE *out;
	char path[PATH_MAX];
	char part[PATH_MAX + 16];
	char why[ERROR_LINE_MAX];
};

/**
 * atomic_file_open() - begin to write a file that its owner alone may read
 * @f: the file
 * @path: its name; "-" for stdout
 *
 * Return: false if it cannot be written, see atomic_file.why.
 */
bool atomic_file_open(struct atomic_file *f, const char *path);

/**
 * atomic_file_close() - end it; stdout is stdout_finish()'s
 * @f: the file
 * @keep: all was written: give it its name. Otherwise nothing is left of it, and
 *	what had that name before stays
 *
 * Return: false if it could not be written to its end, see atomic_file.why.
 */
bool atomic_file_close(struct atomic_file *f, bool keep);

#endif /* UTIL_ATOMIC_FILE_H */
