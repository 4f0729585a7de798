/* SPDX-License-Identifier: GPL-2.0 */
/* One source that merges several recordings by time. */
#ifndef SOURCE_MERGE_H
#define SOURCE_MERGE_H

#include <stdint.h>

#include "source/source.h"

/**
 * merge_open() - merge several recordings
 * @list: from recording_open(); owned by the new source, even on failure
 * @count: at least 1
 * @stop_fd: waiting also ends when this file is readable, -1 for none
 *
 * All events get the clock of the machine that was started first. Recordings of
 * the same boot are those of one machine.
 *
 * Return: the source, or NULL if there is no memory.
 */
struct source *merge_open(struct source *const *list, uint32_t count, int stop_fd);

#endif /* SOURCE_MERGE_H */
