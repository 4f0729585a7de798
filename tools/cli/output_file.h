/* SPDX-License-Identifier: GPL-2.0 */
/* The file that a command writes with -o; error messages begin with the command's name. */
#ifndef CLI_OUTPUT_FILE_H
#define CLI_OUTPUT_FILE_H

#include "util/atomic_file.h"

/* As atomic_file_open(). Return false after an error that was reported on stderr. */
bool output_file_open(struct atomic_file *f, const char *command, const char *path);

/*
 * Finish a file whose writing had the exit status @ret: give it its name if
 * @ret is 0, otherwise remove it. Return @ret, or 1 after an error that was
 * reported on stderr.
 */
int output_file_close(struct atomic_file *f, const char *command, int ret);

/* Name a file that was written, and its size, on stderr; not stdout and the like. */
void output_file_tell(const char *command, const char *path);

#endif /* CLI_OUTPUT_FILE_H */
