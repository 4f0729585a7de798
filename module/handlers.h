/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The handlers of the probes, named after the functions or what they mean.
 *
 * All run with preemption off. Those of kprobes return 0; those at the entry of
 * kretprobes return 0 to have the return handled, too.
 */
#ifndef TCPFIN_HANDLERS_H
#define TCPFIN_HANDLERS_H

#include <linux/kprobes.h>
#include <linux/skbuff.h>
#include <net/sock.h>

/* What a retransmission's return wants to know of its call. */
struct tcpfin_retransmission {
	struct sock *sk;
	struct sk_buff *skb;
};

/* The same for a tail loss probe. */
struct tcpfin_loss_probe {
	struct sock *sk;
	u32 snd_nxt;
};

void tcpfin_full_scope(unsigned int scope);

int tcpfin_on_set_state(struct kprobe *kp, struct pt_regs *regs);
int tcpfin_on_reset(struct kprobe *kp, struct pt_regs *regs);
int tcpfin_on_retransmit(struct kretprobe_instance *instance,
			 struct pt_regs *regs);
int tcpfin_on_retransmitted(struct kretprobe_instance *instance,
			    struct pt_regs *regs);
int tcpfin_on_loss_probe(struct kretprobe_instance *instance,
			 struct pt_regs *regs);
int tcpfin_on_loss_probed(struct kretprobe_instance *instance,
			  struct pt_regs *regs);

int tcpfin_on_timewait_packet(struct kprobe *kp, struct pt_regs *regs);
int tcpfin_on_rearm(struct kprobe *kp, struct pt_regs *regs);
int tcpfin_on_deschedule(struct kprobe *kp, struct pt_regs *regs);
int tcpfin_on_kill(struct kprobe *kp, struct pt_regs *regs);

#endif /* TCPFIN_HANDLERS_H */
