/* SPDX-License-Identifier: GPL-2.0 */
/* The end of a file that "export" writes. */
#ifndef COMMANDS_EXPORT_CLOSE_FILE_H
#define COMMANDS_EXPORT_CLOSE_FILE_H

#include <stdbool.h>

#include "util/atomic_file.h"

/**
 * export_close_file() - a file is whole: give it its name
 * @f: the file
 * @gone: nothing more can be written: who read it went away, or an error
 *
 * Return: false after an error that was told on stderr; a reader of a pipe may
 * go away.
 */
bool export_close_file(struct atomic_file *f, bool *gone);

#endif /* COMMANDS_EXPORT_CLOSE_FILE_H */
