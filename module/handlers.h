/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The handlers of the probes, named after the probed functions or their
 * meaning.
 *
 * Handlers of kprobes run with preemption off and return 0. Entry handlers of
 * kretprobes return 0 to have the function's return handled, 1 to skip it.
 * Handlers of tracepoints turn preemption off themselves: the kernel does not
 * always do so.
 *
 * A handler reads an argument only if the probed function itself cannot do
 * without it: a compiler that sees all callers (LTO, static functions) does not
 * pass what a function does not use, and leaves garbage in that register. So
 * each handler says which use of its arguments guarantees them, in all kernels
 * from 5.10 to 7.2 and in all configurations.
 */
#ifndef TCPFIN_HANDLERS_H
#define TCPFIN_HANDLERS_H

#include <linux/kprobes.h>
#include <linux/skbuff.h>
#include <net/inet_timewait_sock.h>
#include <net/sock.h>

/* What the entry of tcp_timewait_state_process() keeps for its return. */
struct tcpfin_timewait_call {
	struct inet_timewait_sock *tw;
	u64 cookie;
	unsigned long expires;
	u32 ack_seq;
	u32 end_seq;
	u8 substate;
	bool ack;
	bool fin;
	bool syn;
};

void tcpfin_sock_set_scope(unsigned int scope);
void tcpfin_timewait_lacks_kill(void);

int tcpfin_on_set_state(struct kprobe *kp, struct pt_regs *regs);
void tcpfin_on_receive_reset(void *data, struct sock *sk);
void tcpfin_on_retransmit(void *data, const struct sock *sk,
			  const struct sk_buff *skb);
void tcpfin_on_retransmit_err(void *data, const struct sock *sk,
			      const struct sk_buff *skb, int err);

int tcpfin_on_timewait_packet(struct kretprobe_instance *instance,
			      struct pt_regs *regs);
int tcpfin_on_timewait_packet_return(struct kretprobe_instance *instance,
				     struct pt_regs *regs);
int tcpfin_on_deschedule(struct kprobe *kp, struct pt_regs *regs);
int tcpfin_on_kill(struct kprobe *kp, struct pt_regs *regs);
int tcpfin_on_timer(struct kprobe *kp, struct pt_regs *regs);

#endif /* TCPFIN_HANDLERS_H */
