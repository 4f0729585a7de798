/* SPDX-License-Identifier: GPL-2.0 */
/* A file that gets its name only after it was written completely. */
#ifndef UTIL_ATOMIC_FILE_H
#define UTIL_ATOMIC_FILE_H

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>

#include "util/message.h"

/* A file being written */
struct atomic_file {
	FILE *out;			/* the stream */
	char path[PATH_MAX];		/* its name, with links followed */
	/* temporary name; "" for stdout and what is not a regular file */
	char part[PATH_MAX + 16];
	char why[ERROR_LINE_MAX];	/* what went wrong, one line */
};

/*
 * Begin to write a file that only its owner may read; "-" is stdout. Return
 * false if it cannot be written, see atomic_file.why.
 */
bool atomic_file_open(struct atomic_file *f, const char *path);

/*
 * Finish a file: give it its name if @keep, otherwise remove it and keep an
 * older file of that name. stdout is left to stdout_finish(). Return false if
 * the file could not be written completely, see atomic_file.why.
 */
bool atomic_file_close(struct atomic_file *f, bool keep);

#endif /* UTIL_ATOMIC_FILE_H */
