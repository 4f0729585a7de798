// SPDX-License-Identifier: GPL-2.0
/* Copies records out of a ring that is written meanwhile; see tcpfin.h. */
#include <time.h>

#include "source/ring_cursor.h"

/* How often an overtaken reader jumps before it leaves the ring alone. */
#define JUMPS_MAX	16

/* The acquire keeps what is read later behind it: header and records. */
uint64_t ring_cursor_head(const struct ring_map *map, uint32_t cpu)
{
	return __atomic_load_n(&map->rings[cpu].head, __ATOMIC_ACQUIRE);
}

/* If the writer overtook us, count what is lost and go on with the oldest. */
static bool skip_overwritten(const struct ring_map *map, uint32_t cpu,
			     struct ring_cursor *c, bool at_end)
{
	uint64_t head = ring_cursor_head(map, cpu);
	uint64_t first, told;

	if (head < c->next || head - c->next <= map->records)
		return false;
	first = head - map->records;
	/* At the end nobody asks for what came after it. */
	told = at_end && first > c->end ? c->end : first;
	c->lost += told - c->next;
	c->next = first;
	return true;
}

/*
 * Wait for the writer, or count the record as lost; and with it all up to the
 * end, if the head went back, as no writer's does: there may be 2^64 of them.
 */
static void be_patient(const struct ring_map *map, uint32_t cpu,
		       struct ring_cursor *c, unsigned int *patience)
{
	const struct timespec moment = { .tv_nsec = 100000 };
	uint64_t count = 1;

	if (*patience) {
		--*patience;
		nanosleep(&moment, NULL);
		return;
	}
	if (ring_cursor_head(map, cpu) <= c->next)
		count = c->end - c->next;
	c->lost += count;
	c->next += count;
}

enum ring_fetch ring_cursor_fetch(const struct ring_map *map, uint32_t cpu,
				  struct ring_cursor *c, unsigned int *patience)
{
	unsigned int jumps = 0;

	while (c->next < c->end) {
		if (ring_cursor_copy(map, cpu, c))
			return RING_FETCH_WHOLE;
		if (skip_overwritten(map, cpu, c, patience)) {
			if (!patience && ++jumps == JUMPS_MAX)
				return RING_FETCH_LATER;
		} else if (patience) {
			be_patient(map, cpu, c, patience);
		} else {
			return RING_FETCH_LATER;
		}
	}
	return RING_FETCH_NONE;
}
