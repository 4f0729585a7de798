/* SPDX-License-Identifier: GPL-2.0 */
/* The model of "top": events in, frames out. It knows no terminal. */
#ifndef COMMANDS_TOP_MODEL_H
#define COMMANDS_TOP_MODEL_H

#include <stdio.h>

#include "cli/selection.h"
#include "commands/top/frame.h"
#include "ladder/ladder.h"
#include "source/source.h"

struct top_model;

/**
 * top_model_new() - make one
 * @src: where events come from. If it is live, the model asks this machine, too,
 *	and leaves events of other network namespaces out
 *
 * Return: it, or NULL without memory.
 */
struct top_model *top_model_new(struct source *src);

/**
 * top_model_free() - undo top_model_new()
 * @m: it, or NULL
 */
void top_model_free(struct top_model *m);

/**
 * top_choose() - choose the connections that are listed
 * @m: the model
 * @selection: which, NULL for all; it stays the caller's until the next call
 *
 * Numbers are of all connections, whatever is listed.
 */
void top_choose(struct top_model *m, const struct selection *selection);

/**
 * top_take() - take an event or a gap in
 * @m: the model
 * @item: of type EVENT, LOST or MISSED
 */
void top_take(struct top_model *m, const struct item *item);

/**
 * top_finish() - nothing will come any more
 * @m: the model
 */
void top_finish(struct top_model *m);

/**
 * top_renew() - make a frame of how things are
 * @m: the model
 * @now_ns: the moment, at or after the last event
 * @frame: the last one, or all zero; the new one takes its place, and rates are
 *	since then
 */
void top_renew(struct top_model *m, uint64_t now_ns, struct top_frame *frame);

/**
 * top_relist() - other connections were chosen: make the lists anew
 * @m: the model
 * @frame: the frame; what was counted in it stays
 */
void top_relist(struct top_model *m, struct top_frame *frame);

/**
 * top_ladder() - draw the ladder of a connection of a frame
 * @m: the model
 * @row: the connection
 * @style: how to draw
 * @out: where to
 *
 * Return: false if nothing was recorded of it, or it has been forgotten.
 */
bool top_ladder(struct top_model *m, const struct top_row *row,
		const struct ladder_style *style, FILE *out);

#endif /* COMMANDS_TOP_MODEL_H */
