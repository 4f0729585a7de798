/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Histograms with fixed buckets, for Prometheus: those of many machines, and of
 * any version of this program with the same buckets, add up.
 */
#ifndef STATS_HISTOGRAM_H
#define STATS_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

#define HISTOGRAM_MAX		32

/**
 * struct histogram_bound - the upper bound of a bucket, which includes the bound
 * @ns: nanoseconds
 * @text: the same in seconds
 */
struct histogram_bound {
	uint64_t ns;
	const char *text;
};

/**
 * struct histogram_bounds - the buckets of a histogram
 * @count: buckets with a bound; one more, the last, has none
 * @bound: the bounds, the lowest first
 */
struct histogram_bounds {
	size_t count;
	struct histogram_bound bound[HISTOGRAM_MAX];
};

/* TIME_WAIT takes 60 s and some tenths, unless something ends it before. */
extern const struct histogram_bounds histogram_bounds_time_wait;
/* What depends on programs takes anything from microseconds to days. */
extern const struct histogram_bounds histogram_bounds_wide;

/**
 * struct histogram - a histogram of time spans
 * @bounds: its buckets
 * @count: number of spans in each bucket
 * @all: number of all spans
 * @sum_s: all spans added up, whole seconds
 * @sum_ns: the rest of the sum, below one second
 */
struct histogram {
	const struct histogram_bounds *bounds;
	uint64_t count[HISTOGRAM_MAX + 1];
	uint64_t all;
	uint64_t sum_s;
	uint64_t sum_ns;
};

/* Add a time span in nanoseconds. */
void histogram_add(struct histogram *h, uint64_t ns);

#endif /* STATS_HISTOGRAM_H */
