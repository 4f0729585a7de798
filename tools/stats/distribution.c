// SPDX-License-Identifier: GPL-2.0
/* Wraps HdrHistogram, and adds the exact minimum, maximum and sum. */
#include <errno.h>
#include <string.h>

#include "stats/distribution.h"

#define DAY_US		(86400LL * 1000000)

int distribution_init(struct distribution *d, int digits)
{
	memset(d, 0, sizeof(*d));
	return hdr_init(1, DAY_US, digits, &d->hdr) ? -ENOMEM : 0;
}

void distribution_exit(struct distribution *d)
{
	if (d->hdr)
		hdr_close(d->hdr);
}

void distribution_add(struct distribution *d, uint64_t ns)
{
	uint64_t us = ns / 1000;

	if (!d->count || ns < d->min_ns)
		d->min_ns = ns;
	if (ns > d->max_ns)
		d->max_ns = ns;
	d->count++;
	d->sum_us += us;
	hdr_record_value(d->hdr, us < DAY_US ? (int64_t)us : DAY_US);
}

void distribution_add_all(struct distribution *d, const struct distribution *from)
{
	if (!from->count)
		return;
	if (!d->count || from->min_ns < d->min_ns)
		d->min_ns = from->min_ns;
	if (from->max_ns > d->max_ns)
		d->max_ns = from->max_ns;
	d->count += from->count;
	d->sum_us += from->sum_us;
	hdr_add(d->hdr, from->hdr);
}

uint64_t distribution_mean(const struct distribution *d)
{
	uint64_t mean;

	if (!d->count)
		return 0;
	/* The sum is of whole microseconds: the mean may be just below the minimum. */
	mean = d->sum_us / d->count * 1000 + d->sum_us % d->count * 1000 / d->count;
	return mean < d->min_ns ? d->min_ns : mean;
}

uint64_t distribution_percentile(const struct distribution *d, double percent)
{
	uint64_t ns;

	ns = (uint64_t)hdr_value_at_percentile(d->hdr, percent) * 1000;
	if (ns < d->min_ns)
		return d->min_ns;
	return ns > d->max_ns ? d->max_ns : ns;
}
