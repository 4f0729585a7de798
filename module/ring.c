// SPDX-License-Identifier: GPL-2.0
/*
 * The rings: per-CPU flight recorders that overwrite their oldest record. The
 * writer's half is in ring.h, to be inlined into the probes' handlers.
 *
 * A ring has one writer, its CPU. The writer reserves a record with one
 * CPU-local atomic increment of the ring's head, marks the slot as being
 * written (seq = 0), fills it, and publishes it by storing the record's number
 * plus one to seq. It takes no lock and never waits. An interrupt that nests in
 * the writer takes the next slot and may publish before the outer writer does.
 * That does no harm, as slots are independent, unless nested interrupts write a
 * whole ring of records and so reach the slot that is being filled. They
 * cannot: kprobes do not fire within each other's handlers, and a ring has at
 * least TCPFIN_RECORDS_MIN records.
 *
 * Readers never write. A reader believes a record only if seq was the expected
 * number before and after the copy. The barriers are
 *
 *	writer			reader
 *	seq = 0			acquire seq		(C)
 *	smp_wmb()	(A)	copy
 *	fill			smp_rmb()		(D)
 *	release seq	(B)	read seq again
 *
 * B with C: a reader that sees the number sees the whole record.
 *
 * A with D: a reader whose copy holds any part of a later record sees, when it
 * reads seq again, 0 or that later record's number.
 */
#include <linux/cache.h>
#include <linux/compiler.h>
#include <asm/barrier.h>

#include "ring.h"

/* Set by tcpfin_ring_init(), before any function is hooked. */
struct tcpfin_rings tcpfin_rings __ro_after_init;
DEFINE_PER_CPU(struct tcpfin_writer, tcpfin_writer);

/**
 * tcpfin_ring_head() - count the records of a ring
 * @ring: below tcpfin_rings.count
 *
 * Return: the number of records begun so far.
 */
u64 tcpfin_ring_head(unsigned int ring)
{
	return READ_ONCE(tcpfin_rings.ring[ring].head);
}

/**
 * tcpfin_ring_oldest() - find the oldest record that a ring still holds
 * @ring: below tcpfin_rings.count
 *
 * Return: the record's number. The record may be overwritten before it is read.
 */
u64 tcpfin_ring_oldest(unsigned int ring)
{
	u64 head = tcpfin_ring_head(ring);

	return head > tcpfin_rings.records ? head - tcpfin_rings.records : 0;
}

/**
 * tcpfin_ring_after() - find where to continue after a lost record
 * @ring: below tcpfin_rings.count
 * @n: number of the lost record
 *
 * Return: the number of the oldest record above @n that the ring still holds.
 *	All records from @n to below that number are lost.
 */
u64 tcpfin_ring_after(unsigned int ring, u64 n)
{
	u64 oldest = tcpfin_ring_oldest(ring);

	return oldest > n ? oldest : n + 1;
}

/* May race with the writer; the second reading of seq decides. */
static void copy_words(struct tcpfin_event *to, const struct tcpfin_event *from)
{
	const u64 *source = (const u64 *)from;
	u64 *target = (u64 *)to;
	unsigned int i;

	for (i = 0; i < TCPFIN_EVENT_WORDS; i++)
		target[i] = READ_ONCE(source[i]);
}

/**
 * tcpfin_ring_copy() - copy one record if it is whole
 * @ring: below tcpfin_rings.count
 * @n: the record's number
 * @to: receives the record; holds garbage unless TCPFIN_COPY_WHOLE is returned
 *
 * Return: enum tcpfin_copy.
 */
enum tcpfin_copy tcpfin_ring_copy(unsigned int ring, u64 n,
				  struct tcpfin_event *to)
{
	struct tcpfin_event *event = tcpfin_ring_slot(ring, n);
	u64 seq = smp_load_acquire(&event->seq);	/* C */

	if (seq == n + 1) {
		copy_words(to, event);
		smp_rmb();	/* D */
		if (READ_ONCE(event->seq) == n + 1)
			return TCPFIN_COPY_WHOLE;
		return TCPFIN_COPY_LOST;
	}
	if (seq > n + 1 || tcpfin_ring_head(ring) > n + tcpfin_rings.records)
		return TCPFIN_COPY_LOST;
	return TCPFIN_COPY_PENDING;
}
