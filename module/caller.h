/* SPDX-License-Identifier: GPL-2.0 */
/* Which kernel function ends a mini-socket, told from a return address. */
#ifndef TCPFIN_CALLER_H
#define TCPFIN_CALLER_H

#include "notes.h"

/**
 * enum tcpfin_caller - callers whose meaning depends on more than their name
 * @TCPFIN_CALLER_PLAIN: no
 * @TCPFIN_CALLER_RECEIVE: tcp_v4_rcv() or tcp_v6_rcv(), which end a mini-socket
 *	because a SYN takes it over or after they answered with a RST
 * @TCPFIN_CALLER_DESCHEDULE: inet_twsk_deschedule_put(), whose own caller counts
 */
enum tcpfin_caller {
	TCPFIN_CALLER_PLAIN,
	TCPFIN_CALLER_RECEIVE,
	TCPFIN_CALLER_DESCHEDULE,
};

bool tcpfin_caller_is(unsigned long address, const char *symbol);
struct tcpfin_ending tcpfin_caller_ending(unsigned long address);

#endif /* TCPFIN_CALLER_H */
