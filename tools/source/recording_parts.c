// SPDX-License-Identifier: GPL-2.0
/*
 * The parts of one recording, which was rotated, as one source. The first one
 * that is there reads on in the others, one by one.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "source/recording_read.h"
#include "source/recording_reader.h"
#include "util/basics.h"

/* Are both of one recording, and @a before @b? */
static bool goes_before(const struct recording_reader *a,
			const struct recording_reader *b)
{
	return a->boot_id[0] && !strcmp(a->boot_id, b->boot_id) &&
	       a->src.header.load_ns == b->src.header.load_ns &&
	       a->src.header.rings == b->src.header.rings &&
	       a->before.time_ns == b->before.time_ns && a->part < b->part;
}

/* Put @r among the parts of its recording, the first of which is in *@first. */
static bool join(struct source **first, struct recording_reader *r)
{
	struct recording_reader *at = to_recording_reader(*first);

	if (goes_before(r, at)) {
		r->then = at;
		*first = &r->src;
		return true;
	}
	while (at->then && goes_before(at->then, r))
		at = at->then;
	if (!goes_before(at, r) || (at->then && !goes_before(r, at->then)))
		return false;
	r->then = at->then;
	at->then = r;
	return true;
}

uint32_t recording_join(struct source **list, uint32_t count)
{
	uint32_t i, j, left = 0;

	for (i = 0; i < count; i++) {
		for (j = 0; j < left; j++)
			if (join(&list[j], to_recording_reader(list[i])))
				break;
		if (j == left)
			list[left++] = list[i];
	}
	return left;
}

struct recording_part recording_part_of(struct source *src)
{
	const struct recording_reader *r = to_recording_reader(src);

	return (struct recording_part){
		.number = r->part, .before = r->before,
	};
}

/* What the parts between this one and the next one hold. */
static uint64_t count_between(const struct recording_reader *r)
{
	const struct rec_end *now = &r->then->before;

	return saturating_sub(now->events, r->before.events + r->seen.events) +
	       saturating_sub(now->lost, r->before.lost + r->seen.lost) +
	       saturating_sub(now->missed, r->before.missed + r->seen.missed);
}

bool recording_go_on(struct recording_reader *r, struct item *item)
{
	struct recording_reader *then = r->then;

	item->type = ITEM_LOST;
	item->cpu = CPU_NONE;
	item->count = count_between(r);
	item->time_ns = then->seen.time_ns;
	close(r->in.fd);
	blocks_exit(&r->in);
	r->in = then->in;
	r->src.run = NULL;
	r->src.run_end = NULL;
	r->counted = NULL;
	r->foreign = false;
	r->src.header = then->src.header;
	r->before = then->before;
	r->seen = (struct rec_end){ .time_ns = r->seen.time_ns };
	recording_note_time(r, then->seen.time_ns);
	memcpy(r->name, then->name, sizeof(r->name));
	r->ended = false;
	r->marked = false;
	r->then = then->then;
	free(then);
	return item->count;
}
