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
			 TCPF_FIN_WAIT2 | TCPF_SYN_RECV)

/* States in which the peer's FIN has arrived. */
#define PEER_CLOSED	(TCPF_CLOSE_WAIT | TCPF_LAST_ACK | TCPF_CLOSING)

/* No process has accepted the connection yet (sock_graft() sets sk_socket). */
static bool is_unaccepted(const struct sock *sk)
{
	return !sk->sk_socket && !sock_flag(sk, SOCK_DEAD);
}

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
			tcpfin_note_waiting_refused(sk,
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

/* Has it waited for the window to open for longer than TCP_USER_TIMEOUT? */
static bool window_timed_out(const struct inet_connection_sock *icsk)
{
	return icsk->icsk_user_timeout && icsk->icsk_probes_tstamp &&
	       tcp_jiffies32 - icsk->icsk_probes_tstamp >=
		       msecs_to_jiffies(icsk->icsk_user_timeout);
}

/*
 * With data in flight and no window, while a process holds the socket,
 * tcp_retransmit_timer() does not count its tries, and gives up when nothing has
 * come for twice TCP_RTO_MAX, whatever TCP_USER_TIMEOUT says.
 */
static bool window_has_shrunk(const struct sock *sk)
{
	return !tcp_sk(sk)->snd_wnd && !sock_flag(sk, SOCK_DEAD);
}

static bool is_silent(const struct tcp_sock *tp)
{
	return tcp_jiffies32 - tp->rcv_tstamp > 2 * TCP_RTO_MAX;
}

static void set_retransmission(struct tcpfin_event *event,
			       const struct sock *sk)
{
	const struct inet_connection_sock *icsk = inet_csk(sk);
	bool shrunk = window_has_shrunk(sk);
	u32 what = TCPFIN_TIMEOUT_RETRANSMISSION;

	if (icsk->icsk_user_timeout && !(shrunk && is_silent(tcp_sk(sk))))
		what = TCPFIN_TIMEOUT_USER;
	event->detail = TCPFIN_TIMEOUT_DETAIL(what, shrunk ? 0 :
					      icsk->icsk_retransmits);
}

/*
 * If the window is open, it was not the peer that kept the data from being sent:
 * each try failed on this machine, as without a route.
 */
static void set_unsent(struct tcpfin_event *event, const struct sock *sk)
{
	const struct inet_connection_sock *icsk = inet_csk(sk);
	u32 what = tcp_sk(sk)->snd_wnd ? TCPFIN_TIMEOUT_NOT_SENT :
					 TCPFIN_TIMEOUT_ZERO_WINDOW;

	if (window_timed_out(icsk))
		what = TCPFIN_TIMEOUT_USER;
	event->detail = TCPFIN_TIMEOUT_DETAIL(what, icsk->icsk_probes_out);
}

static void set_keepalive(struct tcpfin_event *event, const struct sock *sk)
{
	const struct inet_connection_sock *icsk = inet_csk(sk);

	event->flags |= TCPFIN_F_RST;
	event->detail = TCPFIN_TIMEOUT_DETAIL(icsk->icsk_user_timeout ?
						TCPFIN_TIMEOUT_USER :
						TCPFIN_TIMEOUT_KEEPALIVE,
					      icsk->icsk_probes_out);
}

/*
 * Which timer gave up? By now tcp_write_err() has emptied the queues, but the
 * sequence numbers tell: tcp_retransmit_timer() needs data in flight,
 * tcp_probe_timer() unsent data and none in flight, and tcp_keepalive_timer()
 * neither; that one sends a RST. TCP_USER_TIMEOUT replaces the count of tries
 * (tcp_write_timeout(), tcp_keepalive_timer()); tcp_probe_timer() looks at both.
 * Each answer to a probe of the window resets icsk_probes_out, and
 * tcp_write_queue_purge() has reset icsk_backoff: then the number of tries is
 * not known. With TCP Fast Open it was the SYN-ACK that
 * tcp_fastopen_synack_timer() sent again, which counts its tries.
 */
static void set_timeout(struct tcpfin_event *event, const struct sock *sk)
{
	const struct tcp_sock *tp = tcp_sk(sk);

	event->reason = TCPFIN_REASON_TIMEOUT;
	if (rcu_access_pointer(tp->fastopen_rsk))
		event->detail =
			TCPFIN_TIMEOUT_DETAIL(TCPFIN_TIMEOUT_RETRANSMISSION,
					      inet_csk(sk)->icsk_retransmits);
	else if (tp->snd_una != tp->snd_nxt)
		set_retransmission(event, sk);
	else if (tp->snd_nxt != tp->write_seq)
		set_unsent(event, sk);
	else
		set_keepalive(event, sk);
}

/*
 * The pending error is set before the state by tcp_abort() (in 5.10 not for
 * orphans), by tcp_reset() and by tcp_write_err(). The latter prefers the last
 * ICMP error (sk_err_soft) to ETIMEDOUT; only timers that give up call it.
 */
static void classify_error(struct sock *sk, unsigned int old, int err,
			   struct tcpfin_event *event)
{
	if (err == ETIMEDOUT || err == READ_ONCE(sk->sk_err_soft)) {
		set_timeout(event, sk);
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
 * Who called tcp_disconnect()? In repair mode __tcp_close() does. For a
 * connection that no process has accepted inet_child_forget() does, when the
 * listener is closed. For MPTCP's subflows __mptcp_close_ssk() does; the end
 * that received MP_FASTCLOSE sets the state itself (mptcp_check_fastclose()).
 */
static u32 disconnect_cause(const struct sock *sk)
{
	if (tcp_sk(sk)->repair)
		return TCPFIN_CAUSE_REPAIR;
	if (sk_is_mptcp(sk))
		return TCPFIN_CAUSE_MPTCP_FASTCLOSE;
	if (is_unaccepted(sk))
		return TCPFIN_CAUSE_NOT_ACCEPTED;
	return TCPFIN_CAUSE_DISCONNECT;
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
	/* MPTCP sets this for subflows that it closes by MP_FASTCLOSE. */
	if (closes && sock_flag(sk, SOCK_LINGER) && !sk->sk_lingertime &&
	    !sk_is_mptcp(sk))
		event->detail = TCPFIN_CAUSE_LINGER0;
	else
		event->detail = disconnect_cause(sk);
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
	bool is_new = tcpfin_note_waiting_is_new(sk, tcpfin_sock_cookie(sk));
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

/*
 * Does a note tell why tcp_reset() was called? See sock_probes.c. After the
 * peer's FIN tcp_rcv_state_process() resets only for data beyond it.
 */
static bool classify_reset(struct sock *sk, unsigned int old,
			   struct tcpfin_event *event)
{
	switch (tcpfin_note_take_reset(tcpfin_sock_cookie(sk))) {
	case TCPFIN_NOTE_RST_RCVD:
		event->reason = TCPFIN_REASON_RST_RCVD;
		return true;
	case TCPFIN_NOTE_RST_SENT:
		event->reason = TCPFIN_REASON_RST_SENT;
		event->detail = 1U << old & PEER_CLOSED ?
					TCPFIN_CAUSE_BEYOND_FIN :
					TCPFIN_CAUSE_LATE_DATA;
		event->flags |= TCPFIN_F_RST;
		return true;
	default:
		return false;
	}
}

/*
 * Does a process close the socket so that it is reset? Such a close counts even
 * if an error is pending: the network (IP_RECVERR) or TLS may have left one.
 */
static bool is_reset_by_close(const struct sock *sk, unsigned int old, int err)
{
	if (in_serving_softirq() || sock_flag(sk, SOCK_DEAD) ||
	    sk->sk_shutdown != SHUTDOWN_MASK || err == ECONNABORTED ||
	    err == ETIMEDOUT)
		return false;
	return has_unread_data(sk, old) ||
	       (sock_flag(sk, SOCK_LINGER) && !sk->sk_lingertime);
}

/*
 * Why, if tcp_reset() was not called? A getsockopt(SO_ERROR) on another CPU may
 * have just cleared the error. A process does not close its own socket in a
 * softirq: without an error the reason is not known there, unless the socket is
 * an orphan, or no process has it yet (inet_csk_reqsk_queue_add(): the listener
 * was closed meanwhile).
 */
static void classify_without_reset(struct sock *sk, unsigned int old,
				   struct tcpfin_event *event)
{
	int err = READ_ONCE(sk->sk_err);

	if (err && !is_reset_by_close(sk, old, err))
		classify_error(sk, old, err, event);
	else if (sock_flag(sk, SOCK_DEAD))
		classify_orphan(sk, old, event);
	else if (!in_serving_softirq() || is_unaccepted(sk))
		classify_by_process(sk, old, event);
}

/*
 * Did the last segment that was sent acknowledge the FIN? tcp_abort() and
 * tcp_keepalive_timer() have sent their RST by now, which then is that segment.
 */
static bool has_acked_fin(const struct tcpfin_event *event,
			  const struct sock *sk)
{
	if (event->reason == TCPFIN_REASON_KILLED ||
	    (event->reason == TCPFIN_REASON_TIMEOUT &&
	     event->flags & TCPFIN_F_RST))
		return false;
	return tcp_sk(sk)->rcv_wup == tcp_sk(sk)->rcv_nxt;
}

/*
 * A close that is not orderly. Where the end is not the current process's own
 * doing, the inode tells who holds the socket.
 */
static void classify_abort(struct sock *sk, unsigned int old,
			   struct tcpfin_event *event)
{
	if (!classify_reset(sk, old, event))
		classify_without_reset(sk, old, event);
	tcpfin_event_mptcp(event, sk);
	tcpfin_event_inode(event, sk);
	if (old == TCP_CLOSE_WAIT && has_acked_fin(event, sk))
		event->flags |= TCPFIN_F_FIN_ACKED;
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
	u64 wait2_ns = tcpfin_note_waiting_time(sk, tcpfin_sock_cookie(sk));
	u64 packet_ns = 0;

	if (got_packet_just_now(sk))
		packet_ns = tcpfin_clock_packet(tcp_sk(sk));
	if (wait2_ns)
		wait2_ns++;
	return max(packet_ns, wait2_ns) ?: tcpfin_clock();
}

/*
 * What connect() looks at before it takes a mini-socket's port: whether the
 * peer uses timestamps (tcp_twsk_unique()), and whether the port's bucket is
 * bind()'s, which __inet_hash_connect() passes over. The socket still owns a
 * part of the bucket.
 */
static u16 reuse_flags(const struct sock *sk)
{
	const struct inet_bind_bucket *bucket = inet_csk(sk)->icsk_bind_hash;
	u16 flags = 0;

	if (tcp_sk(sk)->rx_opt.tstamp_ok)
		flags |= TCPFIN_F_TIMESTAMPS;
	if (bucket && READ_ONCE(bucket->fastreuse) >= 0)
		flags |= TCPFIN_F_BOUND;
	return flags;
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
		event->flags |= reuse_flags(sk);
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
