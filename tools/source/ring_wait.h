/* SPDX-License-Identifier: GPL-2.0 */
/* How the live source rests between two looks at the rings. */
#ifndef SOURCE_RING_WAIT_H
#define SOURCE_RING_WAIT_H

#include <stdbool.h>

#include "source/ring_cursor.h"
#include "source/ring_map.h"

/* How old a record is before it is handed out while following. */
#define RING_WAIT_HOLD_MS	2

/**
 * struct ring_wait - one reader's rest
 * @fd: the module's file
 * @stop_fd: a wait ends when this file can be read, -1 for none
 * @unripe: something was held back or not written yet: look again soon
 * @pressed: a ring was filling fast: rest less
 * @ms: how much the last rest was, 0 if there was nothing to read
 */
struct ring_wait {
	int fd;
	int stop_fd;
	bool unripe;
	bool pressed;
	int ms;
};

/**
 * ring_wait_for_more() - rest, then wait until there may be something to read
 * @rest: the rest
 * @map: the mapping
 * @cursors: the reader's place in each of its rings
 * @timeout_ms: how long to wait at most, -1 for ever
 */
void ring_wait_for_more(struct ring_wait *rest, const struct ring_map *map,
			const struct ring_cursor *cursors, int timeout_ms);

#endif /* SOURCE_RING_WAIT_H */
