// SPDX-License-Identifier: GPL-2.0
/* Which events and connections the options of a command choose. */
#include <sys/socket.h>

#include "cli/selection.h"
#include "filter/match.h"

bool tcpfin_family_matches(unsigned int families, uint8_t family)
{
	if (!families)
		return true;
	return (families & TCPFIN_FAMILY_4 && family == AF_INET) ||
	       (families & TCPFIN_FAMILY_6 && family == AF_INET6);
}

bool tcpfin_verdict_is_chosen(const struct tcpfin_chosen *chosen,
			      const struct tcpfin_header *header,
			      const struct tcpfin_verdict *v)
{
	return tcpfin_family_matches(chosen->families, v->end[0]->family) &&
	       tcpfin_verdict_matches(chosen->filter, header, v);
}
