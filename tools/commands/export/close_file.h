/* SPDX-License-Identifier: GPL-2.0 */
/* The end of a file that "export" writes. */
#ifndef TCPFIN_EXPORT_CLOSE_H
#define TCPFIN_EXPORT_CLOSE_H

#include <stdbool.h>

#include "util/atomic_file.h"

/**
 * tcpfin_export_close() - a file is whole: give it its name
 * @f: the file
 * @gone: nothing more can be written: who read it went away, or an error
 *
 * Return: false after an error that was told on stderr; a reader of a pipe may
 * go away.
 */
bool tcpfin_export_close(struct tcpfin_outfile *f, bool *gone);

#endif /* TCPFIN_EXPORT_CLOSE_H */
