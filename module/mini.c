// SPDX-License-Identifier: GPL-2.0
/*
 * What the probes of mini-sockets' functions record; see probes.c.
 *
 * The probed function's caller holds a reference to the mini-socket.
 */
#include <linux/build_bug.h>
#include <linux/kernel.h>
#include <linux/timer.h>
#include <net/inet_timewait_sock.h>
#include <net/tcp.h>

#include "caller.h"
#include "clock.h"
#include "compat.h"
#include "event.h"
#include "handlers.h"
#include "notes.h"
#include "record.h"

/* DCCP, which the kernel had up to 6.15, has mini-sockets as well. */
static bool is_tcp(struct inet_timewait_sock *tw)
{
	return tw->tw_dr == tcpfin_death_row(twsk_net(tw));
}

/* What the timers of mini-sockets call. The same for all of them. */
static void (*timer_function)(struct timer_list *timer);

int tcpfin_on_timewait_packet(struct kprobe *kp, struct pt_regs *regs)
{
	struct inet_timewait_sock *tw =
		(struct inet_timewait_sock *)regs_get_kernel_argument(regs, 0);
	const struct tcphdr *th =
		(const struct tcphdr *)regs_get_kernel_argument(regs, 2);
	struct tcpfin_packet packet = {
		.substate = READ_ONCE(tw->tw_substate),
		.fin = th->fin,
		.syn = th->syn,
	};
	bool held;

	BUILD_BUG_ON(!tcpfin_timewait_signature_known());
	WRITE_ONCE(timer_function, tw->tw_timer.function);
	held = tcpfin_softirqs_hold();
	tcpfin_packet_put(tcpfin_twsk_cookie(tw), packet);
	tcpfin_softirqs_release(held);
	return 0;
}

/*
 * Only tcp_timewait_state_process() starts a mini-socket's timer over, after it
 * has changed the sub-state if it does so at all. Other timers are told from it
 * by what they call; the hook below that is about mini-sockets alone is called
 * for each birth, too, and costs more than the rest of it.
 */
int tcpfin_on_rearm(struct kprobe *kp, struct pt_regs *regs)
{
	struct timer_list *timer =
		(struct timer_list *)regs_get_kernel_argument(regs, 0);
	struct inet_timewait_sock *tw;
	struct tcpfin_packet packet;
	struct tcpfin_event *event;
	struct tcpfin_record record;
	u8 kind;
	bool held;

	BUILD_BUG_ON(!__same_type(mod_timer_pending,
				  int(struct timer_list *, unsigned long)));
	if (!timer->function ||
	    timer->function != READ_ONCE(timer_function))
		return 0;
	tw = container_of(timer, struct inet_timewait_sock, tw_timer);
	if (!is_tcp(tw))
		return 0;

	held = tcpfin_softirqs_hold();
	packet = tcpfin_packet_take(tcpfin_twsk_cookie(tw));
	if (!packet.substate)
		tcpfin_ring_unmatched();
	kind = packet.substate == TCP_FIN_WAIT2 ? TCPFIN_KIND_TW_FLIP :
						  TCPFIN_KIND_TW_EXTEND;
	event = tcpfin_record_begin(&record, tcpfin_clock(),
				    tcpfin_what(kind, packet.substate,
						READ_ONCE(tw->tw_substate),
						TCPFIN_REASON_NONE));
	tcpfin_event_twsk(event, tw);
	if (packet.fin)
		event->flags |= TCPFIN_F_FIN;
	tcpfin_record_end(&record);
	tcpfin_softirqs_release(held);
	return 0;
}

/*
 * tcp_v4_rcv() and tcp_v6_rcv() end a mini-socket for two reasons, which the
 * sub-state that the packet found tells apart: only in FIN_WAIT2 does
 * tcp_timewait_state_process() return TCP_TW_RST, only in TIME_WAIT TCP_TW_SYN.
 */
static struct tcpfin_ending receive_ending(u64 cookie)
{
	struct tcpfin_packet packet = tcpfin_packet_peek(cookie);
	struct tcpfin_ending ending = { .reason = TCPFIN_REASON_NONE };

	switch (packet.substate) {
	case TCP_FIN_WAIT2:
		ending.reason = TCPFIN_REASON_RST_SENT;
		ending.detail = packet.syn ? TCPFIN_CAUSE_LATE_SYN :
					     TCPFIN_CAUSE_LATE_DATA;
		break;
	case TCP_TIME_WAIT:
		ending.reason = TCPFIN_REASON_SYN_REUSE;
		break;
	default:
		tcpfin_ring_unmatched();
	}
	return ending;
}

/*
 * The timer may be running already, on another CPU; then nothing is ended here,
 * and the note is left for good.
 */
int tcpfin_on_deschedule(struct kprobe *kp, struct pt_regs *regs)
{
	struct inet_timewait_sock *tw =
		(struct inet_timewait_sock *)regs_get_kernel_argument(regs, 0);
	struct tcpfin_ending ending;
	u64 cookie;
	bool held;

	BUILD_BUG_ON(!__same_type(inet_twsk_deschedule_put,
				  void(struct inet_timewait_sock *)));
	if (!is_tcp(tw))
		return 0;

	held = tcpfin_softirqs_hold();
	cookie = tcpfin_twsk_cookie(tw);
	ending = tcpfin_caller_ending(tcpfin_return_address(regs));
	if (ending.caller == TCPFIN_CALLER_RECEIVE)
		ending = receive_ending(cookie);
	tcpfin_ending_put(cookie, ending);
	tcpfin_softirqs_release(held);
	return 0;
}

/*
 * Called once for each mini-socket, by the timer or by
 * inet_twsk_deschedule_put(), with bottom halves off.
 */
int tcpfin_on_kill(struct kprobe *kp, struct pt_regs *regs)
{
	struct inet_timewait_sock *tw =
		(struct inet_timewait_sock *)regs_get_kernel_argument(regs, 0);
	struct tcpfin_event *event;
	struct tcpfin_ending ending;
	struct tcpfin_record record;
	bool held;

	if (!is_tcp(tw))
		return 0;

	held = tcpfin_softirqs_hold();
	/* First, since it may take long: nothing waits for the record then. */
	ending = tcpfin_caller_ending(tcpfin_return_address(regs));
	if (ending.caller == TCPFIN_CALLER_DESCHEDULE)
		ending = tcpfin_ending_take(tcpfin_twsk_cookie(tw));
	event = tcpfin_record_begin(&record, tcpfin_clock(),
				    tcpfin_what(TCPFIN_KIND_TW_DEATH,
						READ_ONCE(tw->tw_substate),
						TCP_CLOSE, ending.reason));
	tcpfin_event_twsk(event, tw);
	event->detail = ending.detail;
	if (ending.reason == TCPFIN_REASON_RST_SENT)
		event->flags |= TCPFIN_F_RST;
	if (ending.reason == TCPFIN_REASON_TW_REUSE ||
	    ending.reason == TCPFIN_REASON_KILLED)
		tcpfin_event_task(event);
	tcpfin_record_end(&record);
	tcpfin_softirqs_release(held);
	return 0;
}
