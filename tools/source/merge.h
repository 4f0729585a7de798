/* SPDX-License-Identifier: GPL-2.0 */
/* One source that merges several recordings by time. */
#ifndef SOURCE_MERGE_H
#define SOURCE_MERGE_H

#include <stdint.h>

#include "source/source.h"

/*
 * Merge @count (at least 1) recordings from recording_open(). The new source owns
 * them, even on failure. Waiting also ends when @stop_fd (-1 for none) is
 * readable.
 *
 * All events get the clock of the machine that was started first. Recordings of
 * the same boot are those of one machine. Return NULL if there is no memory.
 */
struct source *merge_open(struct source *const *list, uint32_t count, int stop_fd);

#endif /* SOURCE_MERGE_H */
