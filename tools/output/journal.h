/* SPDX-License-Identifier: GPL-2.0 */
/* Steps as entries of the system's journal ("watch --journal"). */
#ifndef OUTPUT_JOURNAL_H
#define OUTPUT_JOURNAL_H

#include "source/source.h"
#include "track/tracker.h"

/**
 * journal_step() - write a step to the journal
 * @src: where it comes from
 * @item: the event
 * @step: what the tracker knows about it
 *
 * The fields OBJECT_* are those of bcc's tcpstates -Y, so that one query finds
 * what either wrote; the others begin with TCPFIN_. What is not known has no
 * field.
 *
 * Return: 0, or a negative errno.
 */
int journal_step(struct source *src, const struct item *item, const struct step *step);

/**
 * journal_loss() - write to the journal that events are missing
 * @item: of type LOST or MISSED
 *
 * Return: 0, or a negative errno.
 */
int journal_loss(const struct item *item);

#endif /* OUTPUT_JOURNAL_H */
