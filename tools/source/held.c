// SPDX-License-Identifier: GPL-2.0
/* Finds out since when a source has the events of all CPUs. */
#include <stdlib.h>

#include "source/held.h"

bool held_init(struct held *h, const struct source *src)
{
	h->since_ns = 0;
	h->begun = calloc(src->header.rings + 1UL, sizeof(*h->begun));
	return h->begun;
}

void held_exit(struct held *h)
{
	free(h->begun);
}

void held_begin(struct held *h, struct source *src, const struct item *item)
{
	bool known = item->cpu < src->header.rings;

	if (known)
		h->begun[item->cpu] = true;
	if (!h->since_ns ||
	    (known && source_recorded(src, item->cpu) > src->header.records))
		h->since_ns = item->time_ns;
}
