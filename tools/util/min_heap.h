/* SPDX-License-Identifier: GPL-2.0 */
/* A heap of streams, the one with the earliest time on top: merging by time. */
#ifndef TCPFIN_HEAP_H
#define TCPFIN_HEAP_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct tcpfin_staged - a stream whose next item is known
 * @time_ns: the item's time
 * @index: number of the stream; the lower one goes first at the same time
 */
struct tcpfin_staged {
	uint64_t time_ns;
	uint32_t index;
};

/**
 * struct tcpfin_heap - the streams
 * @list: room for all of them, the owner's
 * @count: how many are in it; the earliest is @list[0]
 */
struct tcpfin_heap {
	struct tcpfin_staged *list;
	uint32_t count;
};

static inline bool tcpfin_staged_earlier(const struct tcpfin_staged *a,
					 const struct tcpfin_staged *b)
{
	return a->time_ns < b->time_ns ||
	       (a->time_ns == b->time_ns && a->index < b->index);
}

/**
 * tcpfin_heap_sift_down() - put things right after the top was changed
 * @h: the heap, not empty
 */
static inline void tcpfin_heap_sift_down(struct tcpfin_heap *h)
{
	struct tcpfin_staged moving = h->list[0];
	uint32_t at = 0, child;

	while ((child = 2 * at + 1) < h->count) {
		if (child + 1 < h->count &&
		    tcpfin_staged_earlier(&h->list[child + 1], &h->list[child]))
			child++;
		if (!tcpfin_staged_earlier(&h->list[child], &moving))
			break;
		h->list[at] = h->list[child];
		at = child;
	}
	h->list[at] = moving;
}

/**
 * tcpfin_heap_push() - add a stream
 * @h: the heap
 * @index: number of the stream
 * @time_ns: its next item's time
 */
static inline void tcpfin_heap_push(struct tcpfin_heap *h, uint32_t index,
				    uint64_t time_ns)
{
	const struct tcpfin_staged new = { time_ns, index };
	uint32_t at = h->count++;

	while (at && tcpfin_staged_earlier(&new, &h->list[(at - 1) / 2])) {
		h->list[at] = h->list[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	h->list[at] = new;
}

/**
 * tcpfin_heap_replace() - the top's item was used
 * @h: the heap, not empty
 * @more: its stream has another one
 * @time_ns: that one's time
 */
static inline void tcpfin_heap_replace(struct tcpfin_heap *h, bool more,
				       uint64_t time_ns)
{
	if (more)
		h->list[0].time_ns = time_ns;
	else
		h->list[0] = h->list[--h->count];
	if (h->count > 1)
		tcpfin_heap_sift_down(h);
}

#endif /* TCPFIN_HEAP_H */
