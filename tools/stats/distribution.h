/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How time spans are distributed, for people: percentiles and bars. For buckets
 * that add up across machines see stats/histogram.h.
 */
#ifndef STATS_DISTRIBUTION_H
#define STATS_DISTRIBUTION_H

#include <stdint.h>

#include <hdr/hdr_histogram.h>

/* The distribution of time spans */
struct distribution {
	uint64_t count;		/* number of spans */
	uint64_t min_ns;	/* the shortest span, exact */
	uint64_t max_ns;	/* the longest span, exact */
	uint64_t sum_us;	/* all spans added up, each cut to whole microseconds */
	struct hdr_histogram *hdr;	/* buckets in microseconds, up to one day */
};

/*
 * Make an empty distribution whose percentiles have @digits significant digits.
 * Return 0, or -ENOMEM.
 */
int distribution_init(struct distribution *d, int digits);

/* Free what a distribution holds; it may be all zero. */
void distribution_exit(struct distribution *d);

/* Add a time span in nanoseconds. */
void distribution_add(struct distribution *d, uint64_t ns);

/* Add the spans of a distribution with the same digits. */
void distribution_add_all(struct distribution *d, const struct distribution *from);

/* Return the mean in nanoseconds, 0 for an empty distribution. */
uint64_t distribution_mean(const struct distribution *d);

/*
 * Return the span in nanoseconds that @percent of all spans do not exceed,
 * between the exact minimum and maximum.
 */
uint64_t distribution_percentile(const struct distribution *d, double percent);

#endif /* STATS_DISTRIBUTION_H */
