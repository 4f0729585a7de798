// SPDX-License-Identifier: GPL-2.0
/*
 * A function of our own, probed to see whether probes are called at all.
 *
 * An administrator can switch off all kprobes at run time, by
 * /sys/kernel/debug/kprobes/enabled, and those that ftrace calls by
 * kernel.ftrace_enabled. The kernel notifies nobody, and a probe that is
 * switched off looks like any other. So the module calls a probed function and
 * checks that its handler ran, which detects every such switch, known or not.
 */
#include <linux/compiler.h>

#include "canary.h"
#include "compat.h"

/**
 * tcpfin_canary() - do nothing but be probed
 * @alive: set to true by the probe's handler
 */
noinline __noclone void tcpfin_canary(bool *alive)
{
	/* Keeps the compiler from removing the call or its argument. */
	asm volatile("" : : "r" (alive) : "memory");
}

int tcpfin_on_canary(struct kprobe *kp, struct pt_regs *regs)
{
	bool *alive = (bool *)tcpfin_argument(regs, 0);

	*alive = true;
	return 0;
}

/**
 * tcpfin_canary_lives() - are probes called?
 *
 * Context: process, not inside a probe's handler: the kernel does not call a
 *	probe on top of another one.
 * Return: true if the canary's handler was called.
 */
bool tcpfin_canary_lives(void)
{
	bool alive = false;

	tcpfin_canary(&alive);
	return alive;
}
