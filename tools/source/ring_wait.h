/* SPDX-License-Identifier: GPL-2.0 */
/* How the live source waits between two rounds over the rings. */
#ifndef SOURCE_RING_WAIT_H
#define SOURCE_RING_WAIT_H

#include <stdbool.h>

#include "source/ring_cursor.h"
#include "source/ring_map.h"

/* Age at which a record is handed out while following */
#define RING_WAIT_HOLD_MS	2

/* One reader's waiting */
struct ring_wait {
	int fd;	/* the module's file */
	int stop_fd;	/* waiting ends when this file is readable, -1 for none */
	/* a record was held back or was not complete: look again soon */
	bool pending;
	bool pressed;	/* a ring was filling fast: wait less */
	int ms;	/* length of the last pause, 0 if there was nothing to read */
};

/*
 * Pause, then wait until there may be something to read behind @cursors, for
 * @timeout_ms at most (-1: no limit).
 */
void ring_wait_for_more(struct ring_wait *wait, const struct ring_map *map,
			const struct ring_cursor *cursors, int timeout_ms);

#endif /* SOURCE_RING_WAIT_H */
