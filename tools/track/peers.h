/* SPDX-License-Identifier: GPL-2.0 */
/* Which two ends with the same addresses, reversed, are those of one connection. */
#ifndef TRACK_PEERS_H
#define TRACK_PEERS_H

#include "track/conn.h"

struct tracker;

/* Is @other without a peer, and can it be that of @conn? */
bool peers_are_possible(const struct conn *conn, const struct conn *other);

/* Do two ends belong to one connection? Ends that may have ended need a proof. */
bool peers_belong_together(const struct tracker *t, const struct conn *a,
			   const struct conn *b);

#endif /* TRACK_PEERS_H */
