/* SPDX-License-Identifier: GPL-2.0 */
/* Why a full socket closes, told from the socket at that moment. */
#ifndef TCPFIN_CLOSE_REASON_H
#define TCPFIN_CLOSE_REASON_H

#include <linux/tcp.h>
#include <linux/types.h>
#include <net/tcp.h>

#include "tcpfin.h"

/**
 * tcpfin_close_is_birth() - has a mini-socket taken over?
 * @sk: the socket, about to be closed
 * @old: its state
 *
 * If so, the mini-socket has replaced the socket in the hash table, and this is
 * the end of tcp_time_wait().
 *
 * Return: true if a mini-socket has taken over.
 */
static inline bool tcpfin_close_is_birth(const struct sock *sk,
					 unsigned int old)
{
	return sk_unhashed(sk) && 1U << old & (TCPF_FIN_WAIT2 | TCPF_CLOSING);
}

/**
 * tcpfin_close_is_orderly() - is this the orderly end of a full socket?
 * @sk: the socket
 * @old: its state
 *
 * The socket sent the last FIN, and the peer has acknowledged it; a pending
 * error does not matter. FIN_WAIT2 and CLOSING end by a mini-socket.
 *
 * Return: true if the end is orderly.
 */
static inline bool tcpfin_close_is_orderly(const struct sock *sk,
					   unsigned int old)
{
	return old == TCP_LAST_ACK &&
	       tcp_sk(sk)->snd_una == tcp_sk(sk)->write_seq;
}

u64 tcpfin_close_birth_ns(struct sock *sk);
void tcpfin_close_classify(struct tcpfin_event *event, struct sock *sk);
u8 tcpfin_close_last_ack(struct sock *sk);

#endif /* TCPFIN_CLOSE_REASON_H */
