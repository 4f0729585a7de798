// SPDX-License-Identifier: GPL-2.0
/*
 * A function of our own, probed to see whether probes are called at all.
 *
 * An administrator can switch every kprobe off at run time, by
 * /sys/kernel/debug/kprobes/enabled, and those that ftrace calls by
 * kernel.ftrace_enabled. The kernel tells nobody, and probes look as before. So
 * this asks for the effect, which no switch that we do not know of escapes.
 */
#include <linux/compiler.h>

#include "canary.h"

/**
 * tcpfin_canary() - do nothing, for its probe to notice
 * @alive: what the probe sets
 */
noinline __noclone void tcpfin_canary(bool *alive)
{
	/* Neither the call nor its argument may be left out. */
	asm volatile("" : : "r" (alive) : "memory");
}

int tcpfin_on_canary(struct kprobe *kp, struct pt_regs *regs)
{
	bool *alive = (bool *)regs_get_kernel_argument(regs, 0);

	*alive = true;
	return 0;
}

/**
 * tcpfin_canary_lives() - are probes called?
 *
 * Context: process, where no handler can be at work below: the kernel would not
 *	call this probe on top of another one.
 * Return: whether the canary's was.
 */
bool tcpfin_canary_lives(void)
{
	bool alive = false;

	tcpfin_canary(&alive);
	return alive;
}
