/* SPDX-License-Identifier: GPL-2.0 */
/* Recordings as sources. */
#ifndef SOURCE_RECORDING_READ_H
#define SOURCE_RECORDING_READ_H

#include "source/recording.h"
#include "source/source.h"

/**
 * struct recording_part - which part of a recording a file is
 * @number: 0 for the first one
 * @before: sums over the parts before it, see rec_info
 */
struct recording_part {
	uint32_t number;
	struct rec_end before;
};

/**
 * recording_open() - open a recording
 * @path: the file, or "-" for stdin; a pipe may still be written
 * @stop_fd: reading ends when this file can be read, -1 for none
 * @why: on failure one line, without a newline, that says what is wrong
 *
 * From a pipe it waits for the first block.
 *
 * Return: the source, or NULL.
 */
struct source *recording_open(const char *path, int stop_fd,
			      char why[ERROR_LINE_MAX]);

/**
 * recording_open_fd() - the same for a file that is open already
 * @fd: the file; the source owns it from now on, even when this fails
 * @name: what to call it
 * @stop_fd: see recording_open()
 * @why: likewise
 *
 * Return: the source, or NULL.
 */
struct source *recording_open_fd(int fd, const char *name, int stop_fd,
				 char why[ERROR_LINE_MAX]);

/**
 * recording_fd() - the file of a recording
 * @src: what recording_open() returned
 *
 * Return: it; when it can be read there may be a new item.
 */
int recording_fd(struct source *src);

/**
 * recording_boot_id() - which run of which machine a recording is of
 * @src: what recording_open() returned
 *
 * Return: the boot_id, "" if it is not known.
 */
const char *recording_boot_id(struct source *src);

/**
 * recording_part_of() - which part of a recording a file is
 * @src: what recording_open() returned
 *
 * Return: it.
 */
struct recording_part recording_part_of(struct source *src);

/**
 * recording_join() - let the parts of one recording follow each other
 * @list: what recording_open() returned, in any order
 * @count: how many
 *
 * The first part of those that are there stands for all of them. Where one
 * between them is not there, the events that it holds are handed out as lost.
 *
 * Return: how many are left in @list.
 */
uint32_t recording_join(struct source **list, uint32_t count);

#endif /* SOURCE_RECORDING_READ_H */
