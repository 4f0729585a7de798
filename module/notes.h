/* SPDX-License-Identifier: GPL-2.0 */
/* Notes that one probe leaves for the next one on the same road. */
#ifndef TCPFIN_NOTES_H
#define TCPFIN_NOTES_H

#include <linux/types.h>

/**
 * struct tcpfin_handover - what tcp_time_wait() was asked for
 * @time_ns: when
 * @substate: of the mini-socket to be born
 */
struct tcpfin_handover {
	u64 time_ns;
	u8 substate;
};

void tcpfin_handover_put(u64 cookie, const struct tcpfin_handover *note);
bool tcpfin_handover_take(u64 cookie, struct tcpfin_handover *note);

void tcpfin_substate_put(u64 cookie, u8 substate);
u8 tcpfin_substate_peek(u64 cookie);
u8 tcpfin_substate_take(u64 cookie);

/**
 * struct tcpfin_cause - why a mini-socket is about to be ended
 * @reason: enum tcpfin_reason
 * @caller: index into tcpfin_header.caller for TCPFIN_REASON_CALLER
 */
struct tcpfin_cause {
	u8 reason;
	u8 caller;
};

void tcpfin_cause_put(u64 cookie, struct tcpfin_cause cause);
bool tcpfin_cause_take(u64 cookie, struct tcpfin_cause *cause);

#endif /* TCPFIN_NOTES_H */
