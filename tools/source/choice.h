/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which connections the module records, and how many records it leaves out: its
 * parameters "ports" and "netns".
 */
#ifndef SOURCE_CHOICE_H
#define SOURCE_CHOICE_H

#include <stdbool.h>
#include <stddef.h>

#include "source/source.h"

/* Size for a list of ports */
#define CHOICE_PORTS_MAX	(TCPFIN_PORTS * sizeof("65535-65535, "))
/* Size for a sentence */
#define CHOICE_TEXT_MAX		(CHOICE_PORTS_MAX + 192)

/* Does the module leave out connections now? */
bool choice_is_made(const struct tcpfin_header *h);

/* Do both headers choose the same connections? */
bool choice_equal(const struct tcpfin_header *a, const struct tcpfin_header *b);

/*
 * Copy what is chosen from a header in memory that the module may be changing.
 * Return false, and leave @to as it is, if the choice is being changed.
 */
bool choice_copy(struct tcpfin_header *to, const struct tcpfin_header *from);

/* Write the chosen ports as the module's parameter, "" for all. Return @buf. */
const char *choice_ports(const struct tcpfin_header *h, char buf[CHOICE_PORTS_MAX]);

/*
 * Write what is recorded, such as "only port 443 is recorded". Return @buf, or ""
 * if nothing is left out and nothing was.
 */
const char *choice_made_text(const struct source *src, char buf[CHOICE_TEXT_MAX]);

/* As choice_made_text(), and how much was left out since the module was loaded. */
const char *choice_text(const struct source *src, char buf[CHOICE_TEXT_MAX]);

#endif /* SOURCE_CHOICE_H */
