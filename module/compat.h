/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every difference between kernel versions and architectures, and nothing else.
 * Each shim says since when kernels differ and why it matters here.
 */
#ifndef TCPFIN_COMPAT_H
#define TCPFIN_COMPAT_H

#include <linux/bottom_half.h>
#include <linux/irqflags.h>
#include <linux/mm.h>
#include <linux/preempt.h>
#include <linux/ptrace.h>
#include <net/inet_timewait_sock.h>
#include <net/netns/ipv4.h>
#include <net/tcp.h>
#include <trace/events/tcp.h>

#ifndef CONFIG_64BIT
#error "tcpfin needs a 64-bit kernel"
#endif

/* A kernel that can trace has both: CONFIG_TRACING selects them. */
#if !defined(CONFIG_TRACEPOINTS) || !defined(CONFIG_STACKTRACE)
#error "tcpfin needs a kernel with CONFIG_TRACEPOINTS and CONFIG_STACKTRACE"
#endif

/*
 * regs_get_kernel_argument(): x86, arm64, riscv and s390 have it in all kernels
 * from 5.10 on, powerpc and loongarch got it between 6.1 and 6.12.
 */
#ifndef CONFIG_HAVE_FUNCTION_ARG_ACCESS_API
#error "tcpfin needs regs_get_kernel_argument(): this kernel is too old for this architecture"
#endif

/*
 * The address that the probed function will return to. Valid only at a
 * function's entry. No accessor is common to all architectures: x86 has the
 * address on the stack, others in a link register.
 */
static inline unsigned long tcpfin_return_address(struct pt_regs *regs)
{
#if defined(CONFIG_X86)
	return regs_get_kernel_stack_nth(regs, 0);
#elif defined(CONFIG_ARM64)
	return procedure_link_pointer(regs);
#elif defined(CONFIG_RISCV)
	return regs->ra;
#elif defined(CONFIG_S390)
	return regs->gprs[14];
#elif defined(CONFIG_PPC64)
	return regs->link;
#elif defined(CONFIG_LOONGARCH)
	return regs->regs[1];
#else
#error "tcpfin does not know where this architecture has the return address"
#endif
}

/*
 * An argument of the probed function, from 0 to 2. s390's regs_get_kernel_argument()
 * calls a function that modules cannot, regs_get_register(); its arguments are in
 * registers 2 to 6.
 */
static inline unsigned long tcpfin_argument(struct pt_regs *regs, unsigned int n)
{
#ifdef CONFIG_S390
	return regs->gprs[2 + n];
#else
	return regs_get_kernel_argument(regs, n);
#endif
}

/*
 * tcpfin_softirqs_hold() keeps softirqs from running on top of a probe's
 * handler when an interrupt returns. tcpfin_softirqs_release() allows them
 * again, but does not run those that are pending; its argument is what the
 * first returned: whether softirqs had to be held at all.
 *
 * They need not be if bottom halves are off already, nor if interrupts are.
 * Interrupts are off where a probe is a breakpoint (int3), not a call from
 * ftrace; the kernel counts a breakpoint as a hard interrupt, in which these
 * functions warn. On PREEMPT_RT softirqs run in threads and never on top of
 * anything; the calls would take sleeping locks, and _local_bh_enable() does
 * not exist.
 */
static inline bool tcpfin_softirqs_hold(void)
{
#ifndef CONFIG_PREEMPT_RT
	if (!in_softirq() && !irqs_disabled()) {
		local_bh_disable();
		return true;
	}
#endif
	return false;
}

static inline void tcpfin_softirqs_release(bool held)
{
#ifndef CONFIG_PREEMPT_RT
	if (!held)
		return;
#ifdef CONFIG_TRACE_IRQFLAGS
	{
		unsigned long flags;

		/* _local_bh_enable() wants interrupts off. */
		local_irq_save(flags);
		_local_bh_enable();
		local_irq_restore(flags);
	}
#else
	preempt_count_sub(SOFTIRQ_DISABLE_OFFSET);
#endif
#endif
}

/*
 * Since 6.3 vm_flags is const, and vm_flags_set() and vm_flags_clear() change
 * it, which assert that the mmap lock is held for writing. Older kernels lack
 * these functions and change the field directly, unless they were given them
 * later, as RHEL 9.5's 5.14 was. Kbuild looks for the function in linux/mm.h.
 */
static inline void tcpfin_vm_flags_clear(struct vm_area_struct *vma,
					 unsigned long flags)
{
#ifdef TCPFIN_HAS_VM_FLAGS_CLEAR
	vm_flags_clear(vma, flags);
#else
	vma->vm_flags &= ~flags;
#endif
}

/*
 * Where a network namespace counts TCP's mini-sockets: struct
 * inet_timewait_death_row. struct netns_ipv4 has a pointer to it from 5.18 to
 * 6.0, and otherwise contains it.
 */
#define tcpfin_death_row(net)						\
	((const struct inet_timewait_death_row *)			\
	 __builtin_choose_expr(__same_type((net)->ipv4.tcp_death_row,	\
					   struct inet_timewait_death_row), \
			       &(net)->ipv4.tcp_death_row,		\
			       (net)->ipv4.tcp_death_row))

/*
 * How many mini-sockets a namespace has. Up to 5.17 the kernel has a plain
 * counter, later a reference count, one of which is the namespace's own. Kbuild
 * looks for the latter in net/netns/ipv4.h.
 */
static inline s64 tcpfin_twsk_count(struct net *net)
{
#ifdef TCPFIN_HAS_TW_REFCOUNT
	return refcount_read(&tcpfin_death_row(net)->tw_refcount) - 1;
#else
	return atomic_read(&tcpfin_death_row(net)->tw_count);
#endif
}

/*
 * tcp_timewait_state_process() got a fourth argument in 6.10, where to put the
 * initial sequence number, and later a fifth, where to put why the packet is
 * dropped. The probe reads only the first three, so any known signature will
 * do. enum skb_drop_reason was added in 5.17.
 */
enum skb_drop_reason;
typedef enum tcp_tw_status tcpfin_timewait_3_t(struct inet_timewait_sock *,
					       struct sk_buff *,
					       const struct tcphdr *);
typedef enum tcp_tw_status tcpfin_timewait_4_t(struct inet_timewait_sock *,
					       struct sk_buff *,
					       const struct tcphdr *, u32 *);
typedef enum tcp_tw_status tcpfin_timewait_5_t(struct inet_timewait_sock *,
					       struct sk_buff *,
					       const struct tcphdr *, u32 *,
					       enum skb_drop_reason *);
#define tcpfin_timewait_signature_known()				\
	(__same_type(tcp_timewait_state_process, tcpfin_timewait_3_t) ||	\
	 __same_type(tcp_timewait_state_process, tcpfin_timewait_4_t) ||	\
	 __same_type(tcp_timewait_state_process, tcpfin_timewait_5_t))

/*
 * The tracepoint tcp:tcp_retransmit_skb got a third argument between 6.12 and
 * 7.2, the error with which the segment was not sent, and is since then called
 * for these, too; before, only for segments that were sent. A handler must have the exact type:
 * kCFI checks it. check_trace_callback_type_...(), which the kernel's header
 * defines for each tracepoint, takes a handler.
 */
typedef void tcpfin_retransmit_2_t(void *, const struct sock *,
				   const struct sk_buff *);
typedef void tcpfin_retransmit_3_t(void *, const struct sock *,
				   const struct sk_buff *, int);
#define tcpfin_retransmit_takes(type)					\
	__same_type(check_trace_callback_type_tcp_retransmit_skb,	\
		    void(type *))
#define tcpfin_retransmit_signature_known()				\
	(tcpfin_retransmit_takes(tcpfin_retransmit_2_t) ||		\
	 tcpfin_retransmit_takes(tcpfin_retransmit_3_t))
#define tcpfin_retransmit_choose(without_err, with_err)			\
	__builtin_choose_expr(tcpfin_retransmit_takes(tcpfin_retransmit_3_t), \
			      with_err, without_err)

#endif /* TCPFIN_COMPAT_H */
