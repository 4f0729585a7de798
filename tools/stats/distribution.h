/* SPDX-License-Identifier: GPL-2.0 */
/* How time spans are distributed. */
#ifndef STATS_DISTRIBUTION_H
#define STATS_DISTRIBUTION_H

#include <stdint.h>

#include <hdr/hdr_histogram.h>

/**
 * struct distribution - how a time span is distributed
 * @count: spans taken in
 * @min_ns: the shortest, exact
 * @max_ns: the longest, exact
 * @sum_us: all of them together
 * @hdr: buckets in microseconds up to one day
 */
struct distribution {
	uint64_t count;
	uint64_t min_ns;
	uint64_t max_ns;
	uint64_t sum_us;
	struct hdr_histogram *hdr;
};

/**
 * distribution_init() - make an empty distribution
 * @d: the distribution
 * @digits: significant digits of its percentiles
 *
 * Return: 0, or -ENOMEM.
 */
int distribution_init(struct distribution *d, int digits);

/**
 * distribution_exit() - free what a distribution holds
 * @d: the distribution, initialised or all zero
 */
void distribution_exit(struct distribution *d);

/**
 * distribution_add() - take a time span in
 * @d: the distribution
 * @ns: the span
 */
void distribution_add(struct distribution *d, uint64_t ns);

/**
 * distribution_mean() - the mean
 * @d: the distribution
 *
 * Return: nanoseconds, 0 if it is empty.
 */
uint64_t distribution_mean(const struct distribution *d);

/**
 * distribution_percentile() - the span that this share does not exceed
 * @d: the distribution
 * @percent: the share
 *
 * Return: nanoseconds, between the exact minimum and maximum.
 */
uint64_t distribution_percentile(const struct distribution *d, double percent);

#endif /* STATS_DISTRIBUTION_H */
