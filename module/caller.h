/* SPDX-License-Identifier: GPL-2.0 */
/* Which kernel function ends a socket, and so why, told from return addresses. */
#ifndef TCPFIN_CALLER_H
#define TCPFIN_CALLER_H

#include "notes.h"

/**
 * enum tcpfin_caller - callers whose meaning depends on more than their name
 * @TCPFIN_CALLER_PLAIN: no
 * @TCPFIN_CALLER_RECEIVE: tcp_v4_rcv() or tcp_v6_rcv(): the answer of
 *	tcp_timewait_state_process() has told why, and a note has it
 * @TCPFIN_CALLER_DESCHEDULE: inet_twsk_deschedule_put(), whose own caller counts
 * @TCPFIN_CALLER_SKIP: tcp_reset() or a tracepoint's own, whose own caller counts
 */
enum tcpfin_caller {
	TCPFIN_CALLER_PLAIN,
	TCPFIN_CALLER_RECEIVE,
	TCPFIN_CALLER_DESCHEDULE,
	TCPFIN_CALLER_SKIP,
};

struct tcpfin_ending tcpfin_caller_ending(unsigned long address);
struct tcpfin_ending tcpfin_caller_on_stack(void);

#endif /* TCPFIN_CALLER_H */
