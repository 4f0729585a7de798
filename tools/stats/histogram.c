// SPDX-License-Identifier: GPL-2.0
/* Histograms with fixed buckets. */
#include "stats/histogram.h"

#define US	1000ULL
#define MS	(1000 * US)
#define SEC	(1000 * MS)

const struct histogram_bounds histogram_bounds_time_wait = {
	.count = 21,
	.bound = {
		{ MS, "0.001" }, { 10 * MS, "0.01" }, { 100 * MS, "0.1" },
		{ SEC, "1" }, { 5 * SEC, "5" }, { 10 * SEC, "10" },
		{ 20 * SEC, "20" }, { 30 * SEC, "30" }, { 45 * SEC, "45" },
		{ 59 * SEC, "59" }, { 60 * SEC, "60" },
		{ 60250 * MS, "60.25" }, { 60500 * MS, "60.5" },
		{ 60750 * MS, "60.75" }, { 61 * SEC, "61" },
		{ 61500 * MS, "61.5" }, { 62 * SEC, "62" }, { 65 * SEC, "65" },
		{ 75 * SEC, "75" }, { 120 * SEC, "120" }, { 300 * SEC, "300" },
	},
};

const struct histogram_bounds histogram_bounds_wide = {
	.count = 22,
	.bound = {
		{ 10 * US, "0.00001" }, { 50 * US, "0.00005" },
		{ 100 * US, "0.0001" }, { 500 * US, "0.0005" },
		{ MS, "0.001" }, { 5 * MS, "0.005" }, { 10 * MS, "0.01" },
		{ 50 * MS, "0.05" }, { 100 * MS, "0.1" }, { 500 * MS, "0.5" },
		{ SEC, "1" }, { 5 * SEC, "5" }, { 10 * SEC, "10" },
		{ 30 * SEC, "30" }, { 60 * SEC, "60" }, { 120 * SEC, "120" },
		{ 300 * SEC, "300" }, { 600 * SEC, "600" },
		{ 1800 * SEC, "1800" }, { 3600 * SEC, "3600" },
		{ 21600 * SEC, "21600" }, { 86400 * SEC, "86400" },
	},
};

void histogram_add(struct histogram *h, uint64_t ns)
{
	size_t i = 0;

	while (i < h->bounds->count && ns > h->bounds->bound[i].ns)
		i++;
	h->count[i]++;
	h->all++;
	h->sum_s += ns / SEC;
	h->sum_ns += ns % SEC;
	if (h->sum_ns >= SEC) {
		h->sum_ns -= SEC;
		h->sum_s++;
	}
}
