// SPDX-License-Identifier: GPL-2.0
/* Keeps copies of the connections that a report shows in full. */
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>

#include "commands/report/model.h"

/* Copy a connection over the example @to, or into a new one if @to is NULL. */
static struct example *keep(struct example *to, const struct verdict *v,
			    const struct retransmits *retransmits)
{
	struct example *example = to ? to : malloc(sizeof(*example));
	unsigned int i;

	if (!example)
		return NULL;
	memset(example, 0, sizeof(*example));
	example->v = *v;
	for (i = 0; i < 2 && v->end[i]; i++) {
		example->conn[i] = *v->end[i];
		example->v.end[i] = &example->conn[i];
	}
	ladder_plan_make(&example->v, retransmits, &example->plan);
	/* The plan has copies of these times, which @retransmits may drop. */
	example->plan.side[0].retransmit = NULL;
	example->plan.side[1].retransmit = NULL;
	return example;
}

/* Return the number of repeated segments and of TIME_WAITs that started over. */
static uint64_t repeats_of(const struct verdict *v)
{
	uint64_t repeats = 0;
	unsigned int i;

	for (i = 0; i < 2 && v->end[i]; i++)
		repeats += (uint64_t)v->end[i]->retransmitted +
			   v->end[i]->fin_again + v->end[i]->extended;
	return repeats;
}

/* Return one end's part of variant_key(), 24 bits; 0 for an ordinary end. */
static uint64_t end_key(const struct conn *conn)
{
	bool expired = conn->reason == TCPFIN_REASON_EXPIRED &&
		       conn->old_state == TCP_TIME_WAIT;
	bool caused = conn->reason == TCPFIN_REASON_ABORTED ||
		      conn->reason == TCPFIN_REASON_RST_SENT;
	uint64_t key = (uint64_t)!!conn->retransmitted << 12 |
		       (uint64_t)!!conn->fin_again << 13 |
		       (uint64_t)(conn->extended > conn->fin_again) << 14 |
		       (uint64_t)!!(conn->flags & CONN_REFUSED) << 15;

	if (caused)
		key |= (conn->detail & 0xfU) << 8;
	if (!(conn->flags & CONN_ENDED))
		return conn->state == TCP_TIME_WAIT ? key :
		       key | (conn->state & 0xfU) << 16;
	if (conn->reason && !expired)
		key |= conn->reason | (conn->old_state & 0xfU) << 16;
	return key;
}

/*
 * Return the key of the connection's variant; 0 for an ordinary teardown: one
 * end closed, then the other.
 */
static uint64_t variant_key(const struct verdict *v)
{
	uint64_t key = end_key(v->end[0]);

	if (v->end[1])
		key |= end_key(v->end[1]) << 24;
	if (v->how != HOW_FIN && !verdict_only_waits(v))
		key |= (uint64_t)v->how << 48;
	if (v->closer == CLOSER_BOTH)
		key |= 1ULL << 56;
	return key;
}

/*
 * Find the example that a new one may replace: the fastest of SLOWEST_ALIKE examples
 * with the same key, or else the fastest of a full list. Return its index, or
 * SLOWEST_MAX if there is room.
 */
static unsigned int find_victim(const struct slowest *s, uint64_t key)
{
	unsigned int i, same = 0, last = SLOWEST_MAX;

	for (i = 0; i < s->count; i++) {
		if (s->list[i]->key != key)
			continue;
		same++;
		last = i;
	}
	if (same >= SLOWEST_ALIKE)
		return last;
	return s->count == SLOWEST_MAX ? s->count - 1 : SLOWEST_MAX;
}

bool slowest_take(struct slowest *s, const struct verdict *v, uint64_t took_ns,
		  const struct retransmits *retransmits)
{
	uint64_t key = variant_key(v);
	unsigned int at = find_victim(s, key);
	struct example *example = NULL;

	if (at < SLOWEST_MAX) {
		example = s->list[at];
		if (took_ns <= example->took_ns)
			return true;
		for (s->count--; at < s->count; at++)
			s->list[at] = s->list[at + 1];
	}
	example = keep(example, v, retransmits);
	if (!example)
		return false;
	example->took_ns = took_ns;
	example->key = key;
	for (at = s->count++; at && s->list[at - 1]->took_ns < took_ns; at--)
		s->list[at] = s->list[at - 1];
	s->list[at] = example;
	return true;
}

bool variants_take(struct variants *r, const struct verdict *v,
		   const struct retransmits *retransmits)
{
	uint64_t key = variant_key(v), repeats = repeats_of(v);
	struct variant *variant;
	unsigned int i = 0;

	if (!key || v->partial || v->lost || (v->open && !verdict_only_waits(v)))
		return true;
	while (i < r->count && r->list[i].key != key)
		i++;
	if (i == VARIANTS_MAX) {
		r->rest++;
		return true;
	}
	variant = &r->list[i];
	if (i == r->count) {
		*variant = (struct variant){ .key = key };
		r->count++;
	}
	variant->count++;
	if (variant->example && repeats <= variant->repeats)
		return true;
	variant->repeats = repeats;
	variant->example = keep(variant->example, v, retransmits);
	return variant->example;
}

static int compare(const void *one, const void *other)
{
	const struct variant *a = one, *b = other;

	if (a->count != b->count)
		return a->count < b->count ? -1 : 1;
	if (a->repeats != b->repeats)
		return a->repeats > b->repeats ? -1 : 1;
	return a->key < b->key ? -1 : a->key > b->key;
}

void variants_sort(struct variants *r)
{
	qsort(r->list, r->count, sizeof(r->list[0]), compare);
}

void slowest_free(struct slowest *s)
{
	while (s->count)
		free(s->list[--s->count]);
}

void variants_free(struct variants *r)
{
	while (r->count)
		free(r->list[--r->count].example);
}
