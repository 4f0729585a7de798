// SPDX-License-Identifier: GPL-2.0
/* Counts ends by reason. */
#include "stats/reason_counts.h"
#include "util/basics.h"

void reason_counts_add(struct reason_counts *ends, uint8_t reason, uint32_t detail)
{
	ends->by_reason[reason]++;
	if (reason == TCPFIN_REASON_CALLER)
		ends->by_caller[detail < TCPFIN_CALLERS ? detail : 0]++;
}

uint64_t reason_counts_all(const struct reason_counts *ends)
{
	uint64_t all = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ends->by_reason); i++)
		all += ends->by_reason[i];
	return all;
}

/* Positions 0 to 255 are reasons, those after them callers. */
bool reason_counts_next(const struct reason_counts *ends, unsigned int *at,
			struct reason_count *end)
{
	for (; *at < 256 + TCPFIN_CALLERS; ++*at) {
		end->reason = *at < 256 ? (uint8_t)*at : TCPFIN_REASON_CALLER;
		end->detail = *at < 256 ? 0 : *at - 256;
		end->count = *at < 256 ? ends->by_reason[*at] :
					 ends->by_caller[end->detail];
		if (*at == TCPFIN_REASON_CALLER || !end->count)
			continue;
		++*at;
		return true;
	}
	return false;
}
