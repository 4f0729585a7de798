/* SPDX-License-Identifier: GPL-2.0 */
/* Recordings as sources, and the parts of rotated recordings. */
#ifndef SOURCE_RECORDING_READ_H
#define SOURCE_RECORDING_READ_H

#include "source/recording.h"
#include "source/source.h"

/* Which part of a rotated recording a file is */
struct recording_part {
	uint32_t number;	/* 0 for the first part */
	struct rec_end before;	/* sums over the parts before, see rec_info */
};

/*
 * Open a recording, "-" for stdin, and wait for its first block; a pipe may still
 * be written. Reading ends when @stop_fd (-1 for none) is readable. Return NULL
 * on failure, with one line in @why, without a newline, that tells what is wrong.
 */
struct source *recording_open(const char *path, int stop_fd, char why[ERROR_LINE_MAX]);

/*
 * Open a recording as recording_open() does, from a file that is open already
 * and is called @name. The source owns @fd, even on failure.
 */
struct source *recording_open_fd(int fd, const char *name, int stop_fd,
				 char why[ERROR_LINE_MAX]);

/* Return the recording's file: when it is readable there may be a new item. */
int recording_fd(struct source *src);

/* Return the boot_id of the recording's machine, "" if unknown. */
const char *recording_boot_id(struct source *src);

/* Return which part of a rotated recording the file is. */
struct recording_part recording_part_of(struct source *src);

/*
 * Chain the parts of rotated recordings, given in any order. The first part
 * that is there stands for all parts; if a part is missing, its events are
 * handed out as lost. Return how many recordings are left in @list.
 */
uint32_t recording_join(struct source **list, uint32_t count);

#endif /* SOURCE_RECORDING_READ_H */
