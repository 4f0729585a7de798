// SPDX-License-Identifier: GPL-2.0
/*
 * Why a full socket closes, told from the socket at that moment.
 *
 * Called at the entry of tcp_set_state(), with the socket locked. Where no note
 * tells the reason (notes.h), it is derived from the conditions that the
 * kernel's own code checks before it calls tcp_set_state(). Each rule names
 * that code, which is the same from 5.10 to 7.2 unless the rule says otherwise.
 */
#include <linux/errno.h>
#include <linux/preempt.h>
#include <net/net_namespace.h>
#include <net/tcp.h>

#include "clock.h"
#include "close_reason.h"
#include "event.h"
#include "notes.h"
#include "reach.h"
#include "ring.h"
#include "tcpfin.h"

/* tcp_need_reset(), for states in which a connection was established */
#define NEED_RESET	(TCPF_ESTABLISHED | TCPF_CLOSE_WAIT | TCPF_FIN_WAIT1 | \
			 TCPF_FIN_WAIT2)

/* States in which the peer's FIN has arrived. */
#define PEER_CLOSED	(TCPF_CLOSE_WAIT | TCPF_LAST_ACK | TCPF_CLOSING)

/* The sub-state that tcp_time_wait() is asked for. tcp_fin() sets SOCK_DONE. */
static u8 substate(const struct sock *sk)
{
	return sock_flag(sk, SOCK_DONE) ? TCP_TIME_WAIT : TCP_FIN_WAIT2;
}

/*
 * Did tcp_time_wait() get no mini-socket? After the peer's FIN in FIN_WAIT2,
 * and after the ACK in CLOSING, the kernel calls nothing else before it closes
 * the socket. In FIN_WAIT2 without a FIN the kernel's counter of refused
 * mini-sockets has changed since the socket entered FIN_WAIT2.
 */
static bool is_refused(struct sock *sk, unsigned int old)
{
	switch (old) {
	case TCP_FIN_WAIT2:
		return sock_flag(sk, SOCK_DONE) ||
		       (sock_flag(sk, SOCK_DEAD) &&
			tcpfin_note_fin_wait2_refused(sk,
						      tcpfin_sock_cookie(sk)));
	case TCP_CLOSING:
		return tcp_sk(sk)->snd_una == tcp_sk(sk)->write_seq;
	default:
		return false;
	}
}

static void set_refused(struct tcpfin_event *event, const struct sock *sk)
{
	event->kind = TCPFIN_KIND_TW_REFUSED;
	event->reason = TCPFIN_REASON_REFUSED;
	event->detail = substate(sk);
}

/* Probably a packet is being processed, not a system call or a timer. */
static bool got_packet_just_now(const struct sock *sk)
{
	return (u32)(tcp_jiffies32 - tcp_sk(sk)->rcv_tstamp) <= 1;
}

static void set_rst(struct tcpfin_event *event, bool rst)
{
	if (rst)
		event->flags |= TCPFIN_F_RST;
}

/*
 * Did a RST close the socket, though tcp_reset() left no note, because its
 * tracepoint is not hooked or its caller is not known? No other code sets this
 * error in this state. In FIN_WAIT1 and FIN_WAIT2 after close() late data leads
 * to the same error, so the reason is not known. Data beyond the peer's FIN
 * would do so in the other states, but no TCP sends that.
 */
static bool is_rst_without_note(const struct sock *sk, unsigned int old,
				int err)
{
	if (err != (old == TCP_CLOSE_WAIT ? EPIPE : ECONNRESET))
		return false;
	return 1U << old & PEER_CLOSED || !(sk->sk_shutdown & RCV_SHUTDOWN);
}

/*
 * The pending error is set before the state by tcp_abort() (in 5.10 not for
 * orphans), by tcp_reset() and by tcp_write_err(). The latter prefers the last
 * ICMP error (sk_err_soft) to ETIMEDOUT; it is called when the timer of
 * retransmissions or that of probes gives up, each of which counts its
 * attempts.
 */
static void classify_error(struct sock *sk, unsigned int old, int err,
			   struct tcpfin_event *event)
{
	const struct inet_connection_sock *icsk = inet_csk(sk);

	if (err == ETIMEDOUT || err == READ_ONCE(sk->sk_err_soft)) {
		event->reason = TCPFIN_REASON_TIMEOUT;
		event->detail = icsk->icsk_retransmits ?:
			       icsk->icsk_probes_out;
	} else if (err == ECONNABORTED) {
		event->reason = TCPFIN_REASON_KILLED;
		set_rst(event, 1U << old & NEED_RESET);
	} else if (is_rst_without_note(sk, old, err)) {
		event->reason = TCPFIN_REASON_RST_RCVD;
	} else {
		event->reason = TCPFIN_REASON_ERROR;
	}
}

/* Did __tcp_close() find unread data? It has emptied the queue by now. */
static bool has_unread_data(const struct sock *sk, unsigned int old)
{
	u32 end = tcp_sk(sk)->rcv_nxt;

	if (1U << old & PEER_CLOSED)
		end--;
	return after(end, tcp_sk(sk)->copied_seq);
}

/* Does tcp_disconnect() send a RST? */
static bool disconnect_sends_rst(const struct sock *sk, unsigned int old)
{
	const struct tcp_sock *tp = tcp_sk(sk);

	if (tp->repair)
		return false;
	return 1U << old & NEED_RESET || tp->snd_nxt != tp->write_seq;
}

/*
 * A process that still holds the socket closes it. __tcp_close() shuts both
 * directions before anything else. It calls tcp_disconnect() if SO_LINGER is on
 * and 0, and so does connect() with AF_UNSPEC.
 */
static void classify_by_process(struct sock *sk, unsigned int old,
				struct tcpfin_event *event)
{
	bool closes = sk->sk_shutdown == SHUTDOWN_MASK && !tcp_sk(sk)->repair;

	event->reason = TCPFIN_REASON_ABORTED;
	if (closes && has_unread_data(sk, old)) {
		event->detail = TCPFIN_CAUSE_UNREAD_DATA;
		event->flags |= TCPFIN_F_RST;
		return;
	}
	if (closes && sock_flag(sk, SOCK_LINGER) && !sk->sk_lingertime)
		event->detail = TCPFIN_CAUSE_LINGER0;
	else
		event->detail = TCPFIN_CAUSE_DISCONNECT;
	set_rst(event, disconnect_sends_rst(sk, old));
}

/*
 * An orphan in FIN_WAIT2 is closed, and as far as is known it was not refused a
 * mini-socket. If tcp_fin_time() is more than 60 s, __tcp_close() only closes
 * it when there are too many orphans, and the timer (tcp_keepalive_timer())
 * asks for a mini-socket once 60 s are left. Otherwise __tcp_close() asks for
 * one, and the timer closes the socket when the time has run out. If the socket
 * has just entered FIN_WAIT2, the packet that acknowledged its FIN carried
 * data, too (tcp_rcv_state_process()).
 */
static void classify_fin_wait2(struct sock *sk, struct tcpfin_event *event)
{
	bool is_long = tcp_fin_time(sk) > TCP_TIMEWAIT_LEN;
	bool is_new = tcpfin_note_fin_wait2_is_new(sk, tcpfin_sock_cookie(sk));
	bool in_close = !in_serving_softirq();

	if (!in_close && !is_new && got_packet_just_now(sk)) {
		/* FIN_WAIT2 was missed, or a packet came by chance. */
		tcpfin_ring_count_unmatched();
		return;
	}
	if (!is_new && in_close != is_long) {
		set_refused(event, sk);
		return;
	}
	event->reason = TCPFIN_REASON_ABORTED;
	event->flags |= TCPFIN_F_RST;
	if (in_close && is_long)
		event->detail = TCPFIN_CAUSE_NONE;
	else if (is_new)
		event->detail = TCPFIN_CAUSE_LATE_DATA;
	else
		event->reason = TCPFIN_REASON_EXPIRED;
}

/*
 * The kernel closes an orphan (after sock_orphan()): at the end of
 * __tcp_close(), or in tcp_out_of_resources(), called by a timer, which may
 * omit the RST if the socket has sent nothing for long.
 */
static void classify_orphan(struct sock *sk, unsigned int old,
			    struct tcpfin_event *event)
{
	if (old == TCP_FIN_WAIT2 && READ_ONCE(tcp_sk(sk)->linger2) < 0) {
		event->reason = TCPFIN_REASON_ABORTED;
		event->detail = TCPFIN_CAUSE_LINGER2;
		event->flags |= TCPFIN_F_RST;
	} else if (!check_net(sock_net(sk))) {
		event->reason = TCPFIN_REASON_NETNS;
	} else if (old == TCP_FIN_WAIT2) {
		classify_fin_wait2(sk, event);
	} else {
		event->reason = TCPFIN_REASON_ABORTED;
		event->detail = TCPFIN_CAUSE_ORPHANS;
		set_rst(event,
			!in_serving_softirq() ||
			(s32)(tcp_jiffies32 - tcp_sk(sk)->lsndtime) <=
				TCP_TIMEWAIT_LEN);
	}
}

/* Does a note tell why tcp_reset() was called? See sock_probes.c. */
static bool classify_reset(struct sock *sk, struct tcpfin_event *event)
{
	switch (tcpfin_note_take_reset(tcpfin_sock_cookie(sk))) {
	case TCPFIN_NOTE_RST_RCVD:
		event->reason = TCPFIN_REASON_RST_RCVD;
		return true;
	case TCPFIN_NOTE_RST_SENT:
		event->reason = TCPFIN_REASON_RST_SENT;
		event->detail = TCPFIN_CAUSE_LATE_DATA;
		event->flags |= TCPFIN_F_RST;
		return true;
	default:
		return false;
	}
}

/*
 * A close that is not orderly. A getsockopt(SO_ERROR) on another CPU may have
 * just cleared the error. A process does not close its own socket in a softirq:
 * without an error the reason is not known there, unless the socket is an
 * orphan.
 */
static void classify_abort(struct sock *sk, unsigned int old,
			   struct tcpfin_event *event)
{
	int err = READ_ONCE(sk->sk_err);

	if (classify_reset(sk, event))
		return;
	if (err)
		classify_error(sk, old, err, event);
	else if (sock_flag(sk, SOCK_DEAD))
		classify_orphan(sk, old, event);
	else if (!in_serving_softirq())
		classify_by_process(sk, old, event);
	/* For other reasons the current process only processes the backlog. */
	if (event->reason == TCPFIN_REASON_KILLED ||
	    (event->reason == TCPFIN_REASON_ABORTED &&
	     !sock_flag(sk, SOCK_DEAD)))
		tcpfin_event_task(event);
}

/**
 * tcpfin_close_birth_ns() - when was the mini-socket born?
 * @sk: the full socket
 *
 * Other CPUs may have found the mini-socket by now. Its birth is therefore
 * dated back, so that its own steps come later on every CPU. The time of birth
 * is that of the packet being processed (tcp_mstamp, which the kernel updates
 * for each packet) or 1 ns after the note that the socket is in FIN_WAIT2,
 * whichever is later. If a timer caused the birth, there is neither, and it is
 * the time now.
 *
 * Return: the time, CLOCK_MONOTONIC in nanoseconds.
 */
u64 tcpfin_close_birth_ns(struct sock *sk)
{
	u64 wait2_ns = tcpfin_note_fin_wait2_time(sk, tcpfin_sock_cookie(sk));
	u64 packet_ns = 0;

	if (got_packet_just_now(sk))
		packet_ns = tcpfin_clock_packet(tcp_sk(sk));
	if (wait2_ns)
		wait2_ns++;
	return max(packet_ns, wait2_ns) ?: tcpfin_clock();
}

/**
 * tcpfin_close_classify() - tell what a tcp_set_state(TCP_CLOSE) means
 * @event: the record: a plain step to CLOSE, to be completed
 * @sk: the socket, which was established
 *
 * A close that is not orderly is a mini-socket's birth, its refusal, or an
 * abort.
 */
void tcpfin_close_classify(struct tcpfin_event *event, struct sock *sk)
{
	unsigned int old = event->old_state;

	if (tcpfin_close_is_birth(sk, old)) {
		event->kind = TCPFIN_KIND_TW_BIRTH;
		event->new_state = substate(sk);
		tcpfin_reach_birth(sk, event->cookie, event->new_state);
	} else if (is_refused(sk, old)) {
		set_refused(event, sk);
	} else {
		classify_abort(sk, old, event);
	}
}

/**
 * tcpfin_close_last_ack() - was the peer's FIN acknowledged before our FIN?
 * @sk: a socket on its way from CLOSE_WAIT to LAST_ACK
 *
 * Each segment that TCP sends acknowledges all that was received
 * (tcp_select_window()). Our FIN is sent at once unless something else has to
 * be sent or acknowledged first, the peer's window is closed
 * (tcp_snd_wnd_test()), or TCP paces itself.
 *
 * Return: enum tcpfin_last_ack.
 */
u8 tcpfin_close_last_ack(struct sock *sk)
{
	const struct tcp_sock *tp = tcp_sk(sk);

	if (tp->rcv_wup == tp->rcv_nxt)
		return TCPFIN_LAST_ACK_ALONE;
	if (tp->snd_una == tp->write_seq && tp->snd_wnd &&
	    READ_ONCE(sk->sk_pacing_status) != SK_PACING_NEEDED)
		return TCPFIN_LAST_ACK_WITH_FIN;
	return TCPFIN_LAST_ACK_UNKNOWN;
}
