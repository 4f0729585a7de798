/* SPDX-License-Identifier: GPL-2.0 */
/* Steps as entries of the system's journal ("watch --journal"). */
#ifndef OUTPUT_JOURNAL_H
#define OUTPUT_JOURNAL_H

#include "source/source.h"
#include "track/tracker.h"

/*
 * Write a step to the journal. The fields OBJECT_* are those of bcc's tcpstates
 * -Y, so that one query finds the entries of both; the others begin with
 * TCPFIN_. An unknown value has no field. Return 0 or a negative errno.
 */
int journal_step(struct source *src, const struct item *item, const struct step *step);

/* Write an item of type LOST or MISSED. Return 0 or a negative errno. */
int journal_loss(const struct item *item);

#endif /* OUTPUT_JOURNAL_H */
