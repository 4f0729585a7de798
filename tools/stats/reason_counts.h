/* SPDX-License-Identifier: GPL-2.0 */
/* Ends counted by why they came. */
#ifndef STATS_REASON_COUNTS_H
#define STATS_REASON_COUNTS_H

#include <stdbool.h>
#include <stdint.h>

#include "module/tcpfin.h"

/**
 * struct reason_counts - ends counted by reason
 * @by_reason: by what the records say, whether this program knows it or not
 * @by_caller: those with TCPFIN_REASON_CALLER again, by function
 */
struct reason_counts {
	uint64_t by_reason[256];
	uint64_t by_caller[TCPFIN_CALLERS];
};

/**
 * struct reason_count - one line of a struct reason_counts
 * @reason: the reason
 * @detail: the caller's index
 * @count: how many
 */
struct reason_count {
	uint8_t reason;
	uint32_t detail;
	uint64_t count;
};

/**
 * reason_counts_add() - count an end
 * @ends: the counts
 * @reason: why it ended: enum tcpfin_reason, or anything
 * @detail: the caller's index if the reason is TCPFIN_REASON_CALLER
 */
void reason_counts_add(struct reason_counts *ends, uint8_t reason,
		       uint32_t detail);

/**
 * reason_counts_all() - add up all reasons
 * @ends: the counts
 *
 * Return: the number of ends.
 */
uint64_t reason_counts_all(const struct reason_counts *ends);

/**
 * reason_counts_next() - walk over the reasons that were seen
 * @ends: the counts
 * @at: the place, 0 to start with
 * @end: filled in
 *
 * Return: false at the end.
 */
bool reason_counts_next(const struct reason_counts *ends, unsigned int *at,
			struct reason_count *end);

#endif /* STATS_REASON_COUNTS_H */
