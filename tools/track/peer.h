/* SPDX-License-Identifier: GPL-2.0 */
/* Decides which two ends belong to one connection. */
#ifndef TRACK_PEER_H
#define TRACK_PEER_H

#include <stdbool.h>

#include "track/conn.h"

/*
 * Was the last event of an end seen? Then its numbers do not change any more.
 */
bool peer_is_final(const struct conn *conn);

/*
 * Can two ends with the same addresses, reversed, belong to one connection?
 * True if the sequence numbers of neither contradict those of the other.
 */
bool peer_fits(const struct conn *a, const struct conn *b);

/*
 * Did one of two fitting ends receive the other's FIN? Then they certainly
 * belong to one connection.
 */
bool peer_is_proved(const struct conn *a, const struct conn *b);

/* Do both ends know both FINs, with the same numbers? */
bool peer_is_settled(const struct conn *a, const struct conn *b);

#endif /* TRACK_PEER_H */
