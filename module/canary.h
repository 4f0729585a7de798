/* SPDX-License-Identifier: GPL-2.0 */
/* A function of our own, probed to see whether probes are called at all. */
#ifndef TCPFIN_CANARY_H
#define TCPFIN_CANARY_H

#include <linux/kprobes.h>
#include <linux/types.h>

#define TCPFIN_CANARY	"tcpfin_canary"

void tcpfin_canary(bool *alive);
int tcpfin_on_canary(struct kprobe *kp, struct pt_regs *regs);
bool tcpfin_canary_lives(void);

#endif /* TCPFIN_CANARY_H */
