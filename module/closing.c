// SPDX-License-Identifier: GPL-2.0
/*
 * Why a full socket closes, told from the socket at that moment.
 *
 * Called at the entry of tcp_set_state(), with the socket locked. A close that
 * nobody left a note for (notes.h) is judged by what the kernel's own code looks
 * at before it comes here; each rule names that code.
 */
#include <linux/errno.h>
#include <linux/preempt.h>
#include <net/net_namespace.h>
#include <net/tcp.h>

#include "closing.h"
#include "ring.h"
#include "tcpfin.h"

/* tcp_need_reset() for states in which a connection was established */
#define NEED_RESET	(TCPF_ESTABLISHED | TCPF_CLOSE_WAIT | TCPF_FIN_WAIT1 | \
			 TCPF_FIN_WAIT2)

/* States in which the peer's FIN has come. */
#define PEER_CLOSED	(TCPF_CLOSE_WAIT | TCPF_LAST_ACK | TCPF_CLOSING)

/**
 * tcpfin_closing_is_orderly() - is this the one orderly end of a full socket?
 * @sk: the socket
 * @old: its state
 *
 * Its FIN was the last one, and the ACK came, whatever error is pending.
 * FIN_WAIT2 and CLOSING end by a mini-socket.
 *
 * Return: whether it is.
 */
bool tcpfin_closing_is_orderly(const struct sock *sk, unsigned int old)
{
	return old == TCP_LAST_ACK &&
	       tcp_sk(sk)->snd_una == tcp_sk(sk)->write_seq;
}

/*
 * The pending error is set before the state by tcp_abort() and tcp_write_err(),
 * which prefers what ICMP had to say (sk_err_soft) to ETIMEDOUT. tcp_reset()
 * sets one, too, but leaves a note. Either the timer of retransmissions gave up
 * or that of probes, of which the counts are.
 */
static void judge_error(struct sock *sk, unsigned int old, int err,
			struct tcpfin_closing *closing)
{
	const struct inet_connection_sock *icsk = inet_csk(sk);

	if (err == ETIMEDOUT || err == READ_ONCE(sk->sk_err_soft)) {
		closing->reason = TCPFIN_REASON_TIMEOUT;
		closing->detail = icsk->icsk_retransmits ?:
				  icsk->icsk_probes_out;
	} else if (err == ECONNABORTED) {
		closing->reason = TCPFIN_REASON_KILLED;
		closing->rst = 1U << old & NEED_RESET;
	} else {
		closing->reason = TCPFIN_REASON_ERROR;
	}
}

/* See __tcp_close(), which has emptied the receive queue before it looks. */
static bool has_unread_data(const struct sock *sk, unsigned int old)
{
	u32 end = tcp_sk(sk)->rcv_nxt;

	if (1U << old & PEER_CLOSED)
		end--;
	return after(end, tcp_sk(sk)->copied_seq);
}

/* What tcp_disconnect() sends. */
static bool disconnect_resets(const struct sock *sk, unsigned int old)
{
	const struct tcp_sock *tp = tcp_sk(sk);

	if (tp->repair)
		return false;
	return 1U << old & NEED_RESET || tp->snd_nxt != tp->write_seq;
}

/*
 * By a process that still holds it: __tcp_close() shuts both directions before
 * anything else, and calls tcp_disconnect() for linger 0, as connect() with
 * AF_UNSPEC does.
 */
static void judge_owner(struct sock *sk, unsigned int old,
			struct tcpfin_closing *closing)
{
	bool closes = sk->sk_shutdown == SHUTDOWN_MASK && !tcp_sk(sk)->repair;

	closing->reason = TCPFIN_REASON_ABORTED;
	closing->rst = true;
	if (closes && has_unread_data(sk, old)) {
		closing->detail = TCPFIN_CAUSE_UNREAD_DATA;
		return;
	}
	if (closes && sock_flag(sk, SOCK_LINGER) && !sk->sk_lingertime)
		closing->detail = TCPFIN_CAUSE_LINGER0;
	else
		closing->detail = TCPFIN_CAUSE_DISCONNECT;
	closing->rst = disconnect_resets(sk, old);
}

/*
 * An orphan in FIN_WAIT2: either the packet that just came was data, with the
 * ACK that led to FIN_WAIT2 (tcp_rcv_state_process()), or the timer ran out
 * (tcp_keepalive_timer()), long after any packet. Both send a RST. In a process
 * it can be a close that found too many orphans, too, if the timeout is above
 * 60 s; below, there is a mini-socket by now.
 */
static void judge_fin_wait2(struct sock *sk, struct tcpfin_closing *closing)
{
	bool fresh = (u32)(tcp_jiffies32 - tcp_sk(sk)->rcv_tstamp) <= 1;

	closing->rst = true;
	closing->reason = TCPFIN_REASON_ABORTED;
	if (!in_serving_softirq() && tcp_fin_time(sk) > TCP_TIMEWAIT_LEN)
		closing->detail = TCPFIN_CAUSE_NONE;
	else if (fresh)
		closing->detail = TCPFIN_CAUSE_LATE_DATA;
	else
		closing->reason = TCPFIN_REASON_EXPIRED;
}

/*
 * By the kernel, after sock_orphan(): at the end of __tcp_close(), or by
 * tcp_out_of_resources() from a timer, which may leave out the RST if nothing
 * was sent for long.
 */
static void judge_orphan(struct sock *sk, unsigned int old,
			 struct tcpfin_closing *closing)
{
	if (old == TCP_FIN_WAIT2 && READ_ONCE(tcp_sk(sk)->linger2) < 0) {
		closing->reason = TCPFIN_REASON_ABORTED;
		closing->detail = TCPFIN_CAUSE_LINGER2;
		closing->rst = true;
	} else if (!check_net(sock_net(sk))) {
		closing->reason = TCPFIN_REASON_NETNS;
	} else if (old == TCP_FIN_WAIT2) {
		judge_fin_wait2(sk, closing);
	} else {
		closing->reason = TCPFIN_REASON_ABORTED;
		closing->detail = TCPFIN_CAUSE_ORPHANS;
		closing->rst = !in_serving_softirq() ||
			       (s32)(tcp_jiffies32 - tcp_sk(sk)->lsndtime) <=
				       TCP_TIMEWAIT_LEN;
	}
}

/**
 * tcpfin_closing_judge() - why does it close, before its time and without a note?
 * @sk: the socket
 * @old: its state
 * @closing: receives what can be told; all 0 before
 *
 * A getsockopt(SO_ERROR) elsewhere may clear the error just before. A process
 * does not close its socket in a softirq, so there the reason is not known.
 */
void tcpfin_closing_judge(struct sock *sk, unsigned int old,
			  struct tcpfin_closing *closing)
{
	int err = READ_ONCE(sk->sk_err);

	if (sk_unhashed(sk)) {
		tcpfin_ring_unmatched();
		closing->reason = TCPFIN_REASON_HANDOVER;
	} else if (err) {
		judge_error(sk, old, err, closing);
	} else if (sock_flag(sk, SOCK_DEAD)) {
		judge_orphan(sk, old, closing);
	} else if (!in_serving_softirq()) {
		judge_owner(sk, old, closing);
	}
}

/**
 * tcpfin_closing_reset() - what a note of tcp_reset() says of a close
 * @note: TCPFIN_NOTE_RST_RCVD or TCPFIN_NOTE_RST_SENT
 * @closing: receives it
 */
void tcpfin_closing_reset(u8 note, struct tcpfin_closing *closing)
{
	if (note == TCPFIN_NOTE_RST_RCVD) {
		closing->reason = TCPFIN_REASON_RST_RCVD;
		return;
	}
	closing->reason = TCPFIN_REASON_RST_SENT;
	closing->detail = TCPFIN_CAUSE_LATE_DATA;
	closing->rst = true;
}

/**
 * tcpfin_closing_last_ack() - was the peer's FIN acknowledged before ours?
 * @sk: a socket on its way from CLOSE_WAIT to LAST_ACK
 *
 * Each segment that leaves acknowledges what has come (tcp_select_window()).
 * Ours leaves at once unless something has to leave or to be acknowledged
 * before it, the window is shut (tcp_snd_wnd_test()), or TCP paces itself.
 *
 * Return: enum tcpfin_last_ack.
 */
u8 tcpfin_closing_last_ack(struct sock *sk)
{
	const struct tcp_sock *tp = tcp_sk(sk);

	if (tp->rcv_wup == tp->rcv_nxt)
		return TCPFIN_LAST_ACK_ALONE;
	if (tp->snd_una == tp->write_seq && tp->snd_wnd &&
	    READ_ONCE(sk->sk_pacing_status) != SK_PACING_NEEDED)
		return TCPFIN_LAST_ACK_WITH_FIN;
	return TCPFIN_LAST_ACK_UNKNOWN;
}
