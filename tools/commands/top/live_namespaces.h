/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The network namespaces of this machine for "top": looked for again and again, with
 * their sockets.
 */
#ifndef COMMANDS_TOP_LIVE_NAMESPACES_H
#define COMMANDS_TOP_LIVE_NAMESPACES_H

#include "cli/selection.h"
#include "commands/top/frame.h"
#include "system/netns.h"

struct live_namespaces;

/*
 * Find the network namespaces that @which stands for, see netns_find(). @tracker knows
 * when states began. Return NULL if there are none, with the reason in @why, which is ""
 * if there is no memory.
 */
struct live_namespaces *live_namespaces_new(const char *which,
					    const struct tracker *tracker,
					    char why[NETNS_WHY_MAX]);
void live_namespaces_free(struct live_namespaces *l);

/* Is this inode number that of one of them? */
bool live_namespaces_has(const struct live_namespaces *l, uint32_t netns);

/* Take an event. Return false if it is of another network namespace. */
bool live_namespaces_event(struct live_namespaces *l, const struct tcpfin_event *ev);

/* List the sockets soon: other connections were chosen. */
void live_namespaces_again(struct live_namespaces *l);

/*
 * Look for new network namespaces and list the chosen sockets, if it is time, and fill
 * in a frame, see live_sockets_frame().
 */
void live_namespaces_frame(struct live_namespaces *l, const struct selection *selection,
			   struct top_frame *frame);

#endif /* COMMANDS_TOP_LIVE_NAMESPACES_H */
