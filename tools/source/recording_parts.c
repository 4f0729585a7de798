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

/* Are both of one recording, and @a before @b? */
static bool goes_before(const struct tcpfin_recorded *a,
			const struct tcpfin_recorded *b)
{
	return a->boot_id[0] && !strcmp(a->boot_id, b->boot_id) &&
	       a->src.header.load_ns == b->src.header.load_ns &&
	       a->src.header.rings == b->src.header.rings &&
	       a->before.time_ns == b->before.time_ns && a->part < b->part;
}

/* Put @r among the parts of its recording, the first of which is in *@first. */
static bool join(struct tcpfin_source **first, struct tcpfin_recorded *r)
{
	struct tcpfin_recorded *at = tcpfin_to_recorded(*first);

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

uint32_t tcpfin_recorded_join(struct tcpfin_source **list, uint32_t count)
{
	uint32_t i, j, left = 0;

	for (i = 0; i < count; i++) {
		for (j = 0; j < left; j++)
			if (join(&list[j], tcpfin_to_recorded(list[i])))
				break;
		if (j == left)
			list[left++] = list[i];
	}
	return left;
}

struct tcpfin_part tcpfin_recorded_part(struct tcpfin_source *src)
{
	const struct tcpfin_recorded *r = tcpfin_to_recorded(src);

	return (struct tcpfin_part){
		.number = r->part, .before = r->before,
	};
}

/* A count never goes back. */
static uint64_t more(uint64_t now, uint64_t before)
{
	return now > before ? now - before : 0;
}

/* What the parts between this one and the next one hold. */
static uint64_t count_between(const struct tcpfin_recorded *r)
{
	const struct tcpfin_rec_end *now = &r->then->before;

	return more(now->events, r->before.events + r->seen.events) +
	       more(now->lost, r->before.lost + r->seen.lost) +
	       more(now->missed, r->before.missed + r->seen.missed);
}

bool tcpfin_recorded_go_on(struct tcpfin_recorded *r, struct tcpfin_item *item)
{
	struct tcpfin_recorded *then = r->then;

	item->type = TCPFIN_ITEM_LOST;
	item->cpu = TCPFIN_CPU_NONE;
	item->count = count_between(r);
	item->time_ns = then->seen.time_ns;
	close(r->in.fd);
	tcpfin_blocks_exit(&r->in);
	r->in = then->in;
	r->src.run = NULL;
	r->src.run_end = NULL;
	r->counted = NULL;
	r->foreign = false;
	r->src.header = then->src.header;
	r->before = then->before;
	r->seen = (struct tcpfin_rec_end){ .time_ns = r->seen.time_ns };
	tcpfin_recorded_note_time(r, then->seen.time_ns);
	memcpy(r->name, then->name, sizeof(r->name));
	r->ended = false;
	r->marked = false;
	r->then = then->then;
	free(then);
	return item->count;
}
