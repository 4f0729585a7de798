/* SPDX-License-Identifier: GPL-2.0 */
/* A reader's position in one ring, and copying records out of the ring. */
#ifndef SOURCE_RING_CURSOR_H
#define SOURCE_RING_CURSOR_H

#include <stdbool.h>
#include <stdint.h>

#include "source/ring_map.h"

/* A reader's position in one ring */
struct ring_cursor {
	/* number of the record to read next, or of the record in @event */
	uint64_t next;
	uint64_t end;	/* where to stop for now: an earlier value of the ring's head */
	uint64_t lost;	/* records overwritten unread, not reported yet */
	/* when the record in @event was first seen (set by the owner) */
	uint64_t staged_ns;
	bool staged;	/* @event holds a record (set by the owner) */
	struct tcpfin_event event;	/* the copy */
};

/* What ring_cursor_fetch() found */
enum ring_fetch {
	RING_FETCH_WHOLE,	/* a record, in the cursor's event */
	RING_FETCH_NONE,	/* nothing before the end */
	RING_FETCH_LATER,	/* a record that its writer has not finished */
};

/* Return the number of records begun; lower numbers may be read. */
uint64_t ring_cursor_head(const struct ring_map *map, uint32_t ring);

/*
 * Copy a record; this may race with the writer, and the caller checks seq again
 * afterwards. For ThreadSanitizer the copy is made of relaxed atomic loads,
 * which mark the race as intended.
 */
static inline void ring_cursor_take(struct tcpfin_event *to,
				    const struct tcpfin_event *from)
{
#ifdef __SANITIZE_THREAD__
	const uint64_t *source = (const uint64_t *)from;
	uint64_t *target = (uint64_t *)to;
	unsigned int i;

	for (i = 0; i < sizeof(*to) / sizeof(*target); i++)
		target[i] = __atomic_load_n(&source[i], __ATOMIC_RELAXED);
#else
	*to = *from;
#endif
}

/* Return the slot of a record number; it may hold another record by now. */
static inline const struct tcpfin_event *
ring_cursor_slot(const struct ring_map *map, uint32_t ring, uint64_t number)
{
	return map->data + (size_t)ring * map->records + (number & (map->records - 1));
}

/*
 * Copy record @number, which is below a head that was read, from its slot. Return
 * false if the record is not complete.
 *
 * The acquire pairs with the writer's release of seq after it filled the
 * record; the fence keeps the copy before the second read of seq, which a
 * writer that comes round clears before it fills the slot.
 */
static inline bool ring_cursor_copy_to(const struct tcpfin_event *slot,
				       uint64_t number, struct tcpfin_event *to)
{
	if (__atomic_load_n(&slot->seq, __ATOMIC_ACQUIRE) != number + 1)
		return false;
	ring_cursor_take(to, slot);
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	return __atomic_load_n(&slot->seq, __ATOMIC_RELAXED) == number + 1;
}

/* Copy the next record into @c->event. Return false if it is unfinished. */
static inline bool ring_cursor_copy(const struct ring_map *map, uint32_t ring,
				    struct ring_cursor *c)
{
	return ring_cursor_copy_to(ring_cursor_slot(map, ring, c->next), c->next,
				   &c->event);
}

/**
 * ring_cursor_fetch() - copy the next complete record
 * @map: the mapping
 * @ring: the number of the ring
 * @c: the position; records that were overwritten are skipped and counted in
 *	its lost
 * @patience: NULL to leave unfinished records for later. At the end: how many
 *	more times to wait 100 us for a writer; after that an unfinished record
 *	counts as lost
 *
 * Return: see enum ring_fetch.
 */
enum ring_fetch ring_cursor_fetch(const struct ring_map *map, uint32_t ring,
				  struct ring_cursor *c, unsigned int *patience);

#endif /* SOURCE_RING_CURSOR_H */
