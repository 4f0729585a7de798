/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Looks at the live system for "top", again and again, and cheaply.
 *
 * To list sockets the kernel walks over all of them, and a million of them take
 * long. So each listing is paid for: what it took of the processor is at most a
 * fixed share of the time until the next one. In between, the steps that come
 * tell what changes.
 */
#ifndef TCPFIN_TOP_LOOK_H
#define TCPFIN_TOP_LOOK_H

#include "cli/selection.h"
#include "commands/top/frame.h"

struct tcpfin_top_look;

/**
 * tcpfin_top_look_new() - make one
 * @tracker: knows when states began
 * @netns: inode number of this network namespace
 *
 * Return: it, or NULL without memory.
 */
struct tcpfin_top_look *
tcpfin_top_look_new(const struct tcpfin_tracker *tracker, uint32_t netns);

/**
 * tcpfin_top_look_free() - undo tcpfin_top_look_new()
 * @l: it, or NULL
 */
void tcpfin_top_look_free(struct tcpfin_top_look *l);

/**
 * tcpfin_top_look_event() - take a step in
 * @l: it
 * @ev: the step, in this network namespace
 */
void tcpfin_top_look_event(struct tcpfin_top_look *l,
			   const struct tcpfin_event *ev);

/**
 * tcpfin_top_look_again() - other connections were chosen: list them soon
 * @l: it
 */
void tcpfin_top_look_again(struct tcpfin_top_look *l);

/**
 * tcpfin_top_look_frame() - look if it is time, and fill in what is known
 * @l: it
 * @chosen: connections that are listed
 * @frame: @now_ns, @opened and @counts are there and the lists empty; filled in
 *	are @minis, @places, @now, @why_not, @sockets_ns, @ports, @dest and
 *	@waiting
 */
void tcpfin_top_look_frame(struct tcpfin_top_look *l,
			   const struct tcpfin_chosen *chosen,
			   struct tcpfin_top_frame *frame);

/**
 * tcpfin_top_look_next() - when a listing may come again
 * @now_ns: when it began
 * @spent_ns: what it took of the processor
 * @share: it may take one of so many
 *
 * Return: the time.
 */
uint64_t tcpfin_top_look_next(uint64_t now_ns, uint64_t spent_ns,
			      unsigned int share);

/**
 * tcpfin_top_count() - count a step
 * @counts: where to
 * @ev: the step
 */
void tcpfin_top_count(struct tcpfin_top_counts *counts,
		      const struct tcpfin_event *ev);

/**
 * tcpfin_top_add() - put a connection where its age belongs, the oldest first
 * @list: the list
 * @row: the connection; the youngest leaves if there is no room
 *
 * One that is there already is not put there again.
 */
void tcpfin_top_add(struct tcpfin_top_list *list,
		    const struct tcpfin_top_row *row);

#endif /* TCPFIN_TOP_LOOK_H */
