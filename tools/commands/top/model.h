/* SPDX-License-Identifier: GPL-2.0 */
/* The model of "top": events in, frames out. It knows no terminal. */
#ifndef TCPFIN_TOP_MODEL_H
#define TCPFIN_TOP_MODEL_H

#include <stdio.h>

#include "cli/selection.h"
#include "commands/top/frame.h"
#include "ladder/ladder.h"
#include "source/source.h"

struct tcpfin_top_model;

/**
 * tcpfin_top_model_new() - make one
 * @src: where events come from
 * @live: it is this machine: look at it, too, and leave other network
 *	namespaces out. Otherwise events are all there is
 *
 * Return: it, or NULL without memory.
 */
struct tcpfin_top_model *tcpfin_top_model_new(struct tcpfin_source *src,
					      bool live);

/**
 * tcpfin_top_model_free() - undo tcpfin_top_model_new()
 * @m: it, or NULL
 */
void tcpfin_top_model_free(struct tcpfin_top_model *m);

/**
 * tcpfin_top_choose() - choose the connections that are listed
 * @m: the model
 * @chosen: which, NULL for all; it stays the caller's until the next call
 *
 * Numbers are of all connections, whatever is listed.
 */
void tcpfin_top_choose(struct tcpfin_top_model *m,
		       const struct tcpfin_chosen *chosen);

/**
 * tcpfin_top_take() - take an event or a gap in
 * @m: the model
 * @item: of type EVENT, LOST or MISSED
 */
void tcpfin_top_take(struct tcpfin_top_model *m,
		     const struct tcpfin_item *item);

/**
 * tcpfin_top_finish() - nothing will come any more
 * @m: the model
 */
void tcpfin_top_finish(struct tcpfin_top_model *m);

/**
 * tcpfin_top_renew() - make a frame of how things are
 * @m: the model
 * @now_ns: the moment, at or after the last event
 * @frame: the last one, or all zero; the new one takes its place, and rates are
 *	since then
 */
void tcpfin_top_renew(struct tcpfin_top_model *m, uint64_t now_ns,
		      struct tcpfin_top_frame *frame);

/**
 * tcpfin_top_relist() - other connections were chosen: make the lists anew
 * @m: the model
 * @frame: the frame; what was counted in it stays
 */
void tcpfin_top_relist(struct tcpfin_top_model *m,
		       struct tcpfin_top_frame *frame);

/**
 * tcpfin_top_ladder() - draw the ladder of a connection of a frame
 * @m: the model
 * @row: the connection
 * @style: how to draw
 * @out: where to
 *
 * Return: false if nothing was recorded of it, or it has been forgotten.
 */
bool tcpfin_top_ladder(struct tcpfin_top_model *m,
		       const struct tcpfin_top_row *row,
		       const struct tcpfin_ladder_style *style, FILE *out);

#endif /* TCPFIN_TOP_MODEL_H */
