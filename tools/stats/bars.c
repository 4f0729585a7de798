// SPDX-License-Identifier: GPL-2.0
/* Divides a distribution into bars. */
#include "stats/bars.h"

#define DAY_US		(86400ULL * 1000000)

/* The next edge of 1, 2, 5, 10, 20, 50 ... */
static uint64_t grow(uint64_t edge)
{
	uint64_t digit = edge;

	while (digit >= 10)
		digit /= 10;
	return digit == 2 ? edge / 2 * 5 : edge * 2;
}

/*
 * A dozen bars at most, but none finer than the distribution's own buckets,
 * which are a thousandth of their value wide.
 */
static unsigned int even_bars(uint64_t min_us, uint64_t max_us, struct bar *bars)
{
	uint64_t step = 1, from;
	unsigned int n = 0;

	while (step * 10 < max_us - min_us || step * 500 < max_us)
		step = grow(step);
	for (from = min_us / step * step; from <= max_us; from += step)
		bars[n++] = (struct bar){ from, from + step, 0 };
	return n;
}

static unsigned int growing_bars(uint64_t min_us, uint64_t max_us, struct bar *bars)
{
	uint64_t from = 0, to = 1;
	unsigned int n = 0;

	for (; from <= max_us; from = to, to = grow(to)) {
		if (to > min_us)
			bars[n++] = (struct bar){ from, to, 0 };
	}
	return n;
}

/* A bucket belongs to the bar that its start is in; outliers to the outer bars. */
static void fill_bars(const struct distribution *d, struct bar *bars, unsigned int n)
{
	struct hdr_iter iter;
	unsigned int at = 0;

	hdr_iter_recorded_init(&iter, d->hdr);
	while (hdr_iter_next(&iter)) {
		uint64_t us = (uint64_t)iter.lowest_equivalent_value;

		while (at + 1 < n && us >= bars[at].to_us)
			at++;
		bars[at].count += (uint64_t)iter.count;
	}
}

unsigned int bars_make(const struct distribution *d, struct bar bars[BARS_MAX])
{
	uint64_t min_us = d->min_ns / 1000, max_us = d->max_ns / 1000;
	unsigned int n;

	if (!d->count)
		return 0;
	if (max_us > DAY_US)
		max_us = DAY_US;
	if (min_us > max_us)
		min_us = max_us;
	n = max_us < 4 * min_us ? even_bars(min_us, max_us, bars) :
				  growing_bars(min_us, max_us, bars);
	fill_bars(d, bars, n);
	return n;
}
