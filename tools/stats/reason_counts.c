// SPDX-License-Identifier: GPL-2.0
/* Ends counted by why they came. */
#include "stats/reason_counts.h"

void tcpfin_ends_count(struct tcpfin_ends *ends,
		       const struct tcpfin_event *ev)
{
	ends->by_reason[ev->reason]++;
	if (ev->reason == TCPFIN_REASON_CALLER)
		ends->by_caller[ev->detail < TCPFIN_CALLERS ? ev->detail : 0]++;
}

/* Places 0 to 255 are reasons, those after them callers. */
bool tcpfin_ends_next(const struct tcpfin_ends *ends, unsigned int *at,
		      struct tcpfin_end *end)
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
