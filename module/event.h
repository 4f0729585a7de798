/* SPDX-License-Identifier: GPL-2.0 */
/* What a record says of a socket, full or mini, and of the acting process. */
#ifndef TCPFIN_EVENT_H
#define TCPFIN_EVENT_H

#include <net/inet_timewait_sock.h>
#include <net/sock.h>

#include "tcpfin.h"

u64 tcpfin_sock_cookie(struct sock *sk);
u64 tcpfin_twsk_cookie(struct inet_timewait_sock *tw);
void tcpfin_event_sock(struct tcpfin_event *event, struct sock *sk);
void tcpfin_event_twsk(struct tcpfin_event *event,
		       struct inet_timewait_sock *tw);
void tcpfin_event_task(struct tcpfin_event *event);

#endif /* TCPFIN_EVENT_H */
