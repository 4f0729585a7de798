// SPDX-License-Identifier: GPL-2.0
/*
 * What the probes of mini-sockets' functions record; see probes.c.
 *
 * The probed function's caller holds a reference to the mini-socket.
 */
#include <linux/build_bug.h>
#include <linux/kernel.h>
#include <linux/refcount.h>
#include <linux/timer.h>
#include <net/inet_timewait_sock.h>
#include <net/tcp.h>

#include "caller.h"
#include "choice.h"
#include "clock.h"
#include "compat.h"
#include "event.h"
#include "handlers.h"
#include "notes.h"
#include "reach.h"
#include "record.h"

/* DCCP, which the kernel had up to 6.15, has mini-sockets, too. */
static bool is_tcp(struct inet_timewait_sock *tw)
{
	return tw->tw_dr == tcpfin_death_row(twsk_net(tw));
}

/*
 * Arguments: tcp_timewait_state_process() reads the timestamp of the first and
 * the length of the third, the TCP header (doff), before anything else. Whether
 * the segment is in the window, it reads from the second.
 *
 * A RST neither starts nor extends TIME_WAIT: its return is skipped.
 */
int tcpfin_on_timewait_packet(struct kretprobe_instance *instance,
			      struct pt_regs *regs)
{
	struct inet_timewait_sock *tw =
		(struct inet_timewait_sock *)tcpfin_argument(regs, 0);
	const struct sk_buff *skb =
		(const struct sk_buff *)tcpfin_argument(regs, 1);
	const struct tcphdr *th =
		(const struct tcphdr *)tcpfin_argument(regs, 2);
	struct tcpfin_timewait_call *call = (void *)instance->data;
	bool held;

	BUILD_BUG_ON(!tcpfin_timewait_signature_known());
	tcpfin_reach_mark(TCPFIN_REACH_PACKET);
	held = tcpfin_softirqs_hold();
	call->tw = tw;
	call->cookie = tcpfin_twsk_cookie(tw);
	call->expires = READ_ONCE(tw->tw_timer.expires);
	call->substate = READ_ONCE(tw->tw_substate);
	call->end_seq = TCP_SKB_CB(skb)->end_seq;
	call->ack_seq = th->ack ? ntohl(th->ack_seq) : 0;
	call->ack = th->ack;
	call->fin = th->fin;
	call->syn = th->syn;
	if (th->rst)
		tcpfin_note_put_rst(call->cookie, ntohl(th->seq),
				    call->ack_seq);
	tcpfin_softirqs_release(held);
	return th->rst;
}

static void record_timewait_start(const struct tcpfin_timewait_call *call,
				  u8 kind)
{
	u32 type = tcpfin_record_type(kind, call->substate, TCP_TIME_WAIT,
				      TCPFIN_REASON_NONE);
	struct tcpfin_event *event;
	struct tcpfin_record record;

	if (tcpfin_choice_excludes_twsk(call->tw)) {
		tcpfin_choice_count();
		return;
	}
	event = tcpfin_record_begin(&record, tcpfin_clock(), type);
	tcpfin_event_twsk(event, call->tw);
	if (call->fin)
		event->flags |= TCPFIN_F_FIN;
	tcpfin_record_end(&record);
}

/*
 * Each segment with an ACK restarts the timer; of other segments only some do.
 * The timer's expiry does not tell alone: within one jiffy it stays the same.
 */
static bool is_extended(const struct tcpfin_timewait_call *call)
{
	return call->ack ||
	       READ_ONCE(call->tw->tw_timer.expires) != call->expires;
}

/*
 * After TCP_TW_SUCCESS the caller's reference is gone, and the memory may
 * belong to another mini-socket by now. It stays a mini-socket's as long as RCU
 * is read-locked, which it is while a packet is received. So get a reference
 * first, and then compare the cookie.
 */
static void record_extension(const struct tcpfin_timewait_call *call)
{
	struct inet_timewait_sock *tw = call->tw;

	if (!refcount_inc_not_zero(&tw->tw_refcnt))
		return;
	if (tcpfin_twsk_cookie(tw) == call->cookie && is_extended(call))
		record_timewait_start(call, TCPFIN_KIND_TW_EXTEND);
	sock_gen_put((struct sock *)tw);
}

/*
 * On two results tcp_v4_rcv() and tcp_v6_rcv() end the mini-socket. TCP_TW_SYN
 * is only returned for a SYN in TIME_WAIT (if nobody listens any more, the
 * mini-socket stays), and TCP_TW_RST only for a packet after close() in
 * FIN_WAIT2. Until then the caller keeps its reference. The RST that answers
 * has the packet's acknowledgment number, or else it acknowledges the packet
 * (tcp_v4_send_reset(), RFC 9293 3.10.7.1).
 */
static void note_ending(const struct tcpfin_timewait_call *call,
			unsigned int status)
{
	struct tcpfin_ending ending = { .reason = TCPFIN_REASON_SYN_REUSE };

	if (tcpfin_choice_excludes_twsk(call->tw))
		return;
	if (status == TCP_TW_RST) {
		ending.reason = TCPFIN_REASON_RST_SENT;
		ending.detail = call->syn ? TCPFIN_CAUSE_LATE_SYN :
					    TCPFIN_CAUSE_LATE_DATA;
		tcpfin_note_put_rst(call->cookie, call->ack_seq,
				    call->ack ? 0 : call->end_seq);
	}
	tcpfin_note_put_ending(call->cookie, ending);
}

/*
 * TCP_TW_ACK is returned for the peer's first FIN, but also for a segment in
 * FIN_WAIT2 that is out of the window.
 */
int tcpfin_on_timewait_packet_return(struct kretprobe_instance *instance,
				     struct pt_regs *regs)
{
	const struct tcpfin_timewait_call *call = (void *)instance->data;
	unsigned int status = regs_return_value(regs);
	bool held = tcpfin_softirqs_hold();

	if (status == TCP_TW_RST || status == TCP_TW_SYN)
		note_ending(call, status);
	else if (call->substate == TCP_TIME_WAIT)
		record_extension(call);
	else if (status == TCP_TW_ACK &&
		 READ_ONCE(call->tw->tw_substate) == TCP_TIME_WAIT)
		record_timewait_start(call, TCPFIN_KIND_TW_FLIP);
	tcpfin_softirqs_release(held);
	return 0;
}

/* Whether inet_twsk_kill() is not hooked, so that others record the deaths. */
static bool without_kill;

/**
 * tcpfin_timewait_lacks_kill() - record deaths without inet_twsk_kill()
 *
 * Compilers may inline it. Then tw_timer_handler() and
 * inet_twsk_deschedule_put() have its part: all deaths come from these two. Where
 * the latter is inlined, too, as into inet_twsk_purge(), a death is not seen.
 *
 * Context: process.
 */
void tcpfin_timewait_lacks_kill(void)
{
	WRITE_ONCE(without_kill, true);
}

/* Inline: a call would cost the most frequent death, by the timer, 20 more. */
static __always_inline void record_death(struct inet_timewait_sock *tw,
					 struct tcpfin_ending ending)
{
	struct tcpfin_event *event;
	struct tcpfin_record record;
	u32 type = tcpfin_record_type(TCPFIN_KIND_TW_DEATH,
				      READ_ONCE(tw->tw_substate), TCP_CLOSE,
				      ending.reason);

	event = tcpfin_record_begin(&record, tcpfin_clock(), type);
	tcpfin_event_twsk(event, tw);
	event->detail = ending.detail;
	if (ending.reason == TCPFIN_REASON_RST_SENT)
		event->flags |= TCPFIN_F_RST;
	if (ending.reason == TCPFIN_REASON_RST_SENT ||
	    ending.reason == TCPFIN_REASON_RST_RCVD)
		tcpfin_note_take_rst(event);
	if (ending.reason == TCPFIN_REASON_TW_REUSE ||
	    ending.reason == TCPFIN_REASON_KILLED)
		tcpfin_event_task(event);
	tcpfin_reach_death(event->cookie, event->old_state);
	tcpfin_record_end(&record);
}

/*
 * Does inet_twsk_deschedule_put() end the mini-socket, or does the timer, which
 * may run on another CPU at the same time? The kernel decides by whether the
 * timer is still pending, and so does this; exactly one of the two handlers must
 * record the death. So this one leaves a note first and looks again. If the
 * timer has been taken off meanwhile, its handler (tcpfin_on_timer()) takes the
 * note, or else does not find it: whoever gets hold of it decides.
 *
 * A mini-socket that another CPU is only now putting into the hash table has no
 * timer yet (6.12 and later): its death is not seen.
 */
static bool ends_before_timer(struct inet_timewait_sock *tw)
{
	if (!timer_pending(&tw->tw_timer))
		return false;
	tcpfin_note_put_death(tw);
	return timer_pending(&tw->tw_timer) || !tcpfin_note_drop_death(tw);
}

static void record_if_chosen(struct inet_timewait_sock *tw,
			     struct tcpfin_ending ending)
{
	if (tcpfin_choice_excludes_twsk(tw))
		tcpfin_choice_count();
	else
		record_death(tw, ending);
}

static noinline void record_early_death(struct inet_timewait_sock *tw,
					struct tcpfin_ending ending)
{
	if (!ends_before_timer(tw))
		return;
	if (ending.caller == TCPFIN_CALLER_RECEIVE &&
	    !tcpfin_choice_excludes_twsk(tw))
		ending = tcpfin_note_take_ending(tcpfin_twsk_cookie(tw));
	record_if_chosen(tw, ending);
}

/*
 * If the timer is running already, on another CPU, the mini-socket is not ended
 * here, and the note is left behind.
 *
 * Argument: inet_twsk_deschedule_put() stops the mini-socket's timer at once.
 */
int tcpfin_on_deschedule(struct kprobe *kp, struct pt_regs *regs)
{
	struct inet_timewait_sock *tw =
		(struct inet_timewait_sock *)tcpfin_argument(regs, 0);
	struct tcpfin_ending ending;
	bool held;

	BUILD_BUG_ON(!__same_type(inet_twsk_deschedule_put,
				  void(struct inet_timewait_sock *)));
	tcpfin_reach_mark(TCPFIN_REACH_DESCHEDULE);
	if (!is_tcp(tw) ||
	    (tcpfin_choice_excludes_twsk(tw) && !READ_ONCE(without_kill)))
		return 0;

	held = tcpfin_softirqs_hold();
	ending = tcpfin_caller_ending(tcpfin_return_address(regs));
	if (READ_ONCE(without_kill))
		record_early_death(tw, ending);
	else if (ending.caller != TCPFIN_CALLER_RECEIVE)
		tcpfin_note_put_ending(tcpfin_twsk_cookie(tw), ending);
	tcpfin_softirqs_release(held);
	return 0;
}

/*
 * Called once for each mini-socket, by the timer or by
 * inet_twsk_deschedule_put(), with bottom halves off.
 *
 * Argument: inet_twsk_kill() unhashes the mini-socket.
 */
int tcpfin_on_kill(struct kprobe *kp, struct pt_regs *regs)
{
	struct inet_timewait_sock *tw =
		(struct inet_timewait_sock *)tcpfin_argument(regs, 0);
	struct tcpfin_ending ending;
	bool held;

	tcpfin_reach_mark(TCPFIN_REACH_KILL);
	if (!is_tcp(tw))
		return 0;
	if (tcpfin_choice_excludes_twsk(tw)) {
		tcpfin_choice_count();
		return 0;
	}

	held = tcpfin_softirqs_hold();
	/* May take long, so do it before the record is begun. */
	ending = tcpfin_caller_ending(tcpfin_return_address(regs));
	if (ending.caller == TCPFIN_CALLER_DESCHEDULE) {
		tcpfin_reach_deschedule();
		ending = tcpfin_note_take_ending(tcpfin_twsk_cookie(tw));
	}
	record_death(tw, ending);
	tcpfin_softirqs_release(held);
	return 0;
}

/*
 * Hooked only where inet_twsk_kill() cannot be.
 *
 * Argument: tw_timer_handler() has no other way to find the mini-socket; its
 * address is in each timer, so compilers pass what its type says.
 */
int tcpfin_on_timer(struct kprobe *kp, struct pt_regs *regs)
{
	const struct tcpfin_ending expired = {
		.reason = TCPFIN_REASON_EXPIRED
	};
	struct timer_list *timer =
		(struct timer_list *)tcpfin_argument(regs, 0);
	struct inet_timewait_sock *tw =
		container_of(timer, struct inet_timewait_sock, tw_timer);
	bool held;

	if (!is_tcp(tw))
		return 0;

	held = tcpfin_softirqs_hold();
	/* Else tcpfin_on_deschedule() has it. */
	if (!tcpfin_note_take_death(tw))
		record_if_chosen(tw, expired);
	tcpfin_softirqs_release(held);
	return 0;
}
