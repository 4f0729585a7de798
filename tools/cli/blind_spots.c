// SPDX-License-Identifier: GPL-2.0
/* Tells on stderr what the module does not see. */
#include <stdbool.h>
#include <stdio.h>

#include "cli/blind_spots.h"
#include "util/progress.h"
#include "util/stop.h"
#include "util/text.h"

static bool is_blind(const struct tcpfin_probe *probe)
{
	return probe->symbol[0] && (!probe->hooked || probe->unreached);
}

static void tell(const char *name, const struct tcpfin_probe *probe,
		 const char *where)
{
	char symbol[4 * sizeof(probe->symbol) + 1];
	char shows[4 * sizeof(probe->shows) + 1];

	text_escape(probe->shows, sizeof(probe->shows), shows, sizeof(shows));
	text_escape(probe->symbol, sizeof(probe->symbol), symbol, sizeof(symbol));
	progress_wipe();
	fprintf(stderr, "tcpfin %s: not seen on %s: %s (%s is %s)\n", name, where,
		shows, symbol, probe->hooked ? "hooked, but not reached" :
					       "not hooked");
}

void blind_spots_tell(const char *name, const struct tcpfin_header *h,
		      const char *where)
{
	unsigned int i;

	for (i = 0; i < TCPFIN_PROBES; i++) {
		if (is_blind(&h->probe[i]))
			tell(name, &h->probe[i], where);
	}
	if (h->stopped)
		fprintf(stderr,
			"tcpfin %s: on %s kprobes were switched off when this recording began\n",
			name, where);
}

void blind_spots_tell_new(const char *name, const struct source *src)
{
	static bool told[TCPFIN_PROBES];
	unsigned int i;

	if (!src->live || stop_terminal_taken())
		return;
	for (i = 0; i < TCPFIN_PROBES; i++) {
		if (told[i] || !is_blind(&src->header.probe[i]))
			continue;
		told[i] = true;
		tell(name, &src->header.probe[i], "this kernel");
	}
}
