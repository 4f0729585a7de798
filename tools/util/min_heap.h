/* SPDX-License-Identifier: GPL-2.0 */
/* A heap of streams, the one with the earliest time on top: merging by time. */
#ifndef UTIL_MIN_HEAP_H
#define UTIL_MIN_HEAP_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct min_heap_entry - a stream whose next item is known
 * @time_ns: the item's time
 * @index: number of the stream; the lower one goes first at the same time
 */
struct min_heap_entry {
	uint64_t time_ns;
	uint32_t index;
};

/**
 * struct min_heap - the streams
 * @list: room for all of them, the owner's
 * @count: how many are in it; the earliest is @list[0]
 */
struct min_heap {
	struct min_heap_entry *list;
	uint32_t count;
};

static inline bool min_heap_is_earlier(const struct min_heap_entry *a,
				       const struct min_heap_entry *b)
{
	return a->time_ns < b->time_ns ||
	       (a->time_ns == b->time_ns && a->index < b->index);
}

/**
 * min_heap_sift_down() - put things right after the top was changed
 * @h: the heap, not empty
 */
static inline void min_heap_sift_down(struct min_heap *h)
{
	struct min_heap_entry moving = h->list[0];
	uint32_t at = 0, child;

	while ((child = 2 * at + 1) < h->count) {
		if (child + 1 < h->count &&
		    min_heap_is_earlier(&h->list[child + 1], &h->list[child]))
			child++;
		if (!min_heap_is_earlier(&h->list[child], &moving))
			break;
		h->list[at] = h->list[child];
		at = child;
	}
	h->list[at] = moving;
}

/**
 * min_heap_push() - add a stream
 * @h: the heap
 * @index: number of the stream
 * @time_ns: its next item's time
 */
static inline void min_heap_push(struct min_heap *h, uint32_t index,
				 uint64_t time_ns)
{
	const struct min_heap_entry new = { time_ns, index };
	uint32_t at = h->count++;

	while (at && min_heap_is_earlier(&new, &h->list[(at - 1) / 2])) {
		h->list[at] = h->list[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	h->list[at] = new;
}

/**
 * min_heap_replace() - the top's item was used
 * @h: the heap, not empty
 * @more: its stream has another one
 * @time_ns: that one's time
 */
static inline void min_heap_replace(struct min_heap *h, bool more,
				    uint64_t time_ns)
{
	if (more)
		h->list[0].time_ns = time_ns;
	else
		h->list[0] = h->list[--h->count];
	if (h->count > 1)
		min_heap_sift_down(h);
}

#endif /* UTIL_MIN_HEAP_H */
