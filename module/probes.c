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
 *	tcp:tcp_receive_reset		(a tracepoint) a RST, or data that nobody
 *					wants, noted for
 *	tcp_set_state			(TCP_CLOSE, socket unhashed) birth of a
 *					mini-socket, or its refusal, or an end
 *	tcp_timewait_state_process	(and its return) flip to TIME_WAIT, or
 *					extension; why a packet ends it, noted for
 *	inet_twsk_deschedule_put	who ends it early, noted for
 *	inet_twsk_kill			death
 *	tcp_retransmit_skb		(and its return) a FIN that is sent again
 *	tcp_send_loss_probe		(and its return) the same, by a loss probe
 *	tcpfin_canary			our own: whether probes are called at all
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

#include <linux/atomic.h>
#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

#include "canary.h"
#include "clock.h"
#include "handlers.h"
#include "probes.h"
#include "ring.h"
#include "test.h"

/*
 * In an order in which what one probe needs of another is there before it. A hook
 * with on_trace is a tracepoint, whose name is "group:name"; one with a handler for
 * the function's return is a kretprobe; the others are kprobes.
 */
static struct hook {
	struct kretprobe rp;
	const char *shows;
	void *on_trace;
	struct tracepoint *tracepoint;
	u32 about;	/* enum tcpfin_about */
	bool hooked;
} hooks[] = {
	{ { .kp.symbol_name = "tcp:tcp_receive_reset" },
	  "whether a RST ended it, or late data",
	  .on_trace = tcpfin_on_receive_reset },
	{ { .kp.symbol_name = "tcp_timewait_state_process",
	    .entry_handler = tcpfin_on_timewait_packet,
	    .handler = tcpfin_on_timewait_packet_return,
	    .data_size = sizeof(struct tcpfin_timewait_call) },
	  "start and extension of TIME_WAIT", .about = TCPFIN_ABOUT_MINI },
	{ { .kp.symbol_name = "inet_twsk_deschedule_put",
	    .kp.pre_handler = tcpfin_on_deschedule },
	  "why a mini-socket ended early", .about = TCPFIN_ABOUT_MINI },
	{ { .kp.symbol_name = "inet_twsk_kill",
	    .kp.pre_handler = tcpfin_on_kill },
	  "the end of mini-sockets", .about = TCPFIN_ABOUT_MINI },
	{ { .kp.symbol_name = "tcp_retransmit_skb",
	    .entry_handler = tcpfin_on_retransmit,
	    .handler = tcpfin_on_retransmit_return,
	    .data_size = sizeof(struct tcpfin_retransmission) },
	  "FINs sent again" },
	{ { .kp.symbol_name = "tcp_send_loss_probe",
	    .entry_handler = tcpfin_on_loss_probe,
	    .handler = tcpfin_on_loss_probe_return,
	    .data_size = sizeof(struct tcpfin_loss_probe) },
	  "FINs sent again as loss probes" },
	{ { .kp.symbol_name = "tcp_set_state",
	    .kp.pre_handler = tcpfin_on_set_state },
	  "the steps of full sockets" },
	{ { .kp.symbol_name = TCPFIN_CANARY,
	    .kp.pre_handler = tcpfin_on_canary },
	  "whether probes are switched off", .about = TCPFIN_ABOUT_BOTH },
};

static void match_tracepoint(struct tracepoint *tracepoint, void *data)
{
	struct hook *hook = data;

	if (!strcmp(tracepoint->name, strchr(hook->rp.kp.symbol_name, ':') + 1))
		hook->tracepoint = tracepoint;
}

static int hook_tracepoint(struct hook *hook)
{
	for_each_kernel_tracepoint(match_tracepoint, hook);
	if (!hook->tracepoint)
		return -ENOENT;
	return tracepoint_probe_register(hook->tracepoint, hook->on_trace, NULL);
}

static int hook_one(struct hook *hook)
{
	int err;

	if (tcpfin_test_lacks(hook->rp.kp.symbol_name))
		err = -ENOENT;
	else if (hook->on_trace)
		err = hook_tracepoint(hook);
	else if (hook->rp.handler)
		err = register_kretprobe(&hook->rp);
	else
		err = register_kprobe(&hook->rp.kp);
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
		if (hooks[i].rp.kp.pre_handler == tcpfin_on_set_state ||
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
		header->probe[i].about = hooks[i].about;
	}
}

/**
 * tcpfin_probes_init() - hook the kernel functions
 * @scope: TCPFIN_SCOPE_*: what to record
 *
 * A function that this kernel lacks does not stop it, except tcp_set_state().
 *
 * Context: process.
 * Return: 0 or the errno of register_kprobe().
 */
int tcpfin_probes_init(unsigned int scope)
{
	int err;

	strscpy(tcpfin_ring_header()->caller[0], "?",
		sizeof(tcpfin_ring_header()->caller[0]));
	tcpfin_sock_set_scope(scope);
	tcpfin_ring_header()->scope = scope;
	err = hook_all();
	if (err) {
		tcpfin_probes_exit();
		return err;
	}
	describe_hooks(tcpfin_ring_header());
	tcpfin_ring_header()->load_ns = tcpfin_clock();
	tcpfin_probes_refresh();
	return 0;
}

/**
 * tcpfin_probes_exit() - unhook them
 *
 * Context: process. Waits until no handler runs any more. A retransmission that
 * is under way then returns without one: the kernel has let go of it
 * (unregister_kretprobe()).
 */
void tcpfin_probes_exit(void)
{
	struct kprobe *hooked[ARRAY_SIZE(hooks)];
	unsigned int i, count = 0;

	for (i = 0; i < ARRAY_SIZE(hooks); i++) {
		if (!hooks[i].hooked)
			continue;
		WRITE_ONCE(hooks[i].hooked, false);
		if (hooks[i].on_trace)
			tracepoint_probe_unregister(hooks[i].tracepoint,
						    hooks[i].on_trace, NULL);
		else if (hooks[i].rp.handler)
			unregister_kretprobe(&hooks[i].rp);
		else
			hooked[count++] = &hooks[i].rp.kp;
	}
	if (count)
		unregister_kprobes(hooked, count);
	tracepoint_synchronize_unregister();
}

/* How often they were found switched off. */
static atomic_long_t times_stopped = ATOMIC_LONG_INIT(0);

/* A probe that is being unhooked is not switched off. */
static bool probes_are_stopped(const struct hook *canary)
{
	return READ_ONCE(canary->hooked) && !tcpfin_canary_lives() &&
	       READ_ONCE(canary->hooked);
}

/* Whoever looks first notices, and says so once. */
static void check_canary(struct tcpfin_header *header,
			 const struct hook *canary)
{
	u32 stopped = probes_are_stopped(canary);

	if (xchg(&header->stopped, stopped) == stopped)
		return;
	if (stopped) {
		atomic_long_inc(&times_stopped);
		pr_warn("kprobes are switched off, so nothing is recorded: see kernel.ftrace_enabled and /sys/kernel/debug/kprobes/enabled\n");
	} else {
		pr_info("kprobes are on again\n");
	}
}

static u64 count_missed(const struct hook *hook)
{
	u64 missed = READ_ONCE(hook->rp.kp.nmissed) +
		     (u64)READ_ONCE(hook->rp.nmissed);

	/* A call of each kind, at least, for all that nobody knows of. */
	if (hook->about == TCPFIN_ABOUT_BOTH)
		missed = 2 * atomic_long_read(&times_stopped);
	return missed;
}

/**
 * tcpfin_probes_refresh() - show readers what the probes are not given
 *
 * Context: process. Tells how many calls each one missed, and whether all of
 * them are switched off.
 */
void tcpfin_probes_refresh(void)
{
	struct tcpfin_header *header = tcpfin_ring_header();
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(hooks); i++) {
		if (hooks[i].about == TCPFIN_ABOUT_BOTH)
			check_canary(header, &hooks[i]);
		WRITE_ONCE(header->probe[i].missed, count_missed(&hooks[i]));
	}
}
