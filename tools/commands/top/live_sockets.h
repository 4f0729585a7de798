/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Looks at the live system for "top", again and again, and cheaply.
 *
 * To list sockets the kernel walks over all of them, and a million of them take
 * long. So each listing is paid for: what it took of the processor is at most a
 * fixed share of the time until the next one. In between, the steps that come
 * tell what changes.
 */
#ifndef COMMANDS_TOP_LIVE_SOCKETS_H
#define COMMANDS_TOP_LIVE_SOCKETS_H

#include "cli/selection.h"
#include "commands/top/frame.h"

struct live_sockets;

/**
 * live_sockets_new() - make one
 * @tracker: knows when states began
 * @netns: inode number of this network namespace
 *
 * Return: it, or NULL without memory.
 */
struct live_sockets *live_sockets_new(const struct tracker *tracker,
				      uint32_t netns);

/**
 * live_sockets_free() - undo live_sockets_new()
 * @l: it, or NULL
 */
void live_sockets_free(struct live_sockets *l);

/**
 * live_sockets_event() - take a step in
 * @l: it
 * @ev: the step, in this network namespace
 */
void live_sockets_event(struct live_sockets *l, const struct tcpfin_event *ev);

/**
 * live_sockets_again() - other connections were chosen: list them soon
 * @l: it
 */
void live_sockets_again(struct live_sockets *l);

/**
 * live_sockets_frame() - look if it is time, and fill in what is known
 * @l: it
 * @selection: connections that are listed
 * @frame: @now_ns, @opened and @counts are there and the lists empty; filled in
 *	are @minis, @places, @now, @why_not, @sockets_ns, @ports, @dest and
 *	@waiting
 */
void live_sockets_frame(struct live_sockets *l,
			const struct selection *selection,
			struct top_frame *frame);

/**
 * live_sockets_next() - when a listing may come again
 * @now_ns: when it began
 * @spent_ns: what it took of the processor
 * @share: it may take one of so many
 *
 * Return: the time.
 */
uint64_t live_sockets_next(uint64_t now_ns, uint64_t spent_ns,
			   unsigned int share);

/**
 * top_count() - count a step
 * @counts: where to
 * @ev: the step
 */
void top_count(struct top_counts *counts, const struct tcpfin_event *ev);

/**
 * top_add() - put a connection where its age belongs, the oldest first
 * @list: the list
 * @row: the connection; the youngest leaves if there is no room
 *
 * One that is there already is not put there again.
 */
void top_add(struct top_list *list, const struct top_row *row);

#endif /* COMMANDS_TOP_LIVE_SOCKETS_H */
