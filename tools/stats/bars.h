/* SPDX-License-Identifier: GPL-2.0 */
/* A distribution as the few bars of a histogram. */
#ifndef TCPFIN_BARS_H
#define TCPFIN_BARS_H

#include <stdint.h>

#include "stats/distribution.h"

#define TCPFIN_BARS_MAX	48

/**
 * struct tcpfin_bar - spans from @from_us to below @to_us
 * @from_us: microseconds
 * @to_us: microseconds
 * @count: how many
 */
struct tcpfin_bar {
	uint64_t from_us;
	uint64_t to_us;
	uint64_t count;
};

/**
 * tcpfin_bars() - share a distribution out to bars
 * @d: the distribution
 * @bars: the result
 *
 * Spans that lie close together get bars of one width, others bars that grow
 * 1, 2, 5, 10 and so on.
 *
 * Return: the number of bars, 0 for an empty distribution.
 */
unsigned int tcpfin_bars(const struct tcpfin_dist *d,
			 struct tcpfin_bar bars[TCPFIN_BARS_MAX]);

#endif /* TCPFIN_BARS_H */
