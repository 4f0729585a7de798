/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The rings: one flight recorder for each CPU, in one mappable area. ring.c
 * tells how writers and readers work together.
 */
#ifndef TCPFIN_RING_H
#define TCPFIN_RING_H

#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/percpu.h>
#include <asm/barrier.h>
#include <asm/local64.h>

#include "tcpfin.h"

#define TCPFIN_EVENT_WORDS	(sizeof(struct tcpfin_event) / sizeof(u64))

/**
 * struct tcpfin_rings - where the rings are
 * @ring: the heads, one for each CPU
 * @data: the records, ring after ring
 * @records: number of records in one ring, a power of two
 */
struct tcpfin_rings {
	struct tcpfin_ring *ring;
	struct tcpfin_event *data;
	u64 records;
};

extern struct tcpfin_rings tcpfin_rings;

/**
 * struct tcpfin_writer - one CPU's ring, as its writer needs it
 * @head: number of records begun; the __u64 of the ABI
 * @data: the records
 * @mask: number of records in the ring, minus one
 */
struct tcpfin_writer {
	local64_t *head;
	struct tcpfin_event *data;
	u64 mask;
};

DECLARE_PER_CPU(struct tcpfin_writer, tcpfin_writer);

/**
 * enum tcpfin_copy - result of tcpfin_ring_copy()
 * @TCPFIN_COPY_WHOLE: the record was copied
 * @TCPFIN_COPY_LOST: the record was overwritten, before or during the copy
 * @TCPFIN_COPY_PENDING: the record has not been written yet, or is being
 *	written
 */
enum tcpfin_copy {
	TCPFIN_COPY_WHOLE,
	TCPFIN_COPY_LOST,
	TCPFIN_COPY_PENDING,
};

/* ring_alloc.c: the memory, and the header in front of the rings */
int tcpfin_ring_init(unsigned int records);
void tcpfin_ring_exit(void);
struct tcpfin_header *tcpfin_ring_header(void);
void tcpfin_ring_count_unmatched(void);

/* ring.c: the reader's half */
u64 tcpfin_ring_head(unsigned int cpu);
u64 tcpfin_ring_oldest(unsigned int cpu);
u64 tcpfin_ring_after(unsigned int cpu, u64 n);
enum tcpfin_copy tcpfin_ring_copy(unsigned int cpu, u64 n,
				  struct tcpfin_event *to);

/**
 * tcpfin_ring_slot() - find where a record lives
 * @cpu: below nr_cpu_ids
 * @n: the record's number
 *
 * Return: the record's slot. All numbers that are a multiple of the ring's size
 *	away share it.
 */
static inline struct tcpfin_event *tcpfin_ring_slot(unsigned int cpu, u64 n)
{
	return &tcpfin_rings.data[cpu * tcpfin_rings.records +
				  (n & (tcpfin_rings.records - 1))];
}

/**
 * tcpfin_ring_begin() - reserve the next record of this CPU's ring
 * @seq: receives the number for tcpfin_ring_commit()
 *
 * Context: any but NMI, preemption off until the commit. Interrupts may nest.
 * Return: the record, of which the caller writes every word but seq. Never
 *	NULL: the oldest record is overwritten.
 */
static inline struct tcpfin_event *tcpfin_ring_begin(u64 *seq)
{
	struct tcpfin_writer *writer = this_cpu_ptr(&tcpfin_writer);
	struct tcpfin_event *event;
	u64 n = local64_inc_return(writer->head);

	event = &writer->data[(n - 1) & writer->mask];
	WRITE_ONCE(event->seq, 0);
	smp_wmb();	/* A */
	*seq = n;
	return event;
}

/**
 * tcpfin_ring_commit() - publish a record
 * @event: from tcpfin_ring_begin(), filled
 * @seq: from tcpfin_ring_begin()
 *
 * Context: that of tcpfin_ring_begin().
 */
static inline void tcpfin_ring_commit(struct tcpfin_event *event, u64 seq)
{
	smp_store_release(&event->seq, seq);	/* B */
}

#endif /* TCPFIN_RING_H */
