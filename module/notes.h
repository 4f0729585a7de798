/* SPDX-License-Identifier: GPL-2.0 */
/* Facts handed from one probe to a later one on the same code path. */
#ifndef TCPFIN_NOTES_H
#define TCPFIN_NOTES_H

#include <linux/types.h>
#include <net/inet_timewait_sock.h>
#include <net/sock.h>

#include "tcpfin.h"

/**
 * enum tcpfin_note - why tcp_reset() was called for a socket
 * @TCPFIN_NOTE_NONE: not called, or not known
 * @TCPFIN_NOTE_RST_RCVD: a RST was received
 * @TCPFIN_NOTE_RST_SENT: data was received after close()
 */
enum tcpfin_note {
	TCPFIN_NOTE_NONE,
	TCPFIN_NOTE_RST_RCVD,
	TCPFIN_NOTE_RST_SENT,
};

bool tcpfin_note_put_reset(u64 cookie, enum tcpfin_note note);
enum tcpfin_note tcpfin_note_take_reset(u64 cookie);

void tcpfin_note_put_waiting(struct sock *sk, u64 cookie, u64 time_ns);
u64 tcpfin_note_waiting_time(const struct sock *sk, u64 cookie);
bool tcpfin_note_waiting_is_new(const struct sock *sk, u64 cookie);
bool tcpfin_note_waiting_refused(struct sock *sk, u64 cookie);

/**
 * struct tcpfin_ending - why a mini-socket is about to be ended
 * @reason: enum tcpfin_reason
 * @detail: see tcpfin_event.detail
 * @caller: enum tcpfin_caller: where the reason is to be found
 *
 * Smaller than a register, and so passed by value.
 */
struct tcpfin_ending {
	u8 reason;
	u8 detail;
	u8 caller;
};

void tcpfin_note_put_ending(u64 cookie, struct tcpfin_ending ending);
struct tcpfin_ending tcpfin_note_take_ending(u64 cookie);

void tcpfin_note_put_rst(u64 cookie, u32 seq, u32 ack);
void tcpfin_note_take_rst(struct tcpfin_event *event);

void tcpfin_note_put_death(struct inet_timewait_sock *tw);
bool tcpfin_note_drop_death(struct inet_timewait_sock *tw);
bool tcpfin_note_take_death(struct inet_timewait_sock *tw);

#endif /* TCPFIN_NOTES_H */
