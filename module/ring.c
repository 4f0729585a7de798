// SPDX-License-Identifier: GPL-2.0
/*
 * The rings: per-CPU flight recorders that overwrite their oldest record.
 *
 * One writer per ring, its CPU. It reserves a record with one CPU-local atomic
 * increment of the ring's head, marks the slot as being written (seq = 0),
 * fills it, and publishes it by storing the record's number plus one to seq.
 * It takes no lock and never waits. An interrupt that nests in it takes the
 * next slot and may publish before the outer writer does; each slot stands for
 * itself, so that does no harm.
 *
 * Readers never write. A record is believed only if seq was the expected number
 * before and after the copy. The barriers are
 *
 *	writer			reader
 *	seq = 0			acquire seq		(C)
 *	smp_wmb()	(A)	copy
 *	fill			smp_rmb()		(D)
 *	release seq	(B)	read seq again
 *
 * B with C: a reader that sees the number sees the whole record.
 * A with D: a reader whose copy holds anything of a later record sees, at its
 * second look, seq = 0 or that later record's number.
 *
 * Header, heads and records lie in one vmalloc area, so that one mmap() shows
 * them all; the pages of a mapping are reference-counted and outlive the area.
 */
#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/utsname.h>
#include <linux/vmalloc.h>
#include <asm/barrier.h>
#include <asm/local64.h>

#include "ring.h"

static struct tcpfin_header *header;
static struct tcpfin_ring *rings;
static struct tcpfin_event *data;
static u64 records;		/* of one ring, a power of two */

/**
 * tcpfin_ring_init() - allocate the rings and fill in the header's geometry
 * @size: records per ring, a power of two
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int tcpfin_ring_init(unsigned int size)
{
	u64 rings_offset = sizeof(*header);
	u64 data_offset, bytes;

	rings_offset = ALIGN(rings_offset, sizeof(struct tcpfin_ring));
	data_offset = PAGE_ALIGN(rings_offset +
				 (u64)nr_cpu_ids * sizeof(struct tcpfin_ring));
	bytes = PAGE_ALIGN(data_offset + (u64)nr_cpu_ids * size *
			   sizeof(struct tcpfin_event));

	/* Else vmalloc would rather kill processes than fail. */
	if (bytes >> PAGE_SHIFT > si_mem_available())
		return -ENOMEM;
	header = vmalloc_user(bytes);
	if (!header)
		return -ENOMEM;

	rings = (void *)header + rings_offset;
	data = (void *)header + data_offset;
	records = size;

	memcpy(header->magic, TCPFIN_MAGIC, sizeof(header->magic));
	header->abi = TCPFIN_ABI;
	header->header_size = sizeof(*header);
	header->record_size = sizeof(struct tcpfin_event);
	header->records = size;
	header->rings = nr_cpu_ids;
	header->rings_offset = rings_offset;
	header->data_offset = data_offset;
	header->size = bytes;
	strscpy(header->version, TCPFIN_VERSION, sizeof(header->version));
	strscpy(header->kernel, init_utsname()->release,
		sizeof(header->kernel));
	return 0;
}

/**
 * tcpfin_ring_exit() - free the rings
 *
 * Context: process, with no writer and no file operation under way. Mappings
 *	stay valid, since they hold their pages.
 */
void tcpfin_ring_exit(void)
{
	vfree(header);
}

/**
 * tcpfin_ring_header() - where the mappable area starts
 *
 * Return: the header.
 */
struct tcpfin_header *tcpfin_ring_header(void)
{
	return header;
}

/**
 * tcpfin_ring_begin() - reserve the next record of this CPU's ring
 * @seq: receives what tcpfin_ring_commit() wants back
 *
 * Context: any but NMI, preemption off until the commit. Interrupts may nest.
 * Return: the record, cleared. Never fails: the oldest record makes room.
 */
struct tcpfin_event *tcpfin_ring_begin(u64 *seq)
{
	unsigned int cpu = smp_processor_id();
	struct tcpfin_event *event;
	u64 n;

	/*
	 * The head is a plain __u64 in the ABI; local64_t is one long, and
	 * only its atomicity against interrupts of this CPU is wanted here.
	 */
	BUILD_BUG_ON(sizeof(local64_t) != sizeof(rings->head));
	n = local64_inc_return((local64_t *)&rings[cpu].head);
	event = &data[cpu * records + ((n - 1) & (records - 1))];

	WRITE_ONCE(event->seq, 0);
	smp_wmb();	/* A */
	memset((void *)event + sizeof(event->seq), 0,
	       sizeof(*event) - sizeof(event->seq));
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
void tcpfin_ring_commit(struct tcpfin_event *event, u64 seq)
{
	smp_store_release(&event->seq, seq);	/* B */
}

/**
 * tcpfin_ring_unmatched() - count a fact that could not be put together
 *
 * Context: any but NMI.
 */
void tcpfin_ring_unmatched(void)
{
	BUILD_BUG_ON(sizeof(atomic64_t) != sizeof(header->unmatched));
	atomic64_inc((atomic64_t *)&header->unmatched);
}

/**
 * tcpfin_ring_head() - count the records of a ring
 * @cpu: below nr_cpu_ids
 *
 * Return: how many were begun.
 */
u64 tcpfin_ring_head(unsigned int cpu)
{
	return READ_ONCE(rings[cpu].head);
}

/**
 * tcpfin_ring_oldest() - find the oldest record that a ring still holds
 * @cpu: below nr_cpu_ids
 *
 * Return: its number. It may be overwritten before it is read.
 */
u64 tcpfin_ring_oldest(unsigned int cpu)
{
	u64 head = tcpfin_ring_head(cpu);

	return head > records ? head - records : 0;
}

/**
 * tcpfin_ring_copy() - copy one record if it is whole
 * @cpu: below nr_cpu_ids
 * @n: the record's number
 * @to: where to; holds rubbish unless TCPFIN_COPY_WHOLE is returned
 *
 * Return: enum tcpfin_copy.
 */
enum tcpfin_copy tcpfin_ring_copy(unsigned int cpu, u64 n,
				  struct tcpfin_event *to)
{
	struct tcpfin_event *event = &data[cpu * records + (n & (records - 1))];
	u64 seq = smp_load_acquire(&event->seq);	/* C */

	if (seq == n + 1) {
		/* May race with the writer; the second look decides. */
		data_race(memcpy(to, event, sizeof(*to)));
		smp_rmb();	/* D */
		if (READ_ONCE(event->seq) == n + 1)
			return TCPFIN_COPY_WHOLE;
		return TCPFIN_COPY_LOST;
	}
	if (seq > n + 1 || tcpfin_ring_head(cpu) > n + records)
		return TCPFIN_COPY_LOST;
	return TCPFIN_COPY_PENDING;
}
