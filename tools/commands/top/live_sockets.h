/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The sockets of this machine for "top", listed again and again at a limited cost.
 *
 * To list sockets the kernel walks over all of them, which takes long if there are a
 * million. So a listing's processor time is at most a fixed share of the time until
 * the next listing. In between, events tell what changes.
 */
#ifndef COMMANDS_TOP_LIVE_SOCKETS_H
#define COMMANDS_TOP_LIVE_SOCKETS_H

#include "cli/selection.h"
#include "commands/top/frame.h"

struct live_sockets;

/*
 * Return the lister of sockets in the network namespace with inode number @netns, or
 * NULL without memory. @tracker knows when states began.
 */
struct live_sockets *live_sockets_new(const struct tracker *tracker, uint32_t netns);
void live_sockets_free(struct live_sockets *l);

/* Take an event of this network namespace. */
void live_sockets_event(struct live_sockets *l, const struct tcpfin_event *ev);

/* List the sockets soon: other connections were chosen. */
void live_sockets_again(struct live_sockets *l);

/*
 * List the chosen sockets if it is time, and fill in a frame. @frame has @now_ns,
 * @opened, @counts and empty lists; it gets @minis, @max_tw_buckets, @now, @why_not,
 * @sockets_ns, @ports, @dest and @waiting.
 */
void live_sockets_frame(struct live_sockets *l, const struct selection *selection,
			struct top_frame *frame);

/*
 * Return the time of the next listing, after one that began at @now_ns and took
 * @spent_ns of the processor, if listings may take one part in @share of its time.
 */
uint64_t live_sockets_next(uint64_t now_ns, uint64_t spent_ns, unsigned int share);

void top_count(struct top_counts *counts, const struct tcpfin_event *ev);

/*
 * Add a connection to a list, oldest first, unless it is there already. If the list
 * is full the youngest connection leaves it.
 */
void top_add(struct top_list *list, const struct top_row *row);

#endif /* COMMANDS_TOP_LIVE_SOCKETS_H */
