/* SPDX-License-Identifier: GPL-2.0 */
/* Notes that one probe leaves for the next one on the same road. */
#ifndef TCPFIN_NOTES_H
#define TCPFIN_NOTES_H

#include <linux/types.h>

/**
 * enum tcpfin_note_kind - what a note says of a socket that is about to close
 * @TCPFIN_NOTE_TIME_WAIT: tcp_time_wait() was called, value: the sub-state
 * @TCPFIN_NOTE_RST_RCVD: tcp_reset() was called for a RST
 * @TCPFIN_NOTE_RST_SENT: tcp_reset() was called for data that nobody wants
 */
enum tcpfin_note_kind {
	TCPFIN_NOTE_TIME_WAIT = 1,
	TCPFIN_NOTE_RST_RCVD,
	TCPFIN_NOTE_RST_SENT,
};

/**
 * struct tcpfin_note - what one probe knows before tcp_set_state(TCP_CLOSE)
 * @time_ns: when, CLOCK_MONOTONIC
 * @jiffies: when, for a look at its age that costs nothing
 * @kind: enum tcpfin_note_kind
 * @substate: of the mini-socket to be born, for TCPFIN_NOTE_TIME_WAIT
 */
struct tcpfin_note {
	u64 time_ns;
	unsigned long jiffies;
	u8 kind;
	u8 substate;
};

bool tcpfin_note_put(u64 cookie, const struct tcpfin_note *note);
bool tcpfin_note_take(u64 cookie, struct tcpfin_note *note);

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
