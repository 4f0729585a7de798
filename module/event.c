// SPDX-License-Identifier: GPL-2.0
/*
 * What a record says of a socket, full or mini, and of the acting process.
 *
 * Everything is copied here; no pointer is kept and none gets into a record.
 * The functions run in a probe's handler, on a socket that the probed function's
 * caller has locked (full) or holds a reference to (mini).
 */
#include <linux/cgroup.h>
#include <linux/ipv6.h>
#include <linux/sched.h>
#include <linux/sock_diag.h>
#include <linux/string.h>
#include <linux/tcp.h>
#include <net/inet_sock.h>
#include <net/ipv6.h>
#include <net/net_namespace.h>
#include <net/tcp.h>

#include "event.h"

static u64 cookie_of(struct sock *sk)
{
	u64 cookie = atomic64_read(&sk->sk_cookie);
	__u32 half[2];

	if (likely(cookie))
		return cookie;
	/* Makes one up if nobody has asked before, as "ss" does. */
	sock_diag_save_cookie(sk, half);
	return half[0] | (u64)half[1] << 32;
}

/**
 * tcpfin_sock_cookie() - the cookie of a full socket
 * @sk: the socket
 *
 * Return: the cookie, never 0.
 */
u64 tcpfin_sock_cookie(struct sock *sk)
{
	return cookie_of(sk);
}

/**
 * tcpfin_twsk_cookie() - the cookie that a mini-socket has from its full socket
 * @tw: the mini-socket
 *
 * The cookie lies in what struct sock and a mini-socket have in common.
 *
 * Return: the cookie, never 0.
 */
u64 tcpfin_twsk_cookie(struct inet_timewait_sock *tw)
{
	return cookie_of((struct sock *)tw);
}

static void set_ipv4(struct tcpfin_event *event, __be32 local, __be32 remote)
{
	event->family = AF_INET;
	memcpy(event->laddr, &local, sizeof(local));
	memcpy(event->raddr, &remote, sizeof(remote));
}

static void set_ipv6(struct tcpfin_event *event, const struct in6_addr *local,
		     const struct in6_addr *remote)
{
	if (ipv6_addr_v4mapped(remote)) {
		set_ipv4(event, local->s6_addr32[3], remote->s6_addr32[3]);
		event->flags |= TCPFIN_F_V4MAPPED;
		return;
	}
	event->family = AF_INET6;
	memcpy(event->laddr, local, sizeof(*local));
	memcpy(event->raddr, remote, sizeof(*remote));
}

static void set_owner(struct tcpfin_event *event, struct sock *sk)
{
	/* What from_kuid(&init_user_ns) gives, whose map is the identity. */
	event->uid = __kuid_val(sk->sk_uid);
#ifdef CONFIG_SOCK_CGROUP_DATA
	event->cgroup = cgroup_id(sock_cgroup_ptr(&sk->sk_cgrp_data));
#endif
	event->flags |= TCPFIN_F_OWNER;
}

/**
 * tcpfin_event_sock() - describe a full socket
 * @event: to fill in: identity, addresses, sequence numbers, owner, error
 * @sk: the socket, locked by the probed function's caller
 */
void tcpfin_event_sock(struct tcpfin_event *event, struct sock *sk)
{
	const struct tcp_sock *tp = tcp_sk(sk);

	event->netns = sock_net(sk)->ns.inum;
	event->lport = inet_sk(sk)->inet_num;
	event->rport = ntohs(inet_sk(sk)->inet_dport);
	event->ifindex = sk->sk_bound_dev_if;
#if IS_ENABLED(CONFIG_IPV6)
	if (sk->sk_family == AF_INET6)
		set_ipv6(event, &sk->sk_v6_rcv_saddr, &sk->sk_v6_daddr);
	else
#endif
		set_ipv4(event, sk->sk_rcv_saddr, sk->sk_daddr);

	event->snd_nxt = tp->snd_nxt;
	event->snd_una = tp->snd_una;
	event->rcv_nxt = tp->rcv_nxt;
	event->write_seq = tp->write_seq;
	event->flags |= TCPFIN_F_SNDBUF;
	if (sock_flag(sk, SOCK_DEAD))
		event->flags |= TCPFIN_F_ORPHAN;
	event->err = abs(READ_ONCE(sk->sk_err));
	set_owner(event, sk);
}

/**
 * tcpfin_event_twsk() - describe a mini-socket
 * @event: to fill in: identity, addresses, sequence numbers
 * @tw: the mini-socket, to which the caller holds a reference
 *
 * It has no send buffer and no owner any more.
 */
void tcpfin_event_twsk(struct tcpfin_event *event,
		       struct inet_timewait_sock *tw)
{
	const struct tcp_timewait_sock *tcptw = tcp_twsk((struct sock *)tw);

	event->cookie = tcpfin_twsk_cookie(tw);
	event->netns = twsk_net(tw)->ns.inum;
	event->lport = tw->tw_num;
	event->rport = ntohs(tw->tw_dport);
	event->ifindex = tw->tw_bound_dev_if;
#if IS_ENABLED(CONFIG_IPV6)
	if (tw->tw_family == AF_INET6)
		set_ipv6(event, &tw->tw_v6_rcv_saddr, &tw->tw_v6_daddr);
	else
#endif
		set_ipv4(event, tw->tw_rcv_saddr, tw->tw_daddr);

	event->snd_nxt = tcptw->tw_snd_nxt;
	event->rcv_nxt = READ_ONCE(tcptw->tw_rcv_nxt);
}

/**
 * tcpfin_event_task() - name the acting process, if there is one
 * @event: to fill in: pid and comm
 *
 * Call it for steps only that a process takes by itself. Whoever is current in
 * a softirq has nothing to do with it, and neither has a kernel thread, which
 * closes files or namespaces, or receives packets, for others. (in_task() would
 * say no inside a breakpoint, where x86 counts a hard interrupt.)
 */
void tcpfin_event_task(struct tcpfin_event *event)
{
	if (in_serving_softirq() || current->flags & PF_KTHREAD)
		return;

	event->pid = task_tgid_nr(current);
	/* get_task_comm() takes a lock; a torn name is the lesser evil. */
	strscpy(event->comm, current->comm, sizeof(event->comm));
	event->flags |= TCPFIN_F_TASK;
}
