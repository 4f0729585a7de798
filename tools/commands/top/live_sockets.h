/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The sockets of a network namespace for "top", listed again and again at a limited
 * cost.
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
 * Return a lister of sockets, or NULL without memory. @tracker knows when states began.
 */
struct live_sockets *live_sockets_new(const struct tracker *tracker);
void live_sockets_free(struct live_sockets *l);

/*
 * List the sockets of the network namespace @where, an entry of @all; each of @all has
 * the same share of the time. Both have to stay until the next call.
 */
void live_sockets_place(struct live_sockets *l, struct netns_list *all,
			const struct netns *where);

/* Take an event of this network namespace. */
void live_sockets_event(struct live_sockets *l, const struct tcpfin_event *ev);

/* List the sockets soon: other connections were chosen. */
void live_sockets_again(struct live_sockets *l);

/*
 * List the chosen sockets if it is time, and add them to a frame. @frame has @now_ns and
 * @opened. Numbers are added to @now, connections to @waiting and @dest; @minis and what
 * belongs to it are those of the fullest namespace so far, and so are @unseen and
 * @why_not of the first that cannot be listed, @sockets_ns of the oldest listing.
 * Return false if the namespace has gone.
 */
bool live_sockets_frame(struct live_sockets *l, const struct selection *selection,
			struct top_frame *frame);

/* Return the processor time of this process so far, in ns. */
uint64_t live_sockets_spent(void);

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
