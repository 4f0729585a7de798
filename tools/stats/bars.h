/* SPDX-License-Identifier: GPL-2.0 */
/* A distribution as the few bars of a picture. */
#ifndef STATS_BARS_H
#define STATS_BARS_H

#include <stdint.h>

#include "stats/distribution.h"

#define BARS_MAX	48

/* The spans from @from_us to below @to_us */
struct bar {
	uint64_t from_us;	/* microseconds */
	uint64_t to_us;		/* microseconds */
	uint64_t count;		/* number of spans */
};

/*
 * Divide a distribution into bars. If the longest span is below four times the
 * shortest, all bars have one width; otherwise they grow 1, 2, 5, 10 and so on.
 * Return the number of bars, 0 for an empty distribution.
 */
unsigned int bars_make(const struct distribution *d, struct bar bars[BARS_MAX]);

#endif /* STATS_BARS_H */
