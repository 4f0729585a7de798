// SPDX-License-Identifier: GPL-2.0
/* Counts over time in a bounded number of intervals. */
#include <string.h>

#include "commands/report/timeline.h"
#include "util/basics.h"

#define MS	1000000ULL
#define SEC	(1000 * MS)
#define MINUTE	(60 * SEC)
#define HOUR	(60 * MINUTE)
#define DAY	(24 * HOUR)

/*
 * Each width is a multiple of the one before, so that narrow intervals fit into
 * wider ones; 2^64 nanoseconds fit into few intervals of the last width.
 */
static const uint64_t widths[] = {
	MS, 2 * MS, 10 * MS, 20 * MS, 100 * MS, 200 * MS, SEC, 2 * SEC,
	10 * SEC, 20 * SEC, MINUTE, 2 * MINUTE, 10 * MINUTE, 20 * MINUTE, HOUR,
	2 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 10 * DAY, 20 * DAY,
	100 * DAY, 500 * DAY,
};

#define WIDTHS	(ARRAY_SIZE(widths))

_Static_assert(UINT64_MAX / (500 * DAY) + 2 < TIMELINE_SHOWN * 4,
	       "all of time has room");

/* Return the time from the beginning of the first interval to the first moment. */
static uint64_t phase(const struct timeline *t)
{
	return t->wall_ns % widths[t->width];
}

static uint64_t place(const struct timeline *t, uint64_t time_ns)
{
	uint64_t since = saturating_sub(time_ns, t->first_ns);

	if (since > UINT64_MAX - phase(t))
		return UINT64_MAX / widths[t->width];
	return (since + phase(t)) / widths[t->width];
}

static void widen(struct timeline *t)
{
	uint64_t old = widths[t->width], before = phase(t), to;
	unsigned int i, s, ratio;

	t->width++;
	ratio = (unsigned int)(widths[t->width] / old);
	/*
	 * Number of old intervals between the beginnings of the first new and
	 * first old one
	 */
	before = (phase(t) - before) / old;
	for (i = 0; i < TIMELINE_MAX; i++) {
		to = (i + before) / ratio;
		for (s = 0; to != i && s < SERIES; s++) {
			t->count[to][s] += t->count[i][s];
			t->count[i][s] = 0;
		}
		if (to == i)
			continue;
		if (t->most[i] > t->most[to])
			t->most[to] = t->most[i];
		t->most[i] = 0;
	}
}

void timeline_start(struct timeline *t, uint64_t time_ns, uint64_t wall_ns)
{
	t->started = true;
	t->first_ns = time_ns;
	t->last_ns = time_ns;
	t->wall_ns = wall_ns;
}

void timeline_reach(struct timeline *t, uint64_t time_ns)
{
	if (time_ns > t->last_ns)
		t->last_ns = time_ns;
	while (t->width + 1 < WIDTHS && place(t, t->last_ns) >= TIMELINE_MAX)
		widen(t);
}

void timeline_add(struct timeline *t, unsigned int series, uint64_t time_ns,
		  int64_t count)
{
	timeline_reach(t, time_ns);
	t->count[place(t, time_ns)][series] += count;
}

void timeline_most(struct timeline *t, uint64_t time_ns, int64_t count)
{
	uint64_t at;

	timeline_reach(t, time_ns);
	at = place(t, time_ns);
	if (count > t->most[at])
		t->most[at] = count;
}

void timeline_shrink(struct timeline *t, unsigned int max)
{
	while (t->width + 1 < WIDTHS && timeline_used(t) > max)
		widen(t);
}

unsigned int timeline_used(const struct timeline *t)
{
	return t->started ? (unsigned int)place(t, t->last_ns) + 1 : 0;
}

uint64_t timeline_width(const struct timeline *t)
{
	return widths[t->width];
}

uint64_t timeline_wall(const struct timeline *t)
{
	return t->wall_ns - phase(t);
}

static int64_t larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/*
 * An interval had at least as many mini-sockets as its beginning and its end. Those from
 * before the first event are counted at its end only.
 */
static int64_t most_within(const struct timeline *t, unsigned int i,
			   const struct population *p)
{
	int64_t most = larger(t->most[i], p->tw[i] + p->fw2[i]);

	if (i)
		most = larger(most, p->tw[i - 1] + p->fw2[i - 1]);
	return most + p->unseen[i];
}

void population_make(const struct timeline *t, bool lossless, bool with_most,
		     struct population *p)
{
	unsigned int n = timeline_used(t), i;
	int64_t tw = 0, fw2 = 0, unseen = 0, all;

	memset(p, 0, sizeof(*p));
	for (i = 0; i < n; i++)
		unseen -= t->count[i][SERIES_UNSEEN];
	if (!lossless)
		p->left_out = unseen;
	for (i = 0; i < n; i++) {
		tw += t->count[i][SERIES_TW];
		fw2 += t->count[i][SERIES_FW2];
		unseen += t->count[i][SERIES_UNSEEN];
		/* With clocks that differ an end may come before its beginning. */
		p->tw[i] = larger(tw, 0);
		p->fw2[i] = larger(fw2, 0);
		p->unseen[i] = lossless ? larger(unseen, 0) : 0;
		all = p->tw[i] + p->fw2[i] + p->unseen[i];
		if (with_most) {
			p->most[i] = most_within(t, i, p);
			all = p->most[i];
		}
		if (all > p->peak) {
			p->peak = all;
			p->peak_at = i;
		}
	}
}
