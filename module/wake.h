/* SPDX-License-Identifier: GPL-2.0 */
/* Waiting for records in poll(), and waking those who wait. */
#ifndef TCPFIN_WAKE_H
#define TCPFIN_WAKE_H

#include <linux/compiler.h>
#include <linux/fs.h>
#include <linux/poll.h>
#include <asm/barrier.h>

int tcpfin_wake_init(void);
void tcpfin_wake_exit(void);
void tcpfin_wake_wait(struct file *file, poll_table *wait);
void tcpfin_wake_now(void);

/*
 * Nonzero while a reader may be waiting. A reader sets it before it reads the
 * rings' heads, a writer tests it after it has published a record. Each has a
 * full barrier in between, so either the reader sees the record or the writer
 * sees the flag.
 */
extern int tcpfin_wake_armed;

/**
 * tcpfin_wake() - tell waiting readers of a new record
 *
 * Context: any but NMI, after tcpfin_ring_commit().
 */
static inline void tcpfin_wake(void)
{
	smp_mb();	/* Pairs with the one in tcpfin_wake_wait(). */
	if (unlikely(READ_ONCE(tcpfin_wake_armed)))
		tcpfin_wake_now();
}

#endif /* TCPFIN_WAKE_H */
