/* SPDX-License-Identifier: GPL-2.0 */
/* A file that gets its name only once all of it was written. */
#ifndef TCPFIN_OUTFILE_H
#define TCPFIN_OUTFILE_H

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>

#include "util/error_line.h"

/**
 * struct tcpfin_outfile - a file that is being written
 * @out: where to write
 * @path: its name, with links followed
 * @part: the name it has until then; "" if it is written in place: stdout, or
 *	what is no regular file
 * @why: what went wrong, in one line
 */
struct tcpfin_outfile {
	FILE *out;
	char path[PATH_MAX];
	char part[PATH_MAX + 16];
	char why[TCPFIN_WHY_MAX];
};

/**
 * tcpfin_outfile_open() - begin to write a file that its owner alone may read
 * @f: the file
 * @path: its name; "-" for stdout
 *
 * Return: false if it cannot be written, see tcpfin_outfile.why.
 */
bool tcpfin_outfile_open(struct tcpfin_outfile *f, const char *path);

/**
 * tcpfin_outfile_close() - end it; stdout is tcpfin_finish()'s
 * @f: the file
 * @keep: all was written: give it its name. Otherwise nothing is left of it, and
 *	what had that name before stays
 *
 * Return: false if it could not be written to its end, see tcpfin_outfile.why.
 */
bool tcpfin_outfile_close(struct tcpfin_outfile *f, bool keep);

#endif /* TCPFIN_OUTFILE_H */
