/* SPDX-License-Identifier: GPL-2.0 */
/* What the probes of the modules behind a source do not see. */
#ifndef SOURCE_PROBES_H
#define SOURCE_PROBES_H

#include <stdbool.h>
#include <stdint.h>

#include "source/source.h"

/* Size for a probe's names, with each byte escaped, and what is wrong with it */
#define PROBE_TEXT_MAX	(2 * (4 * 40) + 48)

/* Does the probe not see what it is there for? */
bool probe_is_blind(const struct tcpfin_probe *probe);

/* Return what keeps a blind probe from seeing: "not hooked" or the like. */
const char *probe_fault(const struct tcpfin_probe *probe);

/*
 * Write what a blind probe does not show, and why: "the end (inet_twsk_kill is not
 * hooked)". Return @buf, which is printable.
 */
const char *probe_text(const struct tcpfin_probe *probe, char buf[PROBE_TEXT_MAX]);

/* Return how many calls did not reach the probes of a module. */
uint64_t module_unreached(const struct tcpfin_header *h);

/* Return how many calls did not reach the probes of all modules of a source. */
uint64_t source_unreached(struct source *src);

#endif /* SOURCE_PROBES_H */
