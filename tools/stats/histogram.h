/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Histograms with fixed buckets, for Prometheus. Histograms with the same
 * buckets can be added up, across machines and versions of this program.
 */
#ifndef STATS_HISTOGRAM_H
#define STATS_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

#define HISTOGRAM_MAX		32

/* The upper bound of a bucket, which includes the bound */
struct histogram_bound {
	uint64_t ns;		/* nanoseconds */
	const char *text;	/* the same in seconds */
};

/* The buckets of a histogram */
struct histogram_bounds {
	size_t count;		/* buckets with a bound; one more, the last, has none */
	/* the bounds, the lowest first */
	struct histogram_bound bound[HISTOGRAM_MAX];
};

/* TIME_WAIT takes 60 s and some tenths, unless something ends it before. */
extern const struct histogram_bounds histogram_bounds_time_wait;
/* Spans that depend on programs last from microseconds to days. */
extern const struct histogram_bounds histogram_bounds_wide;

/* A histogram of time spans */
struct histogram {
	const struct histogram_bounds *bounds;	/* its buckets */
	uint64_t count[HISTOGRAM_MAX + 1];	/* number of spans in each bucket */
	uint64_t all;		/* number of all spans */
	uint64_t sum_s;		/* all spans added up, whole seconds */
	uint64_t sum_ns;	/* the rest of the sum, below one second */
};

/* Add a time span in nanoseconds. */
void histogram_add(struct histogram *h, uint64_t ns);

#endif /* STATS_HISTOGRAM_H */
