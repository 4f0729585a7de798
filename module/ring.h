/* SPDX-License-Identifier: GPL-2.0 */
/* The rings: one flight recorder for each CPU, in one mappable area. */
#ifndef TCPFIN_RING_H
#define TCPFIN_RING_H

#include "tcpfin.h"

/**
 * enum tcpfin_copy - what tcpfin_ring_copy() found
 * @TCPFIN_COPY_WHOLE: the record
 * @TCPFIN_COPY_LOST: it was overwritten, before or during the copy
 * @TCPFIN_COPY_PENDING: it has not been written yet, or is being written
 */
enum tcpfin_copy {
	TCPFIN_COPY_WHOLE,
	TCPFIN_COPY_LOST,
	TCPFIN_COPY_PENDING,
};

int tcpfin_ring_init(unsigned int records);
void tcpfin_ring_exit(void);
struct tcpfin_header *tcpfin_ring_header(void);

struct tcpfin_event *tcpfin_ring_begin(u64 *seq);
void tcpfin_ring_commit(struct tcpfin_event *event, u64 seq);

void tcpfin_ring_unmatched(void);

u64 tcpfin_ring_head(unsigned int cpu);
u64 tcpfin_ring_oldest(unsigned int cpu);
enum tcpfin_copy tcpfin_ring_copy(unsigned int cpu, u64 n,
				  struct tcpfin_event *to);

#endif /* TCPFIN_RING_H */
