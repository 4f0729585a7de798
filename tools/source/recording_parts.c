// SPDX-License-Identifier: GPL-2.0
/* Chains the parts of a rotated recording, so that they are one source. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "source/recording_read.h"
#include "source/recording_reader.h"
#include "util/basics.h"

/* Are both parts of one recording, @a before @b? */
static bool precedes(const struct recording_reader *a, const struct recording_reader *b)
{
	return a->boot_id[0] && !strcmp(a->boot_id, b->boot_id) &&
	       a->src.header.load_ns == b->src.header.load_ns &&
	       a->src.header.rings == b->src.header.rings &&
	       a->before.time_ns == b->before.time_ns && a->part < b->part;
}

/* Insert @r into the chain *@first if it belongs there. */
static bool insert_part(struct source **first, struct recording_reader *r)
{
	struct recording_reader *at = to_recording_reader(*first);

	if (precedes(r, at)) {
		r->then = at;
		*first = &r->src;
		return true;
	}
	while (at->then && precedes(at->then, r))
		at = at->then;
	if (!precedes(at, r) || (at->then && !precedes(r, at->then)))
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
			if (insert_part(&list[j], to_recording_reader(list[i])))
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

/* Count what the missing parts between this part and the next hold. */
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
	cgroups_free(then->cgroups);
	free(then);
	return item->count;
}
