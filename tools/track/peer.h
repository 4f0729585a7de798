/* SPDX-License-Identifier: GPL-2.0 */
/* Which two ends are those of one connection. */
#ifndef TRACK_PEER_H
#define TRACK_PEER_H

#include <stdbool.h>

#include "track/conn.h"

/**
 * peer_is_final() - will an end's numbers stay as they are?
 * @conn: the end
 *
 * Return: true if its last event was seen, and in which state that was.
 */
bool peer_is_final(const struct conn *conn);

/**
 * peer_fits() - can two ends be those of one connection?
 * @a: an end
 * @b: one with the same addresses, reversed
 *
 * Return: true if the sequence numbers of neither contradict the other's.
 */
bool peer_fits(const struct conn *a, const struct conn *b);

/**
 * peer_is_proved() - did one of two ends that fit get the other's FIN?
 * @a: an end
 * @b: the other
 *
 * Return: true if so: there is no doubt then that they belong together.
 */
bool peer_is_proved(const struct conn *a, const struct conn *b);

/**
 * peer_is_settled() - do two ends belong together for good?
 * @a: an end
 * @b: the other
 *
 * Return: true if each knows both FINs, and they are the same.
 */
bool peer_is_settled(const struct conn *a, const struct conn *b);

#endif /* TRACK_PEER_H */
