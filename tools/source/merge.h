/* SPDX-License-Identifier: GPL-2.0 */
/* One source of several recordings, merged by time. */
#ifndef SOURCE_MERGE_H
#define SOURCE_MERGE_H

#include <stdint.h>

#include "source/source.h"

/**
 * merge_open() - make one source of several recordings
 * @list: what recording_open() returned; they belong to the new source,
 *	even when this fails
 * @count: how many, at least 1
 * @stop_fd: a wait also ends when this file can be read, -1 for none
 *
 * All events get the clock of the machine that was started first. The records of
 * recordings of the same boot are those of one machine.
 *
 * Return: the source, or NULL without memory.
 */
struct source *merge_open(struct source *const *list, uint32_t count,
			  int stop_fd);

#endif /* SOURCE_MERGE_H */
