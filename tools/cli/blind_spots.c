// SPDX-License-Identifier: GPL-2.0
/* Tells on stderr what the module does not see. */
#include <stdbool.h>
#include <stdio.h>

#include "cli/blind_spots.h"
#include "source/probes.h"
#include "util/progress.h"
#include "util/stop.h"

static void tell(const char *name, const struct tcpfin_probe *probe,
		 const char *where)
{
	char text[PROBE_TEXT_MAX];

	progress_wipe();
	fprintf(stderr, "tcpfin %s: not seen on %s: %s\n", name, where,
		probe_text(probe, text));
}

void blind_spots_tell(const char *name, const struct tcpfin_header *h,
		      const char *where)
{
	unsigned int i;

	for (i = 0; i < TCPFIN_PROBES; i++) {
		if (probe_is_blind(&h->probe[i]))
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
		if (told[i] || !probe_is_blind(&src->header.probe[i]))
			continue;
		told[i] = true;
		tell(name, &src->header.probe[i], "this kernel");
	}
}
