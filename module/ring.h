/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The rings: flight recorders, each of one CPU, in one mappable area. ring.c
 * tells how writers and readers work together, ring_cpus.c which CPU has which.
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
 * @ring: the heads
 * @data: the records, ring after ring
 * @records: number of records in one ring, a power of two
 * @count: number of rings, spare ones included
 */
struct tcpfin_rings {
	struct tcpfin_ring *ring;
	struct tcpfin_event *data;
	u64 records;
	unsigned int count;
};

extern struct tcpfin_rings tcpfin_rings;

/**
 * struct tcpfin_writer - where a CPU writes its records
 * @head: number of records begun; the __u64 of the ABI
 * @data: the records
 * @mask: number of records at @data, minus one
 *
 * Of a CPU without a ring, see ring_cpus.c, @head counts lost records, and @data
 * is a single record that nobody reads.
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

/* ring_cpus.c: which CPU has which ring */
unsigned int tcpfin_ring_count_wanted(void);
int tcpfin_ring_cpus_init(void);
void tcpfin_ring_cpus_exit(void);
unsigned int tcpfin_ring_count_used(void);
u64 tcpfin_ring_count_lost(void);

/* ring.c: the reader's half */
u64 tcpfin_ring_head(unsigned int ring);
u64 tcpfin_ring_oldest(unsigned int ring);
u64 tcpfin_ring_after(unsigned int ring, u64 n);
enum tcpfin_copy tcpfin_ring_copy(unsigned int ring, u64 n,
				  struct tcpfin_event *to);

/**
 * tcpfin_ring_slot() - find where a record lives
 * @ring: below tcpfin_rings.count
 * @n: the record's number
 *
 * Return: the record's slot. All numbers that are a multiple of the ring's size
 *	away share it.
 */
static inline struct tcpfin_event *tcpfin_ring_slot(unsigned int ring, u64 n)
{
	return &tcpfin_rings.data[ring * tcpfin_rings.records +
				  (n & (tcpfin_rings.records - 1))];
}

/**
 * tcpfin_ring_begin() - reserve this CPU's next record
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
