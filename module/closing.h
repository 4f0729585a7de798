/* SPDX-License-Identifier: GPL-2.0 */
/* Why a full socket closes, told from the socket at that moment. */
#ifndef TCPFIN_CLOSING_H
#define TCPFIN_CLOSING_H

#include <linux/types.h>
#include <net/sock.h>

#include "notes.h"

/**
 * struct tcpfin_closing - what there is to tell about a step, mostly a close
 * @reason: enum tcpfin_reason
 * @detail: see tcpfin_event.detail
 * @rst: a RST goes out with it, for certain
 */
struct tcpfin_closing {
	u8 reason;
	u8 detail;
	bool rst;
};

bool tcpfin_closing_is_orderly(const struct sock *sk, unsigned int old);
void tcpfin_closing_judge(struct sock *sk, unsigned int old,
			  struct tcpfin_closing *closing);
void tcpfin_closing_reset(u8 note, struct tcpfin_closing *closing);
u8 tcpfin_closing_last_ack(struct sock *sk);

#endif /* TCPFIN_CLOSING_H */
