/* SPDX-License-Identifier: GPL-2.0 */
/* Ends counted by reason. */
#ifndef STATS_REASON_COUNTS_H
#define STATS_REASON_COUNTS_H

#include <stdbool.h>
#include <stdint.h>

#include "module/tcpfin.h"

/* Ends counted by reason */
struct reason_counts {
	/* by the reason in the record, whether this program knows it or not */
	uint64_t by_reason[256];
	/* the ends with TCPFIN_REASON_CALLER, by function */
	uint64_t by_caller[TCPFIN_CALLERS];
};

/* A reason and its count */
struct reason_count {
	uint8_t reason;		/* enum tcpfin_reason, or anything */
	uint32_t detail;	/* the caller's index, 0 for other reasons */
	uint64_t count;		/* number of ends, never 0 */
};

/*
 * Count an end; @reason may be any number, @detail is the caller's index if it is
 * TCPFIN_REASON_CALLER.
 */
void reason_counts_add(struct reason_counts *ends, uint8_t reason, uint32_t detail);

/* Return the number of all ends. */
uint64_t reason_counts_all(const struct reason_counts *ends);

/*
 * Get the next reason that was counted. @at is the walk's position, 0 to start.
 * Return false at the end.
 */
bool reason_counts_next(const struct reason_counts *ends, unsigned int *at,
			struct reason_count *end);

#endif /* STATS_REASON_COUNTS_H */
