/* SPDX-License-Identifier: GPL-2.0 */
/* Since when a source has the events of all CPUs. */
#ifndef SOURCE_HELD_H
#define SOURCE_HELD_H

#include <stdbool.h>
#include <stdint.h>

#include "source/source.h"

/* The time that the events of a source cover */
struct held {
	bool *begun;		/* by ring: an event of the ring was taken */
	uint64_t since_ns;	/* no event since then is missing; 0 before any event */
};

/* Begin before the first event. Return false without memory. */
bool held_init(struct held *h, const struct source *src);
void held_exit(struct held *h);

/* Take the first event of a ring, or one of a ring that the header does not have. */
void held_begin(struct held *h, struct source *src, const struct item *item);

/*
 * Take an event; all events have to be taken in their order. A ring that overwrote
 * records lacks what was before its first event.
 */
static inline void held_take(struct held *h, struct source *src, const struct item *item)
{
	if (item->cpu >= src->header.rings || !h->begun[item->cpu])
		held_begin(h, src, item);
}

#endif /* SOURCE_HELD_H */
