/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a record says of a socket, full or mini, and of the acting process.
 *
 * Everything is copied: no pointer is kept, and no pointer gets into a record.
 * The functions run in a probe's handler, on a full socket that the probed
 * function's caller has locked, or a mini-socket that the caller holds a
 * reference to. Functions that every teardown needs are inline: calls were a
 * tenth of a record's cost.
 *
 * A new record still holds the one that it overwrites. tcpfin_record_begin()
 * writes some words, tcpfin_event_sock() and tcpfin_event_twsk() write all
 * others, zeros included; what else is known is filled in afterwards.
 */
#ifndef TCPFIN_EVENT_H
#define TCPFIN_EVENT_H

#include <linux/cgroup.h>
#include <linux/ipv6.h>
#include <linux/string.h>
#include <linux/tcp.h>
#include <net/inet_sock.h>
#include <net/inet_timewait_sock.h>
#include <net/ipv6.h>
#include <net/mptcp.h>
#include <net/net_namespace.h>
#include <net/sock.h>
#include <net/tcp.h>

#include "tcpfin.h"

u64 tcpfin_make_cookie(struct sock *sk);
void tcpfin_event_task(struct tcpfin_event *event);

/**
 * tcpfin_sock_cookie() - get the cookie of a full socket
 * @sk: the socket
 *
 * Return: the cookie, never 0.
 */
static inline u64 tcpfin_sock_cookie(struct sock *sk)
{
	u64 cookie = atomic64_read(&sk->sk_cookie);

	return likely(cookie) ? cookie : tcpfin_make_cookie(sk);
}

/**
 * tcpfin_twsk_cookie() - get the cookie that a mini-socket has from its socket
 * @tw: the mini-socket
 *
 * The cookie is in the part that both structures share, struct sock_common.
 *
 * Return: the cookie, never 0.
 */
static inline u64 tcpfin_twsk_cookie(struct inet_timewait_sock *tw)
{
	return tcpfin_sock_cookie((struct sock *)tw);
}

static __always_inline void
tcpfin_event_ipv4(struct tcpfin_event *event, __be32 local, __be32 remote)
{
	const u64 none = 0;
	u64 half = 0;

	event->family = AF_INET;
	memcpy(&half, &local, sizeof(local));
	memcpy(event->laddr, &half, sizeof(half));
	memcpy(event->laddr + sizeof(half), &none, sizeof(none));
	memcpy(&half, &remote, sizeof(remote));
	memcpy(event->raddr, &half, sizeof(half));
	memcpy(event->raddr + sizeof(half), &none, sizeof(none));
}

static inline void tcpfin_event_ipv6(struct tcpfin_event *event,
				     const struct in6_addr *local,
				     const struct in6_addr *remote)
{
	if (ipv6_addr_v4mapped(remote)) {
		tcpfin_event_ipv4(event, local->s6_addr32[3],
				  remote->s6_addr32[3]);
		event->flags |= TCPFIN_F_V4MAPPED;
		return;
	}
	event->family = AF_INET6;
	memcpy(event->laddr, local, sizeof(*local));
	memcpy(event->raddr, remote, sizeof(*remote));
}

/* Fields that only some records have; comm shares its bytes with others. */
static __always_inline void tcpfin_event_clear(struct tcpfin_event *event)
{
	event->pid = 0;
	memset(event->comm, 0, sizeof(event->comm));
	event->detail = 0;
}

/**
 * tcpfin_event_inode() - tell which socket of a process this is
 * @event: the record; receives the inode's number, unless a process is named
 * @sk: the full socket, locked by the probed function's caller: the process
 *	cannot give it up meanwhile (sock_orphan())
 */
static inline void tcpfin_event_inode(struct tcpfin_event *event,
				      const struct sock *sk)
{
	if (sk->sk_socket)
		event->inode = SOCK_INODE(sk->sk_socket)->i_ino;
}

/**
 * tcpfin_event_mptcp() - tell whether a full socket is a subflow of MPTCP
 * @event: the record
 * @sk: the socket
 *
 * Only in the records that begin or end a teardown: these tell of all.
 */
static inline void tcpfin_event_mptcp(struct tcpfin_event *event,
				      const struct sock *sk)
{
	if (unlikely(sk_is_mptcp(sk)))
		event->flags |= TCPFIN_F_MPTCP;
}

static __always_inline u64 tcpfin_event_cgroup(struct sock *sk)
{
#ifdef CONFIG_SOCK_CGROUP_DATA
	return cgroup_id(sock_cgroup_ptr(&sk->sk_cgrp_data));
#else
	return 0;
#endif
}

/**
 * tcpfin_event_sock() - describe a full socket
 * @event: the record; receives addresses, sequence numbers, owner, error
 * @sk: the socket, locked by the probed function's caller
 */
static __always_inline void
tcpfin_event_sock(struct tcpfin_event *event, struct sock *sk)
{
	const struct tcp_sock *tp = tcp_sk(sk);

	tcpfin_event_clear(event);
	event->cookie = tcpfin_sock_cookie(sk);
	event->flags = TCPFIN_F_SNDBUF | TCPFIN_F_OWNER |
		       sock_flag(sk, SOCK_DEAD) * TCPFIN_F_ORPHAN;
	event->netns = sock_net(sk)->ns.inum;
	event->lport = inet_sk(sk)->inet_num;
	event->rport = ntohs(inet_sk(sk)->inet_dport);
	event->ifindex = sk->sk_bound_dev_if;
#if IS_ENABLED(CONFIG_IPV6)
	if (sk->sk_family == AF_INET6)
		tcpfin_event_ipv6(event, &sk->sk_v6_rcv_saddr,
				  &sk->sk_v6_daddr);
	else
#endif
		tcpfin_event_ipv4(event, sk->sk_rcv_saddr, sk->sk_daddr);

	event->snd_nxt = tp->snd_nxt;
	event->snd_una = tp->snd_una;
	event->rcv_nxt = tp->rcv_nxt;
	event->write_seq = tp->write_seq;
	event->err = abs(READ_ONCE(sk->sk_err));
	/* The value of from_kuid(&init_user_ns), whose map is the identity. */
	event->uid = __kuid_val(READ_ONCE(sk->sk_uid));
	event->cgroup = tcpfin_event_cgroup(sk);
}

/**
 * tcpfin_event_twsk() - describe a mini-socket
 * @event: the record; receives identity, addresses, sequence numbers
 * @tw: the mini-socket, to which the caller holds a reference
 *
 * A mini-socket has no send buffer and no owner.
 */
static inline void tcpfin_event_twsk(struct tcpfin_event *event,
				     struct inet_timewait_sock *tw)
{
	const struct tcp_timewait_sock *tcptw = tcp_twsk((struct sock *)tw);

	tcpfin_event_clear(event);
	event->cookie = tcpfin_twsk_cookie(tw);
	event->flags = 0;
	event->netns = twsk_net(tw)->ns.inum;
	event->lport = tw->tw_num;
	event->rport = ntohs(tw->tw_dport);
	event->ifindex = tw->tw_bound_dev_if;
#if IS_ENABLED(CONFIG_IPV6)
	if (tw->tw_family == AF_INET6)
		tcpfin_event_ipv6(event, &tw->tw_v6_rcv_saddr,
				  &tw->tw_v6_daddr);
	else
#endif
		tcpfin_event_ipv4(event, tw->tw_rcv_saddr, tw->tw_daddr);

	event->snd_nxt = tcptw->tw_snd_nxt;
	event->snd_una = 0;
	event->rcv_nxt = READ_ONCE(tcptw->tw_rcv_nxt);
	event->write_seq = 0;
	event->err = 0;
	event->uid = 0;
	event->cgroup = 0;
}

#endif /* TCPFIN_EVENT_H */
