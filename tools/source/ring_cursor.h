/* SPDX-License-Identifier: GPL-2.0 */
/* A reader's place in one ring, and the copying of records out of it. */
#ifndef SOURCE_RING_CURSOR_H
#define SOURCE_RING_CURSOR_H

#include <stdbool.h>
#include <stdint.h>

#include "source/ring_map.h"

/**
 * struct ring_cursor - a reader's place in one ring
 * @next: number of the record to read next, or of the one in @event
 * @end: where to stop for now: a head that was seen
 * @lost: records overwritten unread, not told yet
 * @staged_ns: when the record in @event was first seen (the owner's)
 * @staged: @event holds a record (the owner's)
 * @event: the copy
 */
struct ring_cursor {
	uint64_t next;
	uint64_t end;
	uint64_t lost;
	uint64_t staged_ns;
	bool staged;
	struct tcpfin_event event;
};

/**
 * enum ring_fetch - what ring_cursor_fetch() found
 * @RING_FETCH_WHOLE: a record, in the cursor's event
 * @RING_FETCH_NONE: nothing before the end
 * @RING_FETCH_LATER: a record that its writer has not finished
 */
enum ring_fetch {
	RING_FETCH_WHOLE,
	RING_FETCH_NONE,
	RING_FETCH_LATER,
};

/**
 * ring_cursor_head() - the number of records begun in a ring
 * @map: the mapping
 * @cpu: the ring
 *
 * Return: it; records with lower numbers may be asked for from now on.
 */
uint64_t ring_cursor_head(const struct ring_map *map, uint32_t cpu);

/*
 * May race with the writer; a second look decides. ThreadSanitizer must be told
 * that the race is meant, which takes words that are loaded one by one.
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

/* The place of a record, whichever is there now. */
static inline const struct tcpfin_event *
ring_cursor_slot(const struct ring_map *map, uint32_t cpu, uint64_t number)
{
	return map->data + (size_t)cpu * map->records +
	       (number & (map->records - 1));
}

/**
 * ring_cursor_copy_to() - copy a record if it is whole
 * @slot: its place
 * @number: its number, below a head that was seen
 * @to: where to
 *
 * The acquire pairs with the writer's release of seq after it filled the
 * record; the fence keeps the copy before the second look at seq, which a
 * writer that comes round clears before it fills.
 *
 * Return: true if @to holds it now.
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

/**
 * ring_cursor_copy() - copy the next record if it is whole
 * @map: the mapping
 * @cpu: the ring
 * @c: this reader's place, before its end
 *
 * Return: true if the cursor's event holds it now.
 */
static inline bool ring_cursor_copy(const struct ring_map *map, uint32_t cpu,
				    struct ring_cursor *c)
{
	return ring_cursor_copy_to(ring_cursor_slot(map, cpu, c->next), c->next,
				   &c->event);
}

/**
 * ring_cursor_fetch() - copy the next whole record
 * @map: the mapping
 * @cpu: the ring
 * @c: this reader's place; records that were overwritten are skipped and
 *	counted in its lost
 * @patience: NULL while there is a later. At the end: how many more times to
 *	wait 100 us for a writer; after that an unfinished record counts as lost
 *
 * Return: see enum ring_fetch.
 */
enum ring_fetch ring_cursor_fetch(const struct ring_map *map, uint32_t cpu,
				  struct ring_cursor *c,
				  unsigned int *patience);

#endif /* SOURCE_RING_CURSOR_H */
