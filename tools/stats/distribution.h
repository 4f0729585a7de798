/* SPDX-License-Identifier: GPL-2.0 */
/* How time spans are distributed. */
#ifndef TCPFIN_DISTRIBUTION_H
#define TCPFIN_DISTRIBUTION_H

#include <stdint.h>

#include <hdr/hdr_histogram.h>

/**
 * struct tcpfin_dist - how a time span is distributed
 * @count: spans taken in
 * @min_ns: the shortest, exact
 * @max_ns: the longest, exact
 * @sum_us: all of them together
 * @hdr: buckets in microseconds up to one day
 */
struct tcpfin_dist {
	uint64_t count;
	uint64_t min_ns;
	uint64_t max_ns;
	uint64_t sum_us;
	struct hdr_histogram *hdr;
};

/**
 * tcpfin_dist_init() - make an empty distribution
 * @d: the distribution
 * @digits: significant digits of its percentiles
 *
 * Return: 0, or -ENOMEM.
 */
int tcpfin_dist_init(struct tcpfin_dist *d, int digits);

/**
 * tcpfin_dist_exit() - free what a distribution holds
 * @d: the distribution, initialised or all zero
 */
void tcpfin_dist_exit(struct tcpfin_dist *d);

/**
 * tcpfin_dist_add() - take a time span in
 * @d: the distribution
 * @ns: the span
 */
void tcpfin_dist_add(struct tcpfin_dist *d, uint64_t ns);

/**
 * tcpfin_dist_mean() - the mean
 * @d: the distribution
 *
 * Return: nanoseconds, 0 if it is empty.
 */
uint64_t tcpfin_dist_mean(const struct tcpfin_dist *d);

/**
 * tcpfin_dist_percentile() - the span that this share does not exceed
 * @d: the distribution
 * @percent: the share
 *
 * Return: nanoseconds, between the exact minimum and maximum.
 */
uint64_t tcpfin_dist_percentile(const struct tcpfin_dist *d, double percent);

#endif /* TCPFIN_DISTRIBUTION_H */
