// SPDX-License-Identifier: GPL-2.0
/*
 * What the probes of full sockets' functions record; see probes.c.
 *
 * The probed function's caller has locked the socket.
 */
#include <linux/build_bug.h>
#include <linux/preempt.h>
#include <net/tcp.h>
#include <trace/events/tcp.h>

#include "caller.h"
#include "choice.h"
#include "clock.h"
#include "close_reason.h"
#include "compat.h"
#include "event.h"
#include "handlers.h"
#include "notes.h"
#include "record.h"

/* States that an established connection passes through. */
#define TEARDOWN_FROM	(TCPF_ESTABLISHED | TCPF_FIN_WAIT1 | TCPF_FIN_WAIT2 | \
			 TCPF_CLOSE_WAIT | TCPF_LAST_ACK | TCPF_CLOSING)
/* States that only a teardown leads to. */
#define TEARDOWN_TO	(TCPF_FIN_WAIT1 | TCPF_FIN_WAIT2 | TCPF_CLOSE_WAIT | \
			 TCPF_LAST_ACK | TCPF_CLOSING)

/* States in which the FIN is queued and may have to be sent again. */
#define FIN_QUEUED	(TCPF_FIN_WAIT1 | TCPF_CLOSING | TCPF_LAST_ACK)

/* States that only close(), shutdown(), connect() or listen() set. */
#define PROCESS_STATES	(TCPF_FIN_WAIT1 | TCPF_LAST_ACK | TCPF_SYN_SENT | \
			 TCPF_LISTEN)

/* For each old state, a bit for each new state that is to be recorded. */
static u16 wanted[16];

/**
 * tcpfin_sock_set_scope() - set which steps are to be recorded
 * @scope: TCPFIN_SCOPE_*
 *
 * Context: before the probes are hooked.
 */
void tcpfin_sock_set_scope(unsigned int scope)
{
	unsigned int old;

	BUILD_BUG_ON(ARRAY_SIZE(wanted) < TCP_MAX_STATES);
	for (old = 0; old < ARRAY_SIZE(wanted); old++) {
		if (scope == TCPFIN_SCOPE_ALL)
			wanted[old] = U16_MAX;
		else
			wanted[old] = TEARDOWN_TO;
		if (1U << old & TEARDOWN_FROM)
			wanted[old] |= TCPF_CLOSE;
		/* close() after shutdown() sets the same state: not a step. */
		wanted[old] &= ~(1U << old);
	}
}

static bool is_wanted(unsigned int old, unsigned int new)
{
	return wanted[old % ARRAY_SIZE(wanted)] & 1U << new;
}

/*
 * Is this a connection that a server accepted with the SYN (TCP Fast Open, RFC
 * 7413)? It can be used, and closed, in SYN_RECV. A RST makes tcp_check_req()
 * forget the request before it calls tcp_reset(); that the SYN had data stays
 * noted. So the RST that ends one whose SYN had no data is not seen.
 */
static bool is_fast_open(const struct sock *sk, unsigned int old)
{
	return old == TCP_SYN_RECV &&
	       (rcu_access_pointer(tcp_sk(sk)->fastopen_rsk) ||
		tcp_sk(sk)->syn_data_acked);
}

/* Could the socket be used before this step? */
static bool was_usable(const struct sock *sk, unsigned int old)
{
	return 1U << old & TEARDOWN_FROM || is_fast_open(sk, old);
}

static u64 time_of_change(struct sock *sk, unsigned int old, unsigned int new)
{
	if (new == TCP_CLOSE && tcpfin_close_is_birth(sk, old))
		return tcpfin_close_birth_ns(sk);
	return tcpfin_clock();
}

/*
 * No transition: in FIN_WAIT2 close() sets the same state again. The socket's
 * end may follow at once and needs to know the time of close().
 */
static noinline int note_fin_wait2(struct sock *sk)
{
	bool held;

	if (tcpfin_choice_excludes(sk))
		return 0;
	held = tcpfin_softirqs_hold();
	tcpfin_note_put_waiting(sk, tcpfin_sock_cookie(sk), tcpfin_clock());
	tcpfin_softirqs_release(held);
	return 0;
}

/* What the first step of a teardown tells besides. */
static void describe_begin(struct tcpfin_event *event, const struct sock *sk)
{
	tcpfin_event_mptcp(event, sk);
	if (event->new_state == TCP_CLOSE_WAIT)
		tcpfin_event_inode(event, sk);
}

static void classify_close(struct tcpfin_event *event, struct sock *sk)
{
	if (was_usable(sk, event->old_state) &&
	    !tcpfin_close_is_orderly(sk, event->old_state))
		tcpfin_close_classify(event, sk);
}

/*
 * Apart from the handler, so that steps which are not recorded cost next to
 * nothing. Values that are needed again later are read from the record, to keep
 * few registers alive over the calls: saving and restoring them was a tenth of
 * the cost.
 */
static noinline int record_state_change(struct sock *sk, unsigned int old,
					unsigned int new)
{
	u32 type = tcpfin_record_type(TCPFIN_KIND_STATE, old, new,
				      TCPFIN_REASON_NONE);
	struct tcpfin_event *event;
	struct tcpfin_record record;

	event = tcpfin_record_begin(&record, time_of_change(sk, old, new),
				    type);
	tcpfin_event_sock(event, sk);
	new = event->new_state;
	if (1U << new & PROCESS_STATES)
		tcpfin_event_task(event);
	if (new == TCP_FIN_WAIT2 || new == TCP_CLOSING)
		tcpfin_note_put_waiting(sk, event->cookie, event->time_ns);
	else if (new == TCP_LAST_ACK)
		event->detail = tcpfin_close_last_ack(sk);
	else if (new == TCP_CLOSE)
		classify_close(event, sk);
	else
		describe_begin(event, sk);
	tcpfin_record_end(&record);
	return 0;
}

static __always_inline int hold_and_record(struct sock *sk, unsigned int old,
					   unsigned int new)
{
	if (!tcpfin_softirqs_hold())
		return record_state_change(sk, old, new);
	record_state_change(sk, old, new);
	tcpfin_softirqs_release(true);
	return 0;
}

/*
 * Apart from the handler, which would otherwise save registers in each call, for
 * the call in here.
 */
static noinline int record_if_chosen(struct sock *sk, unsigned int old,
				     unsigned int new)
{
	if (!tcpfin_choice_excludes(sk))
		return hold_and_record(sk, old, new);
	tcpfin_choice_count();
	return 0;
}

/*
 * Arguments: tcp_set_state() reads the state of the first at once, and stores
 * the second there in the end.
 */
int tcpfin_on_set_state(struct kprobe *kp, struct pt_regs *regs)
{
	struct sock *sk = (struct sock *)tcpfin_argument(regs, 0);
	unsigned int new = (int)tcpfin_argument(regs, 1);
	unsigned int old = READ_ONCE(sk->sk_state);

	BUILD_BUG_ON(!__same_type(tcp_set_state, void(struct sock *, int)));
	if (!is_wanted(old, new)) {
		if (old == TCP_FIN_WAIT2 && new == old)
			return note_fin_wait2(sk);
		if (new != TCP_CLOSE || !is_fast_open(sk, old))
			return 0;
	}
	if (static_branch_unlikely(&tcpfin_choice_made))
		return record_if_chosen(sk, old, new);
	return hold_and_record(sk, old, new);
}

/*
 * Late data (RFC 1122 4.2.2.13) resets only a socket that receives no more. For
 * late data tcp_rcv_state_process() calls tcp_reset(), for a RST
 * tcp_validate_incoming() does. The segment itself cannot be read: without
 * MPTCP tcp_reset() does not use it, so callers may not pass it, and the
 * tracepoint passes only the socket.
 */
static enum tcpfin_note note_of_reset(const struct sock *sk)
{
	if (!(sk->sk_shutdown & RCV_SHUTDOWN))
		return TCPFIN_NOTE_RST_RCVD;

	switch (tcpfin_caller_on_stack().reason) {
	case TCPFIN_REASON_RST_RCVD:
		return TCPFIN_NOTE_RST_RCVD;
	case TCPFIN_REASON_RST_SENT:
		return TCPFIN_NOTE_RST_SENT;
	default:
		return TCPFIN_NOTE_NONE;
	}
}

/*
 * The tracepoint tcp:tcp_receive_reset is the first thing in tcp_reset(), also
 * where a compiler has inlined that function into its callers. Its argument is
 * the socket, as the kernel's header declares it.
 *
 * Only for connections that were established: the close of others, as of a
 * refused connect(), takes no note, and notes that nobody takes would fill the
 * table.
 */
void tcpfin_on_receive_reset(void *data, struct sock *sk)
{
	enum tcpfin_note note;
	bool held;

	check_trace_callback_type_tcp_receive_reset(tcpfin_on_receive_reset);
	if (!was_usable(sk, READ_ONCE(sk->sk_state)))
		return;

	preempt_disable();
	if (!tcpfin_choice_excludes(sk)) {
		held = tcpfin_softirqs_hold();
		note = note_of_reset(sk);
		if (note && !tcpfin_note_put_reset(tcpfin_sock_cookie(sk), note))
			tcpfin_ring_count_unmatched();
		tcpfin_softirqs_release(held);
	}
	preempt_enable();
}

static void record_retransmission(struct sock *sk)
{
	unsigned int state = READ_ONCE(sk->sk_state);
	u32 type = tcpfin_record_type(TCPFIN_KIND_FIN_RETRANS, state, state,
				      TCPFIN_REASON_NONE);
	struct tcpfin_event *event;
	struct tcpfin_record record;
	bool held = tcpfin_softirqs_hold();

	event = tcpfin_record_begin(&record, tcpfin_clock(), type);
	tcpfin_event_sock(event, sk);
	tcpfin_record_end(&record);
	tcpfin_softirqs_release(held);
}

/*
 * The tracepoint tcp:tcp_retransmit_skb is in __tcp_retransmit_skb(), behind
 * the sending of the segment; loss probes are sent there, too. By then the
 * kernel may have split the segment, or merged those behind it into it: its
 * flags are those that were sent. The caller holds the socket's lock, so the
 * segment is still in the queue. A FIN that is sent for the first time does not
 * get here.
 *
 * The arguments are const only because tracepoints do not change what they
 * show; a record may give the socket its cookie.
 */
void tcpfin_on_retransmit(void *data, const struct sock *sk,
			  const struct sk_buff *skb)
{
	BUILD_BUG_ON(!tcpfin_retransmit_signature_known());
	if (!(1U << READ_ONCE(sk->sk_state) & FIN_QUEUED) ||
	    !(TCP_SKB_CB(skb)->tcp_flags & TCPHDR_FIN))
		return;

	preempt_disable();
	if (tcpfin_choice_excludes(sk))
		tcpfin_choice_count();
	else
		record_retransmission((struct sock *)sk);
	preempt_enable();
}

/* Where the tracepoint has a third argument: 0, or why nothing was sent. */
void tcpfin_on_retransmit_err(void *data, const struct sock *sk,
			      const struct sk_buff *skb, int err)
{
	if (!err)
		tcpfin_on_retransmit(data, sk, skb);
}
