/* SPDX-License-Identifier: GPL-2.0 */
/* Which two ends are those of one connection. */
#ifndef TRACK_PEERS_H
#define TRACK_PEERS_H

#include "track/conn.h"

/* How two ends with the same addresses, reversed, fit together */
enum peers_fit {
	PEERS_NO,	/* their sequence numbers contradict each other */
	PEERS_POSSIBLE,	/* nothing contradicts */
	PEERS_PROVED,	/* one received the other's FIN */
};

enum peers_fit peers_fit(const struct conn *a, const struct conn *b);

/* Is @other without a peer, and can it be that of @conn? */
bool peers_are_possible(const struct conn *conn, const struct conn *other);

/*
 * Is @other, which has no peer, the other end of @conn, with addresses or ports that
 * were translated (NAT) in between? The numbers of both FINs tell, if both ends were
 * closing at the same time and a port is still the same, or no address is.
 */
bool peers_are_translated(const struct conn *conn, const struct conn *other);

#endif /* TRACK_PEERS_H */
