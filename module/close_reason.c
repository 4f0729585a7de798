// SPDX-License-Identifier: GPL-2.0
/*
 * Why a full socket closes, told from the socket at that moment.
 *
 * Called at the entry of tcp_set_state(), with the socket locked. A close that
 * nobody left a note for (notes.h) is judged by what the kernel's own code looks
 * at before it comes here; each rule names that code, which is alike from 5.10 to
 * 7.2 unless the rule says otherwise.
 */
#include <linux/errno.h>
#include <linux/preempt.h>
#include <net/net_namespace.h>
#include <net/tcp.h>

#include "clock.h"
#include "close_reason.h"
#include "event.h"
#include "notes.h"
#include "ring.h"
#include "tcpfin.h"

/* tcp_need_reset() for states in which a connection was established */
#define NEED_RESET	(TCPF_ESTABLISHED | TCPF_CLOSE_WAIT | TCPF_FIN_WAIT1 | \
			 TCPF_FIN_WAIT2)

/* States in which the peer's FIN has come. */
#define PEER_CLOSED	(TCPF_CLOSE_WAIT | TCPF_LAST_ACK | TCPF_CLOSING)

/* What mini-socket is asked for: tcp_fin() sets the flag when the FIN comes. */
static u8 substate(const struct sock *sk)
{
	return sock_flag(sk, SOCK_DONE) ? TCP_TIME_WAIT : TCP_FIN_WAIT2;
}

/*
 * tcp_time_wait() was called, and there is no mini-socket. Nothing but that call
 * comes between the FIN in FIN_WAIT2, or the ACK in CLOSING, and this. Without a
 * FIN the kernel's counter has moved since the step to FIN_WAIT2.
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

/* Not in a process for itself, nor for a timer: the last packet is at hand. */
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
 * tcp_reset() left no note: its tracepoint is not hooked, or its caller could not be
 * told. Nobody else sets this error in this state. In FIN_WAIT1 and FIN_WAIT2 after
 * close() both a RST and data lead there, and which of them is not known. Data
 * beyond a FIN that has come would do so, too, but no TCP sends that.
 */
static bool is_rst_without_note(const struct sock *sk, unsigned int old,
				int err)
{
	if (err != (old == TCP_CLOSE_WAIT ? EPIPE : ECONNRESET))
		return false;
	return 1U << old & PEER_CLOSED || !(sk->sk_shutdown & RCV_SHUTDOWN);
}

/*
 * The pending error is set before the state by tcp_abort(), which in 5.10 lets
 * orphans be, by tcp_reset(), and by tcp_write_err(), which prefers what ICMP had
 * to say (sk_err_soft) to ETIMEDOUT. There either the timer of retransmissions gave
 * up or that of probes, of which the counts are.
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

/* See __tcp_close(), which has emptied the receive queue before it looks. */
static bool has_unread_data(const struct sock *sk, unsigned int old)
{
	u32 end = tcp_sk(sk)->rcv_nxt;

	if (1U << old & PEER_CLOSED)
		end--;
	return after(end, tcp_sk(sk)->copied_seq);
}

/* What tcp_disconnect() sends. */
static bool disconnect_sends_rst(const struct sock *sk, unsigned int old)
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
 * An orphan in FIN_WAIT2 that was not refused a mini-socket, as far as is known.
 * __tcp_close() and the timer (tcp_keepalive_timer()) both ask for one when no
 * more than 60 s are left. With more to come a process closes what are too many
 * orphans; without, the timer has run out. If it has just come to FIN_WAIT2, the
 * packet that acknowledged its FIN had data, too (tcp_rcv_state_process()).
 */
static void classify_fin_wait2(struct sock *sk, struct tcpfin_event *event)
{
	bool is_long = tcp_fin_time(sk) > TCP_TIMEWAIT_LEN;
	bool is_new = tcpfin_note_fin_wait2_is_new(sk, tcpfin_sock_cookie(sk));
	bool in_close = !in_serving_softirq();

	if (!in_close && !is_new && got_packet_just_now(sk)) {
		/* Its step to FIN_WAIT2 was missed, or it is a coincidence. */
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
 * By the kernel, after sock_orphan(): at the end of __tcp_close(), or by
 * tcp_out_of_resources() from a timer, which may leave out the RST if nothing
 * was sent for long.
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

/* What tcp_reset() was called for, if it was; see sock_probes.c. */
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
 * Before its time. A getsockopt(SO_ERROR) elsewhere may clear the error just
 * before. A process does not close its socket in a softirq, so there the reason
 * is not known.
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
	/* Others only work off the socket's backlog. */
	if (event->reason == TCPFIN_REASON_KILLED ||
	    (event->reason == TCPFIN_REASON_ABORTED &&
	     !sock_flag(sk, SOCK_DEAD)))
		tcpfin_event_task(event);
}

/**
 * tcpfin_close_birth_ns() - when was the mini-socket born?
 * @sk: the socket
 *
 * Others may have found the mini-socket by now. So the birth bears a time from
 * before, and its own steps come later, on whatever CPU they are: the time when
 * the packet came that is being worked off (tcp_mstamp, which the kernel brings
 * up to date for each), or that right after the step to FIN_WAIT2 or close()'s
 * look at it, if that was just now. Only a timer has neither.
 *
 * Return: CLOCK_MONOTONIC, nanoseconds.
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
 * tcpfin_close_classify() - say what it is that tcp_set_state(TCP_CLOSE) does
 * @event: to fill in; a plain step to CLOSE so far
 * @sk: the socket, which was established
 *
 * It is an end that is not orderly, or a mini-socket's birth or refusal.
 */
void tcpfin_close_classify(struct tcpfin_event *event, struct sock *sk)
{
	unsigned int old = event->old_state;

	if (tcpfin_close_is_birth(sk, old)) {
		event->kind = TCPFIN_KIND_TW_BIRTH;
		event->new_state = substate(sk);
	} else if (is_refused(sk, old)) {
		set_refused(event, sk);
	} else {
		classify_abort(sk, old, event);
	}
}

/**
 * tcpfin_close_last_ack() - was the peer's FIN acknowledged before ours?
 * @sk: a socket on its way from CLOSE_WAIT to LAST_ACK
 *
 * Each segment that leaves acknowledges what has come (tcp_select_window()).
 * Ours leaves at once unless something has to leave or to be acknowledged
 * before it, the window is shut (tcp_snd_wnd_test()), or TCP paces itself.
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
