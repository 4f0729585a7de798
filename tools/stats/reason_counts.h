/* SPDX-License-Identifier: GPL-2.0 */
/* Ends counted by why they came. */
#ifndef TCPFIN_REASON_COUNTS_H
#define TCPFIN_REASON_COUNTS_H

#include <stdbool.h>
#include <stdint.h>

#include "module/tcpfin.h"

/**
 * struct tcpfin_ends - ends counted by reason
 * @by_reason: by what the records say, whether this program knows it or not
 * @by_caller: those with TCPFIN_REASON_CALLER again, by function
 */
struct tcpfin_ends {
	uint64_t by_reason[256];
	uint64_t by_caller[TCPFIN_CALLERS];
};

/**
 * struct tcpfin_end - one line of a struct tcpfin_ends
 * @reason: the reason
 * @detail: the caller's index
 * @count: how many
 */
struct tcpfin_end {
	uint8_t reason;
	uint32_t detail;
	uint64_t count;
};

/**
 * tcpfin_ends_count() - count an end
 * @ends: the counts
 * @ev: its last step
 */
void tcpfin_ends_count(struct tcpfin_ends *ends,
		       const struct tcpfin_event *ev);

/**
 * tcpfin_ends_next() - walk over the reasons that were seen
 * @ends: the counts
 * @at: the place, 0 to start with
 * @end: filled in
 *
 * Return: false at the end.
 */
bool tcpfin_ends_next(const struct tcpfin_ends *ends, unsigned int *at,
		      struct tcpfin_end *end);

#endif /* TCPFIN_REASON_COUNTS_H */
