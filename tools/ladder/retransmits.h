/* SPDX-License-Identifier: GPL-2.0 */
/*
 * When FINs came again: the tracker counts them, a picture wants their times.
 *
 * Room is limited. What is not kept here is still in the tracker's counts, so
 * that a picture can say how many it leaves out.
 */
#ifndef TCPFIN_LADDER_EXTRA_H
#define TCPFIN_LADDER_EXTRA_H

#include <stdint.h>

#include "source/source.h"
#include "track/tracker.h"

/* Times kept of one end, and ends of which any are kept, at most. */
#define TCPFIN_EXTRA_TIMES	32
#define TCPFIN_EXTRA_ENDS	16384

/**
 * struct tcpfin_extra - the times of one end
 * @sent_ns: when it sent its FIN again
 * @came_ns: when the other end's FIN came again in TIME_WAIT
 * @sent: how many there are in @sent_ns
 * @came: likewise
 */
struct tcpfin_extra {
	uint64_t sent_ns[TCPFIN_EXTRA_TIMES];
	uint64_t came_ns[TCPFIN_EXTRA_TIMES];
	unsigned int sent;
	unsigned int came;
};

struct tcpfin_extras;

/**
 * tcpfin_extras_new() - make a store of such times
 *
 * Return: it, or NULL without memory.
 */
struct tcpfin_extras *tcpfin_extras_new(void);

/**
 * tcpfin_extras_free() - undo tcpfin_extras_new()
 * @extras: the store, or NULL
 */
void tcpfin_extras_free(struct tcpfin_extras *extras);

/**
 * tcpfin_extras_take() - keep an event's time if it is one of these
 * @extras: the store; once it is full, the end that has been in it for longest
 *	leaves it
 * @item: an event
 * @conn: its end, with this event counted
 */
void tcpfin_extras_take(struct tcpfin_extras *extras,
			const struct tcpfin_item *item,
			const struct tcpfin_conn *conn);

/**
 * tcpfin_extras_find() - the times of an end
 * @extras: the store
 * @conn: the end
 *
 * Return: they, valid until the next call with the store; NULL if it has none.
 */
const struct tcpfin_extra *
tcpfin_extras_find(const struct tcpfin_extras *extras,
		   const struct tcpfin_conn *conn);

/**
 * tcpfin_extras_drop() - forget the times of an end
 * @extras: the store
 * @conn: the end
 */
void tcpfin_extras_drop(struct tcpfin_extras *extras,
			const struct tcpfin_conn *conn);

#endif /* TCPFIN_LADDER_EXTRA_H */
