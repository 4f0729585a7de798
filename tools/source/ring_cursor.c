// SPDX-License-Identifier: GPL-2.0
/* Copies records out of a ring while it is written; see tcpfin.h. */
#include <time.h>

#include "source/ring_cursor.h"

/* Most jumps of an overtaken reader in one call */
#define JUMPS_MAX	16

/* The acquire keeps later reads, of header and records, behind it. */
uint64_t ring_cursor_head(const struct ring_map *map, uint32_t ring)
{
	return __atomic_load_n(&map->rings[ring].head, __ATOMIC_ACQUIRE);
}

/* If the writer overtook us, count the lost records and jump to the oldest. */
static bool skip_overwritten(const struct ring_map *map, uint32_t ring,
			     struct ring_cursor *c, bool at_end)
{
	uint64_t head = ring_cursor_head(map, ring);
	uint64_t first, counted_to;

	if (head < c->next || head - c->next <= map->records)
		return false;
	first = head - map->records;
	/* At the end, records after the end do not count as lost. */
	counted_to = at_end && first > c->end ? c->end : first;
	c->lost += counted_to - c->next;
	c->next = first;
	return true;
}

/*
 * Wait for the writer, or count the record as lost. If the head went back,
 * which no writer does, count all records up to the end: there may be 2^64.
 */
static void wait_or_lose(const struct ring_map *map, uint32_t ring,
			 struct ring_cursor *c, unsigned int *patience)
{
	const struct timespec pause = { .tv_nsec = 100000 };
	uint64_t count = 1;

	if (*patience) {
		--*patience;
		nanosleep(&pause, NULL);
		return;
	}
	if (ring_cursor_head(map, ring) <= c->next)
		count = c->end - c->next;
	c->lost += count;
	c->next += count;
}

enum ring_fetch ring_cursor_fetch(const struct ring_map *map, uint32_t ring,
				  struct ring_cursor *c, unsigned int *patience)
{
	unsigned int jumps = 0;

	while (c->next < c->end) {
		if (ring_cursor_copy(map, ring, c))
			return RING_FETCH_WHOLE;
		if (skip_overwritten(map, ring, c, patience)) {
			if (!patience && ++jumps == JUMPS_MAX)
				return RING_FETCH_LATER;
		} else if (patience) {
			wait_or_lose(map, ring, c, patience);
		} else {
			return RING_FETCH_LATER;
		}
	}
	return RING_FETCH_NONE;
}
