// SPDX-License-Identifier: GPL-2.0
/* Tells which probes do not see what they are there for. */
#include <stdio.h>

#include "source/probes.h"
#include "util/text.h"

bool probe_is_blind(const struct tcpfin_probe *probe)
{
	return probe->symbol[0] && (!probe->hooked || probe->unreached);
}

const char *probe_fault(const struct tcpfin_probe *probe)
{
	return probe->hooked ? "hooked, but not reached" : "not hooked";
}

const char *probe_text(const struct tcpfin_probe *probe, char buf[PROBE_TEXT_MAX])
{
	char symbol[4 * sizeof(probe->symbol) + 1];
	char shows[4 * sizeof(probe->shows) + 1];

	snprintf(buf, PROBE_TEXT_MAX, "%s (%s is %s)",
		 text_escape(probe->shows, sizeof(probe->shows), shows, sizeof(shows)),
		 text_escape(probe->symbol, sizeof(probe->symbol), symbol,
			     sizeof(symbol)),
		 probe_fault(probe));
	return buf;
}

uint64_t module_unreached(const struct tcpfin_header *h)
{
	uint64_t sum = 0;
	unsigned int i;

	for (i = 0; i < TCPFIN_PROBES; i++)
		sum += h->probe[i].unreached;
	return sum;
}

uint64_t source_unreached(struct source *src)
{
	const struct tcpfin_header *h;
	uint64_t sum = 0;
	uint32_t i, host;

	for (i = 0; (h = source_module(src, i, &host)); i++)
		sum += module_unreached(h);
	return sum;
}
