/* SPDX-License-Identifier: GPL-2.0 */
/* The model of "top": events in, frames out. It does not use the terminal. */
#ifndef COMMANDS_TOP_MODEL_H
#define COMMANDS_TOP_MODEL_H

#include "cli/selection.h"
#include "commands/top/frame.h"
#include "ladder/ladder.h"
#include "source/source.h"
#include "system/netns.h"

struct top_model;

/*
 * Return a model of the events of @src. With a live source the model also lists the
 * sockets of the network namespaces that @netns stands for, see netns_find(), and leaves
 * others out. Return NULL if there are none, with the reason in @why, which is "" if
 * there is no memory.
 */
struct top_model *top_model_new(struct source *src, const char *netns,
				char why[NETNS_WHY_MAX]);
void top_model_free(struct top_model *m);

/*
 * Choose the connections that are listed; numbers are of all. @selection, NULL for
 * all, has to stay until the next call.
 */
void top_choose(struct top_model *m, const struct selection *selection);

/* Take an item of type EVENT, LOST or MISSED. */
void top_take(struct top_model *m, const struct item *item);

/* No more items will come. */
void top_finish(struct top_model *m);

/*
 * Make a frame as of @now_ns, at or after the last event. @frame has the last frame,
 * or zeros; the new frame replaces it, with the rates between the two.
 */
void top_renew(struct top_model *m, uint64_t now_ns, struct top_frame *frame);

/* Make the lists of @frame anew: other connections were chosen. */
void top_relist(struct top_model *m, struct top_frame *frame);

/* Draw the ladder of a listed connection. Return false if its records are gone. */
bool top_ladder(struct top_model *m, const struct top_row *row,
		const struct ladder_style *style, FILE *out);

#endif /* COMMANDS_TOP_MODEL_H */
