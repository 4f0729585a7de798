// SPDX-License-Identifier: GPL-2.0
/*
 * Which kernel function ends a socket, and thus why, told by return addresses.
 *
 * inet_twsk_kill(), inet_twsk_deschedule_put() and tcp_reset() are not told why
 * they are called; their callers show the reason. The symbol of a return
 * address is looked up once for each call site and kept in a small cache.
 *
 * A module's addresses may be used again once it is unloaded. The kernel tells
 * of that (MODULE_STATE_GOING) after the module's exit function and before it
 * frees the memory. By then the module's code has stopped running, so no handler
 * looks for its call sites or adds one, and they are dropped. Other code outside
 * the kernel's image, such as BPF programs and trampolines, goes without a word,
 * and sprint_symbol() shows it like a module's. So of call sites that look like
 * a module's only those in known callers are cached; BPF programs and
 * trampolines have other names.
 *
 * A caller that is not in the list is reported by its name, in a table
 * (header->caller[]) that only grows and that readers see. Where a kretprobe or
 * the function graph tracer has replaced the return address, the name is that
 * of its trampoline: an odd name, but not a guess.
 */
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/spinlock.h>
#include <linux/stacktrace.h>
#include <linux/string.h>

#include "caller.h"
#include "ring.h"

/*
 * tw_timer_handler() does nothing but call inet_twsk_kill(), and compilers turn
 * that call into a jump. The return address is then in the core of the timers,
 * in whichever function the compiler has inlined the others into.
 * inet_twsk_purge() and tcp_twsk_purge() end the mini-sockets of deleted
 * network namespaces.
 */
static const struct {
	const char *symbol;
	u8 reason;
	u8 caller;
} known_callers[] = {
	{ "tw_timer_handler", TCPFIN_REASON_EXPIRED },
	{ "call_timer_fn", TCPFIN_REASON_EXPIRED },
	{ "expire_timers", TCPFIN_REASON_EXPIRED },
	{ "__run_timers", TCPFIN_REASON_EXPIRED },
	{ "__run_timer_base", TCPFIN_REASON_EXPIRED },
	{ "run_timer_base", TCPFIN_REASON_EXPIRED },
	{ "run_timer_softirq", TCPFIN_REASON_EXPIRED },
	{ "timer_expire_remote", TCPFIN_REASON_EXPIRED },
	{ "inet_twsk_deschedule_put", TCPFIN_REASON_NONE,
	  TCPFIN_CALLER_DESCHEDULE },
	{ "tcp_v4_rcv", TCPFIN_REASON_NONE, TCPFIN_CALLER_RECEIVE },
	{ "tcp_v6_rcv", TCPFIN_REASON_NONE, TCPFIN_CALLER_RECEIVE },
	{ "tcp_timewait_state_process", TCPFIN_REASON_RST_RCVD },
	{ "__inet_check_established", TCPFIN_REASON_TW_REUSE },
	{ "__inet6_check_established", TCPFIN_REASON_TW_REUSE },
	{ "__inet_hash_connect", TCPFIN_REASON_TW_REUSE },
	{ "tcp_abort", TCPFIN_REASON_KILLED },
	{ "inet_twsk_purge", TCPFIN_REASON_NETNS },
	{ "tcp_twsk_purge", TCPFIN_REASON_NETNS },
	{ "nf_tproxy_handle_time_wait4", TCPFIN_REASON_TPROXY },
	{ "nf_tproxy_handle_time_wait6", TCPFIN_REASON_TPROXY },
	{ "__traceiter_tcp_receive_reset", TCPFIN_REASON_NONE,
	  TCPFIN_CALLER_SKIP },
	{ "tcp_reset", TCPFIN_REASON_NONE, TCPFIN_CALLER_SKIP },
	{ "tcp_validate_incoming", TCPFIN_REASON_RST_RCVD },
	{ "tcp_rcv_established", TCPFIN_REASON_RST_RCVD },
	{ "tcp_check_req", TCPFIN_REASON_RST_RCVD },
	{ "tcp_rcv_state_process", TCPFIN_REASON_RST_SENT },
};

/*
 * What a call site means. Written under the lock, address last (release). A slot
 * whose call site was dropped has the address DROPPED until it is used again;
 * the first slot with address 0 is the end.
 */
#define SITES	32
#define DROPPED	1UL
static struct {
	unsigned long address;
	struct tcpfin_ending ending;
} site[SITES];

/*
 * Protects changes of site[] and of header->caller[]. A raw lock, since handlers
 * cannot sleep on PREEMPT_RT either. Interrupts stay on: they never take the
 * lock. Handlers take it with softirqs off, and so must others.
 */
static DEFINE_RAW_SPINLOCK(lock);

static u8 caller_index(const char *symbol)
{
	struct tcpfin_header *header = tcpfin_ring_header();
	unsigned int i;

	/* Index 0 is "?", for callers that found the table full. */
	for (i = 1; i < TCPFIN_CALLERS; i++) {
		if (!header->caller[i][0])
			strscpy(header->caller[i], symbol,
				sizeof(header->caller[i]));
		if (!strncmp(header->caller[i], symbol,
			     sizeof(header->caller[i]) - 1))
			return i;
	}
	return 0;
}

/* Compares without offset, module and compiler's suffix (".isra.0"). */
static bool is_symbol(const char *symbol, const char *name)
{
	size_t len = strcspn(symbol, "+. ");

	return strlen(name) == len && !strncmp(name, symbol, len);
}

static bool find_known(const char *symbol, struct tcpfin_ending *ending)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(known_callers); i++) {
		if (!is_symbol(symbol, known_callers[i].symbol))
			continue;
		ending->reason = known_callers[i].reason;
		ending->caller = known_callers[i].caller;
		return true;
	}
	return false;
}

/* @keep tells whether the call site may be cached. */
static struct tcpfin_ending resolve(unsigned long address, bool *keep)
{
	struct tcpfin_ending ending = { .reason = TCPFIN_REASON_CALLER };
	char symbol[KSYM_SYMBOL_LEN];

	/* address - 1 is in the call; address may be in the next function. */
	sprint_symbol(symbol, address - 1);
	*keep = true;
	if (!find_known(symbol, &ending)) {
		*keep = !strchr(symbol, '[');
		symbol[strcspn(symbol, "+")] = '\0';
		/* A bare number is a kernel address: keep it secret. */
		if (strncmp(symbol, "0x", 2))
			ending.detail = caller_index(symbol);
	}
	return ending;
}

/* Add a call site if there is room. Another CPU may have added it. */
static void add_site(unsigned long address, struct tcpfin_ending ending)
{
	unsigned int i, room = SITES;

	for (i = 0; i < SITES; i++) {
		if (site[i].address == address)
			return;
		if (room == SITES && site[i].address <= DROPPED)
			room = i;
		if (!site[i].address)
			break;
	}
	if (room == SITES)
		return;
	site[room].ending = ending;
	/* Pairs with the acquire in tcpfin_caller_ending(). */
	smp_store_release(&site[room].address, address);
}

static noinline struct tcpfin_ending resolve_and_cache(unsigned long address)
{
	struct tcpfin_ending ending;
	bool keep;

	raw_spin_lock(&lock);
	ending = resolve(address, &keep);
	if (keep)
		add_site(address, ending);
	raw_spin_unlock(&lock);
	return ending;
}

static int on_module(struct notifier_block *block, unsigned long state,
		     void *module)
{
	unsigned long flags;
	unsigned int i;

	if (state != MODULE_STATE_GOING)
		return NOTIFY_DONE;

	/* On PREEMPT_RT raw_spin_lock_bh() would leave preemption on. */
	raw_spin_lock_irqsave(&lock, flags);
	for (i = 0; i < SITES; i++)
		if (within_module(site[i].address - 1, module))
			WRITE_ONCE(site[i].address, DROPPED);
	raw_spin_unlock_irqrestore(&lock, flags);
	return NOTIFY_OK;
}

static struct notifier_block module_notifier = { .notifier_call = on_module };

/**
 * tcpfin_caller_init() - be told of modules that are unloaded
 *
 * Context: process, before the probes are hooked.
 * Return: 0 or a negative errno.
 */
int tcpfin_caller_init(void)
{
	return register_module_notifier(&module_notifier);
}

/**
 * tcpfin_caller_exit() - undo tcpfin_caller_init()
 *
 * Context: process, when no handler runs any more.
 */
void tcpfin_caller_exit(void)
{
	unregister_module_notifier(&module_notifier);
}

/**
 * tcpfin_caller_ending() - tell from a return address why a socket is ended
 * @address: the return address
 *
 * Context: a probe's handler: preemption and softirqs off, no hard interrupt.
 * Return: reason and detail, if the ending's caller is TCPFIN_CALLER_PLAIN;
 *	otherwise see enum tcpfin_caller for where to find them.
 */
struct tcpfin_ending tcpfin_caller_ending(unsigned long address)
{
	unsigned int i;

	for (i = 0; i < SITES; i++) {
		/* Pairs with the release in add_site(). */
		unsigned long cached = smp_load_acquire(&site[i].address);

		if (cached == address)
			return site[i].ending;
		if (!cached)
			break;
	}
	return resolve_and_cache(address);
}

/*
 * Which return address is the first behind this module's? On some architectures
 * the walk begins in the functions that do it (riscv: stack_trace_save()).
 */
static unsigned int behind_module(const unsigned long *address,
				  unsigned int count)
{
	unsigned int i, first = 0;

	for (i = 0; i < count; i++)
		if (within_module(address[i], THIS_MODULE))
			first = i + 1;
	return first;
}

/**
 * tcpfin_caller_on_stack() - tell from the stack why tcp_reset() was called
 *
 * Walks the return addresses from the innermost one outwards. This module, the
 * tracepoint's own function and tcp_reset() are skipped, so tcp_reset() may be
 * inlined; the next function tells. tcp_validate_incoming() and
 * tcp_rcv_state_process() must not be inlined, and are not in any build that
 * was examined (README, "What loading it risks").
 *
 * Context: a tracepoint's handler, preemption and softirqs off.
 * Return: an ending whose reason is TCPFIN_REASON_RST_RCVD, or
 *	TCPFIN_REASON_RST_SENT for late data; any other reason: not known.
 */
struct tcpfin_ending tcpfin_caller_on_stack(void)
{
	struct tcpfin_ending ending = { .reason = TCPFIN_REASON_NONE };
	unsigned long address[16];
	unsigned int i, count;

	count = stack_trace_save(address, ARRAY_SIZE(address), 0);
	for (i = behind_module(address, count); i < count; i++) {
		ending = tcpfin_caller_ending(address[i]);
		if (ending.caller != TCPFIN_CALLER_SKIP)
			break;
	}
	return ending;
}
