/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which kernel function ends a socket, and thus why, told by return addresses.
 */
#ifndef TCPFIN_CALLER_H
#define TCPFIN_CALLER_H

#include "notes.h"

/**
 * enum tcpfin_caller - where the reason of an end is to be found
 * @TCPFIN_CALLER_PLAIN: in the caller's name
 * @TCPFIN_CALLER_RECEIVE: the caller is tcp_v4_rcv() or tcp_v6_rcv(): in a
 *	note, made from the return value of tcp_timewait_state_process()
 * @TCPFIN_CALLER_DESCHEDULE: the caller is inet_twsk_deschedule_put(): in a
 *	note, made from that function's own caller
 * @TCPFIN_CALLER_SKIP: the caller is tcp_reset() or the tracepoint's own
 *	function: in the next return address on the stack
 */
enum tcpfin_caller {
	TCPFIN_CALLER_PLAIN,
	TCPFIN_CALLER_RECEIVE,
	TCPFIN_CALLER_DESCHEDULE,
	TCPFIN_CALLER_SKIP,
};

int tcpfin_caller_init(void);
void tcpfin_caller_exit(void);
struct tcpfin_ending tcpfin_caller_ending(unsigned long address);
struct tcpfin_ending tcpfin_caller_on_stack(void);

#endif /* TCPFIN_CALLER_H */
