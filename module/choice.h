/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which connections are recorded: those of one network namespace, or with
 * certain ports.
 */
#ifndef TCPFIN_CHOICE_H
#define TCPFIN_CHOICE_H

#include <linux/jump_label.h>
#include <net/inet_sock.h>
#include <net/inet_timewait_sock.h>
#include <net/net_namespace.h>
#include <net/sock.h>

#include "tcpfin.h"

/* On while anything is left out. Off, a check costs one instruction. */
DECLARE_STATIC_KEY_FALSE(tcpfin_choice_made);

bool tcpfin_choice_has(u32 netns, u16 lport, u16 rport);
void tcpfin_choice_count(void);

/**
 * tcpfin_choice_excludes() - are a full socket's steps left out?
 * @sk: the socket, locked by the probed function's caller
 *
 * A teardown's steps have both ports. Of an outgoing connection's first step
 * only the remote port is known yet, unless bind() was called, and decides.
 *
 * Context: a probe's handler, preemption off.
 * Return: true if so.
 */
static __always_inline bool tcpfin_choice_excludes(const struct sock *sk)
{
	return static_branch_unlikely(&tcpfin_choice_made) &&
	       !tcpfin_choice_has(sock_net(sk)->ns.inum,
				  inet_sk(sk)->inet_num,
				  ntohs(inet_sk(sk)->inet_dport));
}

/**
 * tcpfin_choice_excludes_twsk() - are a mini-socket's steps left out?
 * @tw: the mini-socket, to which the caller holds a reference
 *
 * Context: a probe's handler, preemption off.
 * Return: true if so.
 */
static __always_inline bool
tcpfin_choice_excludes_twsk(const struct inet_timewait_sock *tw)
{
	return static_branch_unlikely(&tcpfin_choice_made) &&
	       !tcpfin_choice_has(twsk_net(tw)->ns.inum, tw->tw_num,
				  ntohs(tw->tw_dport));
}

void tcpfin_choice_init(struct tcpfin_header *header);
void tcpfin_choice_exit(void);
int tcpfin_choice_set_ports(const char *text);
int tcpfin_choice_set_netns(const char *text);
int tcpfin_choice_get_ports(char *buf, size_t size);
int tcpfin_choice_get_netns(char *buf, size_t size);

#endif /* TCPFIN_CHOICE_H */
