// SPDX-License-Identifier: GPL-2.0
/*
 * Which kernel functions are hooked, and what each one means.
 *
 * tcp_set_state() shows what full sockets do, but TIME_WAIT is never set
 * through it: tcp_time_wait() puts a small inet_timewait_sock in the full
 * socket's place and ends the full socket with tcp_set_state(TCP_CLOSE), which
 * is not a close at all. The mini-socket begins in sub-state FIN_WAIT2 or
 * TIME_WAIT, may go from the first to the second inside
 * tcp_timewait_state_process(), and dies in inet_twsk_kill(). The other probes
 * see that.
 *
 *	tcp:tcp_receive_reset		(a tracepoint) a RST or late data; a
 *					note for tcp_set_state
 *	tcp_set_state			a step of a full socket; to TCP_CLOSE:
 *					birth of a mini-socket (the socket is
 *					unhashed), its refusal, or an end
 *	tcp_timewait_state_process	(and its return) flip to TIME_WAIT, or
 *					extension; why a packet ends the
 *					mini-socket: a note for inet_twsk_kill
 *	inet_twsk_deschedule_put	who ends the mini-socket early: a note
 *					for inet_twsk_kill
 *	inet_twsk_kill			death of the mini-socket
 *	tw_timer_handler		only where inet_twsk_kill cannot be
 *					hooked: death of the mini-socket by its
 *					timer; inet_twsk_deschedule_put then
 *					records the other deaths
 *	tcp:tcp_retransmit_skb		(a tracepoint) a FIN sent again, loss
 *					probes included
 *	tcpfin_canary			our own: are probes called at all?
 *
 * Handlers are called with preemption off, by ftrace where the kernel can. A
 * probe that fires inside another probe's handler on the same CPU is not called
 * at all, and the kernel counts it in nmissed. A softirq that runs when an
 * interrupt returns into the handler could cause that, so handlers hold
 * softirqs off while they work; what remains is the kernel's own code around
 * the handler. Turning interrupts off would not help: those that arrive
 * meanwhile are served as soon as interrupts are on again, still inside the
 * probe. The softirqs held off run when bottom halves are enabled next; a
 * process that gets here has locked its socket, and release_sock() enables
 * them.
 *
 * Handlers take no lock that probed code may hold, allocate nothing and return
 * what handlers.h says. TCP does not run in hard interrupts, so handlers do not
 * nest. Arguments are those of the function's entry: the caller has locked a
 * full socket, or holds a reference to a mini-socket.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

#include "caller.h"
#include "canary.h"
#include "clock.h"
#include "compat.h"
#include "handlers.h"
#include "probes.h"
#include "reach.h"
#include "ring.h"
#include "test.h"

/*
 * In the order of hooking: a probe that leaves notes comes before the one that
 * takes them. A hook with on_trace is a tracepoint, whose name is "group:name";
 * a hook with rp.handler, for the function's return, is a kretprobe; the others
 * are kprobes. A fallback comes after the hook that it makes up for, and is only
 * hooked if that one cannot be; without is then what is still not seen.
 */
static struct hook {
	struct kretprobe rp;
	const char *shows;
	const char *without;
	bool fallback;
	void *on_trace;
	struct tracepoint *tracepoint;
	struct tcpfin_probe *probe;	/* in the header; NULL: not needed */
	u32 about;			/* enum tcpfin_about */
	enum tcpfin_reach reach;
	bool suspected;	/* it seemed not to be reached, once */
	bool told;	/* the log has that it is not reached */
	bool hooked;
} hooks[] = {
	{ { .kp.symbol_name = "tcp:tcp_receive_reset" },
	  "whether a RST ended it, or late data",
	  .on_trace = tcpfin_on_receive_reset },
	{ { .kp.symbol_name = "tcp_timewait_state_process",
	    .entry_handler = tcpfin_on_timewait_packet,
	    .handler = tcpfin_on_timewait_packet_return,
	    .data_size = sizeof(struct tcpfin_timewait_call) },
	  "start and extension of TIME_WAIT", .about = TCPFIN_ABOUT_MINI,
	  .reach = TCPFIN_REACH_PACKET },
	{ { .kp.symbol_name = "inet_twsk_deschedule_put",
	    .kp.pre_handler = tcpfin_on_deschedule },
	  "why a mini-socket ended early", .about = TCPFIN_ABOUT_MINI,
	  .reach = TCPFIN_REACH_DESCHEDULE },
	{ { .kp.symbol_name = "inet_twsk_kill",
	    .kp.pre_handler = tcpfin_on_kill },
	  "the end of mini-sockets", "some ends of mini-sockets",
	  .about = TCPFIN_ABOUT_MINI, .reach = TCPFIN_REACH_KILL },
	{ { .kp.symbol_name = "tw_timer_handler",
	    .kp.pre_handler = tcpfin_on_timer },
	  "mini-sockets' end by their timer", .fallback = true,
	  .about = TCPFIN_ABOUT_MINI },
	{ { .kp.symbol_name = "tcp:tcp_retransmit_skb" },
	  "FINs sent again",
	  .on_trace = tcpfin_retransmit_choose(tcpfin_on_retransmit,
					       tcpfin_on_retransmit_err) },
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

	tcpfin_test_unreach(&hook->rp);
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

static bool is_needless(const struct hook *hook)
{
	return hook->fallback && hook[-1].hooked;
}

static const char *not_seen(const struct hook *hook)
{
	return hook->without ?: hook->shows;
}

static int hook_all(void)
{
	const char *symbol;
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(hooks); i++) {
		if (is_needless(&hooks[i]))
			continue;
		if (hooks[i].fallback)
			tcpfin_timewait_lacks_kill();
		err = hook_one(&hooks[i]);
		if (!err)
			continue;
		symbol = hooks[i].rp.kp.symbol_name;
		/* Without tcp_set_state() there is nothing to show. */
		if (hooks[i].rp.kp.pre_handler == tcpfin_on_set_state ||
		    err == -ENOMEM) {
			pr_err("cannot hook %s: error %d\n", symbol, err);
			return err;
		}
		pr_warn("cannot hook %s (error %d), so this is not seen: %s\n",
			symbol, err, not_seen(&hooks[i]));
	}
	return 0;
}

static void describe_hook(struct tcpfin_probe *probe, struct hook *hook)
{
	strscpy(probe->symbol, hook->rp.kp.symbol_name, sizeof(probe->symbol));
	strscpy(probe->shows, hook->hooked ? hook->shows : not_seen(hook),
		sizeof(probe->shows));
	probe->hooked = hook->hooked;
	probe->about = hook->about;
	hook->probe = probe;
}

static void describe_hooks(struct tcpfin_header *header)
{
	struct tcpfin_probe *probe = header->probe;
	unsigned int i;

	BUILD_BUG_ON(ARRAY_SIZE(hooks) > TCPFIN_PROBES);
	for (i = 0; i < ARRAY_SIZE(hooks); i++)
		if (!is_needless(&hooks[i]))
			describe_hook(probe++, &hooks[i]);
}

static void watch_reach(void)
{
	bool hooked[TCPFIN_REACH_HOOKS] = { false };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(hooks); i++)
		if (hooks[i].reach)
			hooked[hooks[i].reach] = hooks[i].hooked;
	tcpfin_reach_start(hooked);
}

/**
 * tcpfin_probes_init() - hook the kernel functions
 * @scope: TCPFIN_SCOPE_*: which steps to record
 *
 * A function that this kernel lacks does not make this fail, except
 * tcp_set_state().
 *
 * Context: process.
 * Return: 0, or the negative errno of hooking tcp_set_state() or of
 *	register_module_notifier(), or -ENOMEM.
 */
int tcpfin_probes_init(unsigned int scope)
{
	int err;

	strscpy(tcpfin_ring_header()->caller[0], "?",
		sizeof(tcpfin_ring_header()->caller[0]));
	tcpfin_sock_set_scope(scope);
	tcpfin_ring_header()->scope = scope;
	err = tcpfin_caller_init();
	if (err)
		return err;
	err = hook_all();
	if (err) {
		tcpfin_probes_exit();
		return err;
	}
	describe_hooks(tcpfin_ring_header());
	tcpfin_ring_header()->load_ns = tcpfin_clock();
	watch_reach();
	tcpfin_probes_refresh();
	return 0;
}

/**
 * tcpfin_probes_exit() - unhook the kernel functions
 *
 * Context: process. Waits until no handler runs any more. A probed function
 *	that is still running returns without its handler: the kernel has
 *	detached it (unregister_kretprobe()).
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
	tcpfin_caller_exit();
}

/* Evidence that probes are not reached is worth nothing across a switch. */
static void drop_suspicions(void)
{
	unsigned int i;

	tcpfin_reach_restart();
	for (i = 0; i < ARRAY_SIZE(hooks); i++)
		hooks[i].suspected = false;
}

/* How often probes were found switched off. */
static atomic_long_t times_stopped = ATOMIC_LONG_INIT(0);

/*
 * The first reader to notice a change writes it to the log, once. The canary tells
 * nothing if its probe is not in place, or not any more after the call.
 */
static void check_canary(struct tcpfin_header *header,
			 const struct hook *canary)
{
	u32 stopped = !tcpfin_canary_lives();

	if (!READ_ONCE(canary->hooked) || header->stopped == stopped)
		return;
	WRITE_ONCE(header->stopped, stopped);
	drop_suspicions();
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

	/* At least one call of each kind: how many there were is unknown. */
	if (hook->about == TCPFIN_ABOUT_BOTH)
		missed = 2 * atomic_long_read(&times_stopped);
	return missed;
}

/*
 * The first reader to notice that a probe is not reached writes it to the log,
 * once. Probes may have been off for a while that nobody noticed: so the first
 * evidence is only a suspicion, all of it is dropped, and the same must show
 * once more, while the canary lived before and after. A probe that is being
 * unhooked is not reached either: so look at that after counting.
 */
static void check_reach(struct hook *hook, u64 count)
{
	if (!READ_ONCE(hook->hooked))
		return;
	if (count_missed(hook))
		count = 0;
	if (count && !hook->suspected) {
		hook->suspected = true;
		tcpfin_reach_restart();
		return;
	}
	WRITE_ONCE(hook->probe->unreached, count);
	if (!count || hook->told)
		return;
	hook->told = true;
	pr_warn("%s is hooked, but calls do not reach the probe, so this is not seen: %s\n",
		hook->rp.kp.symbol_name, hook->shows);
}

/**
 * tcpfin_probes_refresh() - bring the header's counts up to date
 *
 * These are each probe's missed calls, those that did not reach it, and whether
 * all probes are switched off.
 *
 * Context: process; may sleep.
 */
void tcpfin_probes_refresh(void)
{
	static DEFINE_MUTEX(refreshing);
	struct tcpfin_header *header = tcpfin_ring_header();
	u64 unreached[ARRAY_SIZE(hooks)];
	unsigned int i;

	mutex_lock(&refreshing);
	for (i = 0; i < ARRAY_SIZE(hooks); i++)
		unreached[i] = hooks[i].reach ?
			       tcpfin_reach_count(hooks[i].reach) : 0;
	/* What was counted was so before the canary is asked. */
	smp_mb();
	for (i = 0; i < ARRAY_SIZE(hooks); i++)
		if (hooks[i].about == TCPFIN_ABOUT_BOTH)
			check_canary(header, &hooks[i]);
	for (i = 0; i < ARRAY_SIZE(hooks); i++) {
		if (!hooks[i].probe)
			continue;
		WRITE_ONCE(hooks[i].probe->missed, count_missed(&hooks[i]));
		if (hooks[i].reach && !header->stopped)
			check_reach(&hooks[i], unreached[i]);
	}
	mutex_unlock(&refreshing);
}
