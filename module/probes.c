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

static unsigned int scope;

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
	}
	event->cookie = cookie;
	tcpfin_event_sock(event, sk);
	record_end(&record);
}

/*
 * What the pending error says of a close. It is set before the state by
 * tcp_abort() and tcp_write_err(), which prefers what ICMP had to say
 * (sk_err_soft) to ETIMEDOUT. tcp_reset() sets one, too, but leaves a note.
 */
static u8 error_reason(struct sock *sk, int err)
{
	if (err == ETIMEDOUT || err == READ_ONCE(sk->sk_err_soft))
		return TCPFIN_REASON_TIMEOUT;
	if (err == ECONNABORTED)
		return TCPFIN_REASON_KILLED;
	return TCPFIN_REASON_ERROR;
}

/*
 * The one orderly end of a full socket: its FIN was the last one, and the ACK
 * came, whatever error is pending. FIN_WAIT2 and CLOSING end by a mini-socket.
 */
static bool is_orderly(struct sock *sk, unsigned int old)
{
	return old == TCP_LAST_ACK &&
	       tcp_sk(sk)->snd_una == tcp_sk(sk)->write_seq;
}

/*
 * Why a full socket closes before its time and without a note. Without an
 * error it is this end that gave up: __tcp_close() and
 * tcp_disconnect() before sock_orphan(), others after it (LINGER2, too many
 * orphans). Only, a getsockopt(SO_ERROR) elsewhere may clear the error just
 * before; a process does not close its socket in a softirq, so there the
 * reason is not known.
 */
static u8 close_reason(struct sock *sk, unsigned int old)
{
	int err = READ_ONCE(sk->sk_err);

	if (sk_unhashed(sk)) {
		tcpfin_ring_unmatched();
		return TCPFIN_REASON_HANDOVER;
	}
	if (err)
		return error_reason(sk, err);
	if (in_serving_softirq() && !sock_flag(sk, SOCK_DEAD))
		return TCPFIN_REASON_NONE;
	return TCPFIN_REASON_ABORTED;
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
			      unsigned int new, u64 cookie, u8 reason)
{
	struct tcpfin_event *event;
	struct record record;

	event = record_begin(&record, TCPFIN_KIND_STATE, old, new);
	event->cookie = cookie;
	event->reason = reason;
	tcpfin_event_sock(event, sk);
	if (is_own_step(sk, new, reason))
		tcpfin_event_task(event);
	record_end(&record);
}

static void record_close(struct sock *sk, unsigned int old, u64 cookie)
{
	struct tcpfin_note note;
	u8 reason;

	if (is_orderly(sk, old) || !(1U << old & TEARDOWN_FROM))
		reason = TCPFIN_REASON_NONE;
	else if (!tcpfin_note_take(cookie, &note))
		reason = close_reason(sk, old);
	else if (note.kind == TCPFIN_NOTE_RST_RCVD)
		reason = TCPFIN_REASON_RST_RCVD;
	else if (note.kind == TCPFIN_NOTE_RST_SENT)
		reason = TCPFIN_REASON_RST_SENT;
	else
		return record_handover(sk, old, cookie, &note);

	record_transition(sk, old, TCP_CLOSE, cookie, reason);
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
		record_transition(sk, old, new, cookie, TCPFIN_REASON_NONE);
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
	bool held;

	BUILD_BUG_ON(!tcpfin_timewait_signature_known());
	held = tcpfin_softirqs_hold();
	tcpfin_substate_put(tcpfin_twsk_cookie(tw),
			    READ_ONCE(tw->tw_substate));
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
	struct record record;
	u8 old;
	bool held;

	BUILD_BUG_ON(!__same_type(__inet_twsk_schedule,
				  void(struct inet_timewait_sock *, int, bool)));
	if (!rearm || !is_tcp(tw))
		return 0;

	held = tcpfin_softirqs_hold();
	old = tcpfin_substate_take(tcpfin_twsk_cookie(tw));
	if (!old)
		tcpfin_ring_unmatched();
	record_begin(&record, old == TCP_FIN_WAIT2 ? TCPFIN_KIND_TW_FLIP :
						     TCPFIN_KIND_TW_EXTEND,
		     old, READ_ONCE(tw->tw_substate));
	tcpfin_event_twsk(record.event, tw);
	record_end(&record);
	tcpfin_softirqs_release(held);
	return 0;
}

/*
 * tcp_v4_rcv() and tcp_v6_rcv() end a mini-socket for two reasons, which the
 * sub-state that the packet found tells apart: only in FIN_WAIT2 does
 * tcp_timewait_state_process() return TCP_TW_RST, only in TIME_WAIT TCP_TW_SYN.
 */
static void receive_cause(u64 cookie, struct tcpfin_cause *cause)
{
	switch (tcpfin_substate_peek(cookie)) {
	case TCP_FIN_WAIT2:
		cause->reason = TCPFIN_REASON_RST_SENT;
		break;
	case TCP_TIME_WAIT:
		cause->reason = TCPFIN_REASON_SYN_REUSE;
		break;
	default:
		cause->reason = TCPFIN_REASON_NONE;
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
	struct tcpfin_cause cause;
	u64 cookie;
	bool held;

	BUILD_BUG_ON(!__same_type(inet_twsk_deschedule_put,
				  void(struct inet_timewait_sock *)));
	if (!is_tcp(tw))
		return 0;

	held = tcpfin_softirqs_hold();
	cookie = tcpfin_twsk_cookie(tw);
	if (tcpfin_caller_cause(tcpfin_return_address(regs), &cause) ==
	    TCPFIN_CALLER_RECEIVE)
		receive_cause(cookie, &cause);
	tcpfin_cause_put(cookie, cause);
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
	struct tcpfin_cause cause;
	struct record record;
	bool held;

	if (!is_tcp(tw))
		return 0;

	held = tcpfin_softirqs_hold();
	/* First, since it may take long: nothing waits for the record then. */
	if (tcpfin_caller_cause(tcpfin_return_address(regs), &cause) ==
	    TCPFIN_CALLER_DESCHEDULE &&
	    !tcpfin_cause_take(tcpfin_twsk_cookie(tw), &cause))
		tcpfin_ring_unmatched();
	event = record_begin(&record, TCPFIN_KIND_TW_DEATH,
			     READ_ONCE(tw->tw_substate), TCP_CLOSE);
	tcpfin_event_twsk(event, tw);
	event->reason = cause.reason;
	event->detail = cause.caller;
	if (cause.reason == TCPFIN_REASON_TW_REUSE ||
	    cause.reason == TCPFIN_REASON_KILLED)
		tcpfin_event_task(event);
	record_end(&record);
	tcpfin_softirqs_release(held);
	return 0;
}

/* In an order in which what one probe needs of another is there before it. */
static struct hook {
	struct kprobe kp;
	const char *shows;
	bool hooked;
} hooks[] = {
	{ { .symbol_name = "tcp_time_wait", .pre_handler = on_time_wait },
	  "birth and refusal of mini-sockets" },
	{ { .symbol_name = "tcp_reset", .pre_handler = on_reset },
	  "RST received, or sent for late data" },
	{ { .symbol_name = "tcp_timewait_state_process",
	    .pre_handler = on_timewait_packet },
	  "what a mini-socket's packet found" },
	{ { .symbol_name = "inet_twsk_deschedule_put",
	    .pre_handler = on_deschedule },
	  "why a mini-socket ended early" },
	{ { .symbol_name = "inet_twsk_kill", .pre_handler = on_kill },
	  "the end of mini-sockets" },
	{ { .symbol_name = "__inet_twsk_schedule",
	    .pre_handler = on_schedule },
	  "start and extension of TIME_WAIT" },
	{ { .symbol_name = "tcp_set_state", .pre_handler = on_set_state },
	  "the steps of full sockets" },
};

static int hook_all(void)
{
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(hooks); i++) {
		err = register_kprobe(&hooks[i].kp);
		hooks[i].hooked = !err;
		if (!err)
			continue;
		/* Without this one there is nothing to show. */
		if (hooks[i].kp.pre_handler == on_set_state || err == -ENOMEM) {
			pr_err("cannot hook %s: error %d\n",
			       hooks[i].kp.symbol_name, err);
			return err;
		}
		pr_warn("cannot hook %s (error %d), so this is not seen: %s\n",
			hooks[i].kp.symbol_name, err, hooks[i].shows);
	}
	return 0;
}

static void describe_hooks(struct tcpfin_header *header)
{
	unsigned int i;

	BUILD_BUG_ON(ARRAY_SIZE(hooks) > TCPFIN_PROBES);
	for (i = 0; i < ARRAY_SIZE(hooks); i++) {
		strscpy(header->probe[i].symbol, hooks[i].kp.symbol_name,
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

	for (i = 0; i < ARRAY_SIZE(hooks); i++)
		if (hooks[i].hooked)
			hooked[count++] = &hooks[i].kp;
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
		WRITE_ONCE(probe[i].missed, READ_ONCE(hooks[i].kp.nmissed));
}
