/* SPDX-License-Identifier: GPL-2.0 */
/* /proc/tcpfin: read, mmap and poll. */
#ifndef TCPFIN_PROCFILE_H
#define TCPFIN_PROCFILE_H

#include <linux/compiler.h>
#include <asm/barrier.h>

int tcpfin_procfile_init(void);
void tcpfin_procfile_exit(void);
void tcpfin_procfile_wake_now(void);

/*
 * Somebody waits. Set by poll() before it looks at the heads, read by writers
 * after they have published: each has a full barrier in between, so that one of
 * the two sees the other.
 */
extern int tcpfin_procfile_armed;

/**
 * tcpfin_procfile_wake() - tell waiting readers of a new record
 *
 * Context: any but NMI, after tcpfin_ring_commit().
 */
static inline void tcpfin_procfile_wake(void)
{
	smp_mb();	/* Pairs with the one in tcpfin_poll(). */
	if (unlikely(READ_ONCE(tcpfin_procfile_armed)))
		tcpfin_procfile_wake_now();
}

#endif /* TCPFIN_PROCFILE_H */
