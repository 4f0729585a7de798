// SPDX-License-Identifier: GPL-2.0
/* Keeps copies of the connections that a report shows in full. */
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>

#include "commands/report/model.h"

/* Copy a connection over the example @to, or into a new one if @to is NULL. */
static struct example *keep(struct example *to, const struct verdict *v,
			    const struct retransmits *extras)
{
	struct example *k = to ? to : malloc(sizeof(*k));
	unsigned int i;

	if (!k)
		return NULL;
	memset(k, 0, sizeof(*k));
	k->v = *v;
	for (i = 0; i < 2 && v->end[i]; i++) {
		k->conn[i] = *v->end[i];
		k->v.end[i] = &k->conn[i];
	}
	ladder_plan_make(&k->v, extras, &k->plan);
	/* @extras may drop these times; the plan holds copies of them. */
	k->plan.side[0].extra = NULL;
	k->plan.side[1].extra = NULL;
	return k;
}

/* The number of segments that came again, and of TIME_WAITs that started over. */
static uint64_t oddness(const struct verdict *v)
{
	uint64_t odd = 0;
	unsigned int i;

	for (i = 0; i < 2 && v->end[i]; i++)
		odd += (uint64_t)v->end[i]->retransmitted +
		       v->end[i]->fin_again + v->end[i]->extended;
	return odd;
}

/* One end's part of road_key(), in 24 bits; 0 on the ordinary road. */
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

/* Is only TIME_WAIT not over? The road is known then. */
static bool only_waits(const struct verdict *v)
{
	unsigned int i;

	for (i = 0; i < 2 && v->end[i]; i++)
		if (!(v->end[i]->flags & CONN_ENDED) &&
		    v->end[i]->state != TCP_TIME_WAIT)
			return false;
	return v->open;
}

/* 0 for the ordinary road: one end closed, then the other. */
static uint64_t road_key(const struct verdict *v)
{
	uint64_t key = end_key(v->end[0]);

	if (v->end[1])
		key |= end_key(v->end[1]) << 24;
	if (v->how != HOW_FIN && !only_waits(v))
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
		  const struct retransmits *extras)
{
	uint64_t key = road_key(v);
	unsigned int at = find_victim(s, key);
	struct example *k = NULL;

	if (at < SLOWEST_MAX) {
		k = s->list[at];
		if (took_ns <= k->took_ns)
			return true;
		for (s->count--; at < s->count; at++)
			s->list[at] = s->list[at + 1];
	}
	k = keep(k, v, extras);
	if (!k)
		return false;
	k->took_ns = took_ns;
	k->key = key;
	for (at = s->count++; at && s->list[at - 1]->took_ns < took_ns; at--)
		s->list[at] = s->list[at - 1];
	s->list[at] = k;
	return true;
}

bool roads_take(struct roads *r, const struct verdict *v,
		const struct retransmits *extras)
{
	uint64_t key = road_key(v), odd = oddness(v);
	struct road *road;
	unsigned int i = 0;

	if (!key || v->partial || v->lost || (v->open && !only_waits(v)))
		return true;
	while (i < r->count && r->list[i].key != key)
		i++;
	if (i == ROADS_MAX) {
		r->rest++;
		return true;
	}
	road = &r->list[i];
	if (i == r->count) {
		*road = (struct road){ .key = key };
		r->count++;
	}
	road->count++;
	if (road->kept && odd <= road->oddness)
		return true;
	road->oddness = odd;
	road->kept = keep(road->kept, v, extras);
	return road->kept;
}

static int compare(const void *one, const void *other)
{
	const struct road *a = one, *b = other;

	if (a->count != b->count)
		return a->count < b->count ? -1 : 1;
	if (a->oddness != b->oddness)
		return a->oddness > b->oddness ? -1 : 1;
	return a->key < b->key ? -1 : a->key > b->key;
}

void roads_sort(struct roads *r)
{
	qsort(r->list, r->count, sizeof(r->list[0]), compare);
}

void slowest_free(struct slowest *s)
{
	while (s->count)
		free(s->list[--s->count]);
}

void roads_free(struct roads *r)
{
	while (r->count)
		free(r->list[--r->count].kept);
}
