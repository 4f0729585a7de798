/* SPDX-License-Identifier: GPL-2.0 */
/* A heap of streams with the earliest one on top, to merge them by time. */
#ifndef UTIL_MIN_HEAP_H
#define UTIL_MIN_HEAP_H

#include <stdbool.h>
#include <stdint.h>

/* A stream and the time of its next item */
struct min_heap_entry {
	uint64_t time_ns;	/* the time */
	/* number of the stream; at the same time the lower one goes first */
	uint32_t index;
};

/* The heap */
struct min_heap {
	/* room for all streams (the owner's); [0] is the earliest */
	struct min_heap_entry *list;
	uint32_t count;	/* number of streams in the heap */
};

static inline bool min_heap_is_earlier(const struct min_heap_entry *a,
				       const struct min_heap_entry *b)
{
	return a->time_ns < b->time_ns ||
	       (a->time_ns == b->time_ns && a->index < b->index);
}

/* Restore the order after the top of a non-empty heap has changed. */
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

/* Add a stream with the time of its next item. */
static inline void min_heap_push(struct min_heap *h, uint32_t index, uint64_t time_ns)
{
	const struct min_heap_entry new = { time_ns, index };
	uint32_t at = h->count++;

	while (at && min_heap_is_earlier(&new, &h->list[(at - 1) / 2])) {
		h->list[at] = h->list[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	h->list[at] = new;
}

/* Set the time of the top stream's next item, or remove it (no @more). */
static inline void min_heap_replace(struct min_heap *h, bool more, uint64_t time_ns)
{
	if (more)
		h->list[0].time_ns = time_ns;
	else
		h->list[0] = h->list[--h->count];
	if (h->count > 1)
		min_heap_sift_down(h);
}

#endif /* UTIL_MIN_HEAP_H */
