// SPDX-License-Identifier: GPL-2.0
/*
 * What the probes of full sockets' functions record; see probes.c.
 *
 * The socket is locked by the probed function's caller.
 */
#include <linux/build_bug.h>
#include <linux/jiffies.h>
#include <net/tcp.h>

#include "caller.h"
#include "closing.h"
#include "compat.h"
#include "event.h"
#include "handlers.h"
#include "notes.h"
#include "record.h"

/* States that a connection goes through once it was established. */
#define TEARDOWN_FROM	(TCPF_ESTABLISHED | TCPF_FIN_WAIT1 | TCPF_FIN_WAIT2 | \
			 TCPF_CLOSE_WAIT | TCPF_LAST_ACK | TCPF_CLOSING)
/* States that only a teardown leads to. */
#define TEARDOWN_TO	(TCPF_FIN_WAIT1 | TCPF_FIN_WAIT2 | TCPF_CLOSE_WAIT | \
			 TCPF_LAST_ACK | TCPF_CLOSING)

/* States in which the FIN may have to be sent again. */
#define FIN_QUEUED	(TCPF_FIN_WAIT1 | TCPF_CLOSING | TCPF_LAST_ACK)

typedef int tcpfin_retransmit_t(struct sock *, struct sk_buff *, int);

static bool all_states;

/**
 * tcpfin_full_scope() - say which steps are to be recorded
 * @scope: TCPFIN_SCOPE_*
 *
 * Context: before the probes are there.
 */
void tcpfin_full_scope(unsigned int scope)
{
	all_states = scope == TCPFIN_SCOPE_ALL;
}

static bool is_wanted(unsigned int old, unsigned int new)
{
	/* close() after shutdown() sets the state that it finds. */
	if (old == new)
		return false;
	if (all_states)
		return true;
	if (1U << new & TEARDOWN_TO)
		return true;
	return new == TCP_CLOSE && 1U << old & TEARDOWN_FROM;
}

/*
 * A mini-socket that could not be had, or whose full socket ends here: not a
 * transition of the full socket. The birth bears the time of the request, at
 * which nobody could find the mini-socket yet: its own steps come later, on
 * whatever CPU they are.
 */
static void record_handover(struct sock *sk, unsigned int old, u64 cookie,
			    const struct tcpfin_note *note)
{
	struct tcpfin_event *event;
	struct tcpfin_record record;

	if (sk_unhashed(sk)) {
		event = tcpfin_record_begin_at(&record, note->time_ns,
					       TCPFIN_KIND_TW_BIRTH, old,
					       note->substate);
	} else {
		event = tcpfin_record_begin(&record, TCPFIN_KIND_TW_REFUSED,
					    old, TCP_CLOSE);
		event->reason = TCPFIN_REASON_REFUSED;
		event->detail = note->substate;
	}
	event->cookie = cookie;
	tcpfin_event_sock(event, sk);
	tcpfin_record_end(&record);
}

/*
 * Whether the step is one that only a process takes, by close(), shutdown(),
 * connect() and the like. All others are a packet's or a timer's doing, even
 * where they run in a process: it only works off the backlog of its socket.
 */
static bool is_own_step(struct sock *sk, unsigned int new, u8 reason)
{
	switch (new) {
	case TCP_FIN_WAIT1:
	case TCP_LAST_ACK:
	case TCP_SYN_SENT:
	case TCP_LISTEN:
		return true;
	case TCP_CLOSE:
		return reason == TCPFIN_REASON_KILLED ||
		       (reason == TCPFIN_REASON_ABORTED &&
			!sock_flag(sk, SOCK_DEAD));
	default:
		return false;
	}
}

static void record_transition(struct sock *sk, unsigned int old,
			      unsigned int new, u64 cookie,
			      const struct tcpfin_closing *closing)
{
	struct tcpfin_event *event;
	struct tcpfin_record record;

	event = tcpfin_record_begin(&record, TCPFIN_KIND_STATE, old, new);
	event->cookie = cookie;
	event->reason = closing->reason;
	event->detail = closing->detail;
	tcpfin_event_sock(event, sk);
	if (closing->rst)
		event->flags |= TCPFIN_F_RST;
	if (is_own_step(sk, new, closing->reason))
		tcpfin_event_task(event);
	tcpfin_record_end(&record);
}

static void record_close(struct sock *sk, unsigned int old, u64 cookie)
{
	struct tcpfin_closing closing = { .reason = TCPFIN_REASON_NONE };
	struct tcpfin_note note;

	if (!(1U << old & TEARDOWN_FROM) || tcpfin_closing_is_orderly(sk, old)) {
		record_transition(sk, old, TCP_CLOSE, cookie, &closing);
	} else if (!tcpfin_note_take(cookie, &note)) {
		tcpfin_closing_judge(sk, old, &closing);
		record_transition(sk, old, TCP_CLOSE, cookie, &closing);
	} else if (note.kind == TCPFIN_NOTE_TIME_WAIT) {
		record_handover(sk, old, cookie, &note);
	} else {
		tcpfin_closing_reset(note.kind, &closing);
		record_transition(sk, old, TCP_CLOSE, cookie, &closing);
	}
}

/* A step of a full socket that is not its end. */
static void record_step(struct sock *sk, unsigned int old, unsigned int new,
			u64 cookie)
{
	struct tcpfin_closing closing = { .reason = TCPFIN_REASON_NONE };

	if (new == TCP_LAST_ACK)
		closing.detail = tcpfin_closing_last_ack(sk);
	record_transition(sk, old, new, cookie, &closing);
}

int tcpfin_on_set_state(struct kprobe *kp, struct pt_regs *regs)
{
	struct sock *sk = (struct sock *)regs_get_kernel_argument(regs, 0);
	unsigned int new = (int)regs_get_kernel_argument(regs, 1);
	unsigned int old = READ_ONCE(sk->sk_state);
	u64 cookie;
	bool held;

	BUILD_BUG_ON(!__same_type(tcp_set_state, void(struct sock *, int)));
	if (!is_wanted(old, new))
		return 0;

	held = tcpfin_softirqs_hold();
	cookie = tcpfin_sock_cookie(sk);
	if (new == TCP_CLOSE)
		record_close(sk, old, cookie);
	else
		record_step(sk, old, new, cookie);
	tcpfin_softirqs_release(held);
	return 0;
}

static void note_close(struct sock *sk, u8 kind, u8 substate)
{
	struct tcpfin_note note = {
		.time_ns = ktime_get_mono_fast_ns(),
		.jiffies = jiffies,
		.kind = kind,
		.substate = substate,
	};

	if (!tcpfin_note_put(tcpfin_sock_cookie(sk), &note))
		tcpfin_ring_unmatched();
}

int tcpfin_on_time_wait(struct kprobe *kp, struct pt_regs *regs)
{
	struct sock *sk = (struct sock *)regs_get_kernel_argument(regs, 0);
	u8 substate = regs_get_kernel_argument(regs, 1);
	bool held;

	BUILD_BUG_ON(!__same_type(tcp_time_wait, void(struct sock *, int, int)));
	held = tcpfin_softirqs_hold();
	note_close(sk, TCPFIN_NOTE_TIME_WAIT, substate);
	tcpfin_softirqs_release(held);
	return 0;
}

/*
 * Called for a RST, and for data after close() (RFC 1122 4.2.2.13): there the
 * socket is set to the same error, and the RST goes out. Only for connections
 * that were established: the close of others, as of a refused connect(), asks
 * for no note, and notes that nobody takes would fill the table.
 */
int tcpfin_on_reset(struct kprobe *kp, struct pt_regs *regs)
{
	struct sock *sk = (struct sock *)regs_get_kernel_argument(regs, 0);
	struct sk_buff *skb =
		(struct sk_buff *)regs_get_kernel_argument(regs, 1);
	bool held;

	BUILD_BUG_ON(!__same_type(tcp_reset, tcpfin_reset_t));
	if (!(1U << READ_ONCE(sk->sk_state) & TEARDOWN_FROM))
		return 0;

	held = tcpfin_softirqs_hold();
	note_close(sk, tcp_hdr(skb)->rst ? TCPFIN_NOTE_RST_RCVD :
					   TCPFIN_NOTE_RST_SENT, 0);
	tcpfin_softirqs_release(held);
	return 0;
}

/* Only of sockets that have queued their FIN: the rest is not looked at. */
int tcpfin_on_retransmit(struct kretprobe_instance *instance,
			 struct pt_regs *regs)
{
	struct sock *sk = (struct sock *)regs_get_kernel_argument(regs, 0);
	struct tcpfin_retransmission *re = (void *)instance->data;

	BUILD_BUG_ON(!__same_type(tcp_retransmit_skb, tcpfin_retransmit_t));
	BUILD_BUG_ON(!__same_type(__tcp_retransmit_skb, tcpfin_retransmit_t));
	if (!(1U << READ_ONCE(sk->sk_state) & FIN_QUEUED))
		return 1;

	re->sk = sk;
	re->skb = (struct sk_buff *)regs_get_kernel_argument(regs, 1);
	return 0;
}

/*
 * A tail loss probe calls the inner function itself. The outer one does too, or
 * has it inlined, as the compiler likes; it has a probe of its own.
 */
int tcpfin_on_probe_retransmit(struct kretprobe_instance *instance,
			       struct pt_regs *regs)
{
	bool held, by_outer;

	if (tcpfin_on_retransmit(instance, regs))
		return 1;

	held = tcpfin_softirqs_hold();
	by_outer = tcpfin_caller_is(tcpfin_return_address(regs),
				    "tcp_retransmit_skb");
	tcpfin_softirqs_release(held);
	return by_outer;
}

/*
 * Only now is it known that it went out, and whether with the FIN: the segment
 * may have been cut in two, or have taken in those behind it. The caller holds
 * the socket's lock, so that the segment is still in the queue.
 */
int tcpfin_on_retransmitted(struct kretprobe_instance *instance,
			    struct pt_regs *regs)
{
	struct tcpfin_retransmission *re = (void *)instance->data;
	struct tcpfin_event *event;
	struct tcpfin_record record;
	unsigned int state;
	bool held;

	if ((int)regs_return_value(regs) ||
	    !(TCP_SKB_CB(re->skb)->tcp_flags & TCPHDR_FIN))
		return 0;

	held = tcpfin_softirqs_hold();
	state = READ_ONCE(re->sk->sk_state);
	event = tcpfin_record_begin(&record, TCPFIN_KIND_FIN_RETRANS, state,
				    state);
	event->cookie = tcpfin_sock_cookie(re->sk);
	tcpfin_event_sock(event, re->sk);
	tcpfin_record_end(&record);
	tcpfin_softirqs_release(held);
	return 0;
}
