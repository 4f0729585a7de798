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

/**
 * struct tcpfin_packet - a packet for a mini-socket
 * @substate: in which it found the mini-socket, FIN_WAIT2 or TIME_WAIT
 * @fin: it bears a FIN
 * @syn: it bears a SYN
 */
struct tcpfin_packet {
	u8 substate;
	bool fin;
	bool syn;
};

void tcpfin_packet_put(u64 cookie, struct tcpfin_packet packet);
struct tcpfin_packet tcpfin_packet_peek(u64 cookie);
struct tcpfin_packet tcpfin_packet_take(u64 cookie);

/**
 * struct tcpfin_ending - why a mini-socket is about to be ended
 * @reason: enum tcpfin_reason
 * @detail: see tcpfin_event.detail
 */
struct tcpfin_ending {
	u8 reason;
	u8 detail;
};

void tcpfin_ending_put(u64 cookie, struct tcpfin_ending ending);
bool tcpfin_ending_take(u64 cookie, struct tcpfin_ending *ending);

#endif /* TCPFIN_NOTES_H */
