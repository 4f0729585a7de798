// SPDX-License-Identifier: GPL-2.0
/*
 * Which kernel functions are hooked, and what each one means.
 *
 * tcp_set_state() shows what full sockets do, but TIME_WAIT is never set
 * through it: tcp_time_wait() puts a small inet_timewait_sock in the full
 * socket's place and ends that with tcp_set_state(TCP_CLOSE), which is no close
 * at all. The mini-socket begins in sub-state FIN_WAIT2 or TIME_WAIT, may go
 * from the first to the second inside tcp_timewait_state_process(), and dies
 * in inet_twsk_kill(). The other probes see that.
 *
 *	tcp_time_wait			what is asked for, noted for
 *	tcp_reset			a RST, or data that nobody wants, for
 *	tcp_set_state			(TCP_CLOSE, socket unhashed) birth, or
 *					(still hashed) refusal, or the reason
 *	tcp_timewait_state_process	the sub-state a packet found, noted for
 *	__inet_twsk_schedule		(rearm) flip to TIME_WAIT, or extension
 *	inet_twsk_deschedule_put	who ends it early, noted for
 *	inet_twsk_kill			death
 *	tcp_retransmit_skb		(and its return) a FIN that is sent again
 *	__tcp_retransmit_skb		(and its return) the same, by a loss probe
 *
 * Handlers are called with preemption off, by ftrace where the kernel can. A
 * probe that fires inside another probe's handler on the same CPU is not called
 * at all, and the kernel counts it in nmissed. What could bring that about is a
 * softirq, run when an interrupt returns into the handler, so handlers hold
 * softirqs off while they work; what is left is the kernel's own way in and
 * out. Turning interrupts off would not do: those that come meanwhile are served
 * as soon as they are on again, still inside the probe. The softirqs held off
 * run when next somebody enables bottom halves; a process that gets here has
 * locked its socket, and release_sock() does so.
 *
 * Handlers take no lock that probed code may hold, allocate nothing and always
 * return 0. TCP does not run in hard interrupts, so nothing of ours nests.
 * The arguments are those of the function's entry: a full socket is locked by
 * the caller, to a mini-socket the caller holds a reference.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/build_bug.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <net/inet_timewait_sock.h>
#include <net/tcp.h>

#include "caller.h"
#include "closing.h"
#include "compat.h"
#include "event.h"
#include "notes.h"
#include "probes.h"
#include "procfile.h"
#include "ring.h"

/* States that a connection goes through once it was established. */
#define TEARDOWN_FROM	(TCPF_ESTABLISHED | TCPF_FIN_WAIT1 | TCPF_FIN_WAIT2 | \
			 TCPF_CLOSE_WAIT | TCPF_LAST_ACK | TCPF_CLOSING)
/* States that only a teardown leads to. */
#define TEARDOWN_TO	(TCPF_FIN_WAIT1 | TCPF_FIN_WAIT2 | TCPF_CLOSE_WAIT | \
			 TCPF_LAST_ACK | TCPF_CLOSING)

/* States in which the FIN may have to be sent again. */
#define FIN_QUEUED	(TCPF_FIN_WAIT1 | TCPF_CLOSING | TCPF_LAST_ACK)

typedef int tcpfin_retransmit_t(struct sock *, struct sk_buff *, int);

static unsigned int scope;

/* What a retransmission's return wants to know of its call. */
struct retransmission {
	struct sock *sk;
	struct sk_buff *skb;
};

/* One begun record, with what its end wants back. */
struct record {
	struct tcpfin_event *event;
	u64 seq;
};

static struct tcpfin_event *record_begin_at(struct record *record, u64 time_ns,
					    u8 kind, u8 old_state,
					    u8 new_state)
{
	struct tcpfin_event *event = tcpfin_ring_begin(&record->seq);

	event->time_ns = time_ns;
	event->kind = kind;
	event->old_state = old_state;
	event->new_state = new_state;
	record->event = event;
	return event;
}

static struct tcpfin_event *record_begin(struct record *record, u8 kind,
					 u8 old_state, u8 new_state)
{
	return record_begin_at(record, ktime_get_mono_fast_ns(), kind,
			       old_state, new_state);
}

static void record_end(struct record *record)
{
	tcpfin_ring_commit(record->event, record->seq);
	tcpfin_procfile_wake();
}

static bool is_wanted(unsigned int old, unsigned int new)
{
	/* close() after shutdown() sets the state that it finds. */
	if (old == new)
		return false;
	if (scope == TCPFIN_SCOPE_ALL)
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
	struct record record;

	if (sk_unhashed(sk)) {
		event = record_begin_at(&record, note->time_ns,
					TCPFIN_KIND_TW_BIRTH, old,
					note->substate);
	} else {
		event = record_begin(&record, TCPFIN_KIND_TW_REFUSED, old,
				     TCP_CLOSE);
		event->reason = TCPFIN_REASON_REFUSED;
		event->detail = note->substate;
	}
	event->cookie = cookie;
	tcpfin_event_sock(event, sk);
	record_end(&record);
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
	struct record record;

	event = record_begin(&record, TCPFIN_KIND_STATE, old, new);
	event->cookie = cookie;
	event->reason = closing->reason;
	event->detail = closing->detail;
	tcpfin_event_sock(event, sk);
	if (closing->rst)
		event->flags |= TCPFIN_F_RST;
	if (is_own_step(sk, new, closing->reason))
		tcpfin_event_task(event);
	record_end(&record);
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

static int on_set_state(struct kprobe *kp, struct pt_regs *regs)
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

static int on_time_wait(struct kprobe *kp, struct pt_regs *regs)
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
static int on_reset(struct kprobe *kp, struct pt_regs *regs)
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

/* DCCP has mini-sockets as well. */
static bool is_tcp(struct inet_timewait_sock *tw)
{
	/* It was a pointer for a while, from 5.18 to 6.0. */
	BUILD_BUG_ON(!__same_type(twsk_net(tw)->ipv4.tcp_death_row,
				  struct inet_timewait_death_row));
	return tw->tw_dr == &twsk_net(tw)->ipv4.tcp_death_row;
}

static int on_timewait_packet(struct kprobe *kp, struct pt_regs *regs)
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
	held = tcpfin_softirqs_hold();
	tcpfin_packet_put(tcpfin_twsk_cookie(tw), packet);
	tcpfin_softirqs_release(held);
	return 0;
}

/*
 * With rearm set the caller is tcp_timewait_state_process(), after it has
 * changed the sub-state if it does so at all.
 */
static int on_schedule(struct kprobe *kp, struct pt_regs *regs)
{
	struct inet_timewait_sock *tw =
		(struct inet_timewait_sock *)regs_get_kernel_argument(regs, 0);
	bool rearm = (u8)regs_get_kernel_argument(regs, 2);
	struct tcpfin_packet packet;
	struct tcpfin_event *event;
	struct record record;
	bool held;

	BUILD_BUG_ON(!__same_type(__inet_twsk_schedule,
				  void(struct inet_timewait_sock *, int, bool)));
	if (!rearm || !is_tcp(tw))
		return 0;

	held = tcpfin_softirqs_hold();
	packet = tcpfin_packet_take(tcpfin_twsk_cookie(tw));
	if (!packet.substate)
		tcpfin_ring_unmatched();
	event = record_begin(&record, packet.substate == TCP_FIN_WAIT2 ?
			     TCPFIN_KIND_TW_FLIP : TCPFIN_KIND_TW_EXTEND,
			     packet.substate, READ_ONCE(tw->tw_substate));
	tcpfin_event_twsk(event, tw);
	if (packet.fin)
		event->flags |= TCPFIN_F_FIN;
	record_end(&record);
	tcpfin_softirqs_release(held);
	return 0;
}

/*
 * tcp_v4_rcv() and tcp_v6_rcv() end a mini-socket for two reasons, which the
 * sub-state that the packet found tells apart: only in FIN_WAIT2 does
 * tcp_timewait_state_process() return TCP_TW_RST, only in TIME_WAIT TCP_TW_SYN.
 */
static void receive_ending(u64 cookie, struct tcpfin_ending *ending)
{
	struct tcpfin_packet packet = tcpfin_packet_peek(cookie);

	switch (packet.substate) {
	case TCP_FIN_WAIT2:
		ending->reason = TCPFIN_REASON_RST_SENT;
		ending->detail = packet.syn ? TCPFIN_CAUSE_LATE_SYN :
					      TCPFIN_CAUSE_LATE_DATA;
		break;
	case TCP_TIME_WAIT:
		ending->reason = TCPFIN_REASON_SYN_REUSE;
		break;
	default:
		ending->reason = TCPFIN_REASON_NONE;
		tcpfin_ring_unmatched();
	}
}

/*
 * The timer may be running already, on another CPU; then nothing is ended here,
 * and the note is left for good.
 */
static int on_deschedule(struct kprobe *kp, struct pt_regs *regs)
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
	if (tcpfin_caller_ending(tcpfin_return_address(regs), &ending) ==
	    TCPFIN_CALLER_RECEIVE)
		receive_ending(cookie, &ending);
	tcpfin_ending_put(cookie, ending);
	tcpfin_softirqs_release(held);
	return 0;
}

/*
 * Called once for each mini-socket, by the timer or by
 * inet_twsk_deschedule_put(), with bottom halves off.
 */
static int on_kill(struct kprobe *kp, struct pt_regs *regs)
{
	struct inet_timewait_sock *tw =
		(struct inet_timewait_sock *)regs_get_kernel_argument(regs, 0);
	struct tcpfin_event *event;
	struct tcpfin_ending ending;
	struct record record;
	bool held;

	if (!is_tcp(tw))
		return 0;

	held = tcpfin_softirqs_hold();
	/* First, since it may take long: nothing waits for the record then. */
	if (tcpfin_caller_ending(tcpfin_return_address(regs), &ending) ==
	    TCPFIN_CALLER_DESCHEDULE &&
	    !tcpfin_ending_take(tcpfin_twsk_cookie(tw), &ending))
		tcpfin_ring_unmatched();
	event = record_begin(&record, TCPFIN_KIND_TW_DEATH,
			     READ_ONCE(tw->tw_substate), TCP_CLOSE);
	tcpfin_event_twsk(event, tw);
	event->reason = ending.reason;
	event->detail = ending.detail;
	if (ending.reason == TCPFIN_REASON_RST_SENT)
		event->flags |= TCPFIN_F_RST;
	if (ending.reason == TCPFIN_REASON_TW_REUSE ||
	    ending.reason == TCPFIN_REASON_KILLED)
		tcpfin_event_task(event);
	record_end(&record);
	tcpfin_softirqs_release(held);
	return 0;
}

/* Only of sockets that have queued their FIN: the rest is not looked at. */
static int on_retransmit(struct kretprobe_instance *instance,
			 struct pt_regs *regs)
{
	struct sock *sk = (struct sock *)regs_get_kernel_argument(regs, 0);
	struct retransmission *re = (struct retransmission *)instance->data;

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
static int on_probe_retransmit(struct kretprobe_instance *instance,
			       struct pt_regs *regs)
{
	if (on_retransmit(instance, regs))
		return 1;
	return tcpfin_caller_is(tcpfin_return_address(regs),
				"tcp_retransmit_skb");
}

/*
 * Only now is it known that it went out, and whether with the FIN: the segment
 * may have been cut in two, or have taken in those behind it. The caller holds
 * the socket's lock, so that the segment is still in the queue.
 */
static int on_retransmitted(struct kretprobe_instance *instance,
			    struct pt_regs *regs)
{
	struct retransmission *re = (struct retransmission *)instance->data;
	struct tcpfin_event *event;
	struct record record;
	unsigned int state;
	bool held;

	if ((int)regs_return_value(regs) ||
	    !(TCP_SKB_CB(re->skb)->tcp_flags & TCPHDR_FIN))
		return 0;

	held = tcpfin_softirqs_hold();
	state = READ_ONCE(re->sk->sk_state);
	event = record_begin(&record, TCPFIN_KIND_FIN_RETRANS, state, state);
	event->cookie = tcpfin_sock_cookie(re->sk);
	tcpfin_event_sock(event, re->sk);
	record_end(&record);
	tcpfin_softirqs_release(held);
	return 0;
}

/*
 * In an order in which what one probe needs of another is there before it. One
 * with a handler for the function's return is registered as a kretprobe.
 */
static struct hook {
	struct kretprobe rp;
	const char *shows;
	bool hooked;
} hooks[] = {
	{ { .kp.symbol_name = "tcp_time_wait",
	    .kp.pre_handler = on_time_wait },
	  "birth and refusal of mini-sockets" },
	{ { .kp.symbol_name = "tcp_reset", .kp.pre_handler = on_reset },
	  "RST received, or sent for late data" },
	{ { .kp.symbol_name = "tcp_timewait_state_process",
	    .kp.pre_handler = on_timewait_packet },
	  "what a mini-socket's packet found" },
	{ { .kp.symbol_name = "inet_twsk_deschedule_put",
	    .kp.pre_handler = on_deschedule },
	  "why a mini-socket ended early" },
	{ { .kp.symbol_name = "inet_twsk_kill", .kp.pre_handler = on_kill },
	  "the end of mini-sockets" },
	{ { .kp.symbol_name = "__inet_twsk_schedule",
	    .kp.pre_handler = on_schedule },
	  "start and extension of TIME_WAIT" },
	{ { .kp.symbol_name = "tcp_retransmit_skb",
	    .entry_handler = on_retransmit, .handler = on_retransmitted,
	    .data_size = sizeof(struct retransmission) },
	  "FINs sent again" },
	{ { .kp.symbol_name = "__tcp_retransmit_skb",
	    .entry_handler = on_probe_retransmit,
	    .handler = on_retransmitted,
	    .data_size = sizeof(struct retransmission) },
	  "FINs sent again as loss probes" },
	{ { .kp.symbol_name = "tcp_set_state", .kp.pre_handler = on_set_state },
	  "the steps of full sockets" },
};

static int hook_one(struct hook *hook)
{
	int err = hook->rp.handler ? register_kretprobe(&hook->rp) :
				     register_kprobe(&hook->rp.kp);

	hook->hooked = !err;
	return err;
}

static int hook_all(void)
{
	const char *symbol;
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(hooks); i++) {
		err = hook_one(&hooks[i]);
		if (!err)
			continue;
		symbol = hooks[i].rp.kp.symbol_name;
		/* Without this one there is nothing to show. */
		if (hooks[i].rp.kp.pre_handler == on_set_state ||
		    err == -ENOMEM) {
			pr_err("cannot hook %s: error %d\n", symbol, err);
			return err;
		}
		pr_warn("cannot hook %s (error %d), so this is not seen: %s\n",
			symbol, err, hooks[i].shows);
	}
	return 0;
}

static void describe_hooks(struct tcpfin_header *header)
{
	unsigned int i;

	BUILD_BUG_ON(ARRAY_SIZE(hooks) > TCPFIN_PROBES);
	for (i = 0; i < ARRAY_SIZE(hooks); i++) {
		strscpy(header->probe[i].symbol, hooks[i].rp.kp.symbol_name,
			sizeof(header->probe[i].symbol));
		strscpy(header->probe[i].shows, hooks[i].shows,
			sizeof(header->probe[i].shows));
		header->probe[i].hooked = hooks[i].hooked;
	}
}

/**
 * tcpfin_probes_init() - hook the kernel functions
 * @events: TCPFIN_SCOPE_*: what to record
 *
 * A function that this kernel lacks does not stop it, except tcp_set_state().
 *
 * Context: process.
 * Return: 0 or the errno of register_kprobe().
 */
int tcpfin_probes_init(unsigned int events)
{
	int err;

	scope = events;
	strscpy(tcpfin_ring_header()->caller[0], "?",
		sizeof(tcpfin_ring_header()->caller[0]));
	tcpfin_ring_header()->scope = scope;
	err = hook_all();
	if (err) {
		tcpfin_probes_exit();
		return err;
	}
	describe_hooks(tcpfin_ring_header());
	tcpfin_ring_header()->load_ns = ktime_get_mono_fast_ns();
	return 0;
}

/**
 * tcpfin_probes_exit() - unhook them
 *
 * Context: process. Waits until no handler runs any more.
 */
void tcpfin_probes_exit(void)
{
	struct kprobe *hooked[ARRAY_SIZE(hooks)];
	unsigned int i, count = 0;

	for (i = 0; i < ARRAY_SIZE(hooks); i++) {
		if (!hooks[i].hooked)
			continue;
		if (hooks[i].rp.handler)
			unregister_kretprobe(&hooks[i].rp);
		else
			hooked[count++] = &hooks[i].rp.kp;
	}
	if (count)
		unregister_kprobes(hooked, count);
}

/**
 * tcpfin_probes_refresh() - show readers how many calls the probes missed
 *
 * Context: any.
 */
void tcpfin_probes_refresh(void)
{
	struct tcpfin_probe *probe = tcpfin_ring_header()->probe;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(hooks); i++)
		WRITE_ONCE(probe[i].missed,
			   READ_ONCE(hooks[i].rp.kp.nmissed) +
			   (u64)READ_ONCE(hooks[i].rp.nmissed));
}
