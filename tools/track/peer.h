/* SPDX-License-Identifier: GPL-2.0 */
/* Which two ends are those of one connection. */
#ifndef TCPFIN_PAIRS_H
#define TCPFIN_PAIRS_H

#include <stdbool.h>

#include "track/conn.h"

/**
 * tcpfin_peer_is_final() - will an end's numbers stay as they are?
 * @conn: the end
 *
 * Return: true if its last event was seen, and in which state that was.
 */
bool tcpfin_peer_is_final(const struct tcpfin_conn *conn);

/**
 * tcpfin_peer_fits() - can two ends be those of one connection?
 * @a: an end
 * @b: one with the same addresses, reversed
 *
 * Return: true if the sequence numbers of neither contradict the other's.
 */
bool tcpfin_peer_fits(const struct tcpfin_conn *a, const struct tcpfin_conn *b);

/**
 * tcpfin_peer_is_proved() - did one of two ends that fit get the other's FIN?
 * @a: an end
 * @b: the other
 *
 * Return: true if so: there is no doubt then that they belong together.
 */
bool tcpfin_peer_is_proved(const struct tcpfin_conn *a,
			   const struct tcpfin_conn *b);

/**
 * tcpfin_peer_is_settled() - do two ends belong together for good?
 * @a: an end
 * @b: the other
 *
 * Return: true if each knows both FINs, and they are the same.
 */
bool tcpfin_peer_is_settled(const struct tcpfin_conn *a,
			    const struct tcpfin_conn *b);

#endif /* TCPFIN_PAIRS_H */
