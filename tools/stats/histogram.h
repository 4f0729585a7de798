/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Histograms with fixed buckets: those of many machines, and of any version of
 * this program with the same buckets, add up.
 */
#ifndef TCPFIN_HIST_H
#define TCPFIN_HIST_H

#include <stddef.h>
#include <stdint.h>

#define TCPFIN_HIST_MAX		32

/**
 * struct tcpfin_bound - an upper bound, which belongs to its bucket
 * @ns: nanoseconds
 * @text: the same in seconds
 */
struct tcpfin_bound {
	uint64_t ns;
	const char *text;
};

/**
 * struct tcpfin_bounds - the buckets of a histogram
 * @count: how many have a bound; one more, the last, has none
 * @bound: the bounds, the lowest first
 */
struct tcpfin_bounds {
	size_t count;
	struct tcpfin_bound bound[TCPFIN_HIST_MAX];
};

/* TIME_WAIT is 60 s and some tenths, unless something ends it before. */
extern const struct tcpfin_bounds tcpfin_bounds_time_wait;
/* What depends on programs is anything from microseconds to days. */
extern const struct tcpfin_bounds tcpfin_bounds_wide;

/**
 * struct tcpfin_hist - a histogram
 * @bounds: its buckets
 * @count: time spans in each of them
 * @all: how many there are
 * @sum_s: all together, whole seconds
 * @sum_ns: and the rest
 */
struct tcpfin_hist {
	const struct tcpfin_bounds *bounds;
	uint64_t count[TCPFIN_HIST_MAX + 1];
	uint64_t all;
	uint64_t sum_s;
	uint64_t sum_ns;
};

/**
 * tcpfin_hist_add() - take a time span in
 * @h: the histogram
 * @ns: the span
 */
void tcpfin_hist_add(struct tcpfin_hist *h, uint64_t ns);

#endif /* TCPFIN_HIST_H */
