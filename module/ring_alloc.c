// SPDX-License-Identifier: GPL-2.0
/*
 * The memory of header, heads and records, and the header's fields.
 *
 * All are in one vmalloc area, so that one mmap() shows them. The pages of a
 * mapping are reference-counted and outlive the area.
 */
#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/string.h>
#include <linux/utsname.h>
#include <linux/vmalloc.h>

#include "ring.h"
#include "test.h"

static struct tcpfin_header *header;

static void fill_header(unsigned int size, u64 rings_offset, u64 data_offset,
			u64 bytes)
{
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
}

/**
 * tcpfin_ring_init() - allocate the rings and fill in the header's geometry
 * @size: records per ring, a power of two
 *
 * Context: process, while the module is being loaded: tcpfin_rings is read-only
 *	afterwards.
 * Return: 0 or -ENOMEM.
 */
int tcpfin_ring_init(unsigned int size)
{
	u64 rings_offset = sizeof(*header);
	struct tcpfin_writer *writer;
	u64 data_offset, bytes;
	unsigned int cpu;

	BUILD_BUG_ON(sizeof(local64_t) != sizeof(tcpfin_rings.ring->head));
	rings_offset = ALIGN(rings_offset, sizeof(struct tcpfin_ring));
	data_offset = PAGE_ALIGN(rings_offset +
				 (u64)nr_cpu_ids * sizeof(struct tcpfin_ring));
	bytes = PAGE_ALIGN(data_offset + (u64)nr_cpu_ids * size *
			   sizeof(struct tcpfin_event));

	/* Otherwise vmalloc would kill processes rather than fail. */
	if (bytes >> PAGE_SHIFT > si_mem_available())
		return -ENOMEM;
	header = vmalloc_user(bytes);
	if (!header)
		return -ENOMEM;

	fill_header(size, rings_offset, data_offset, bytes);
	tcpfin_rings.ring = (void *)header + rings_offset;
	tcpfin_rings.data = (void *)header + data_offset;
	tcpfin_rings.records = size;
	for_each_possible_cpu(cpu) {
		writer = per_cpu_ptr(&tcpfin_writer, cpu);
		/* Atomic only against interrupts on its own CPU. */
		tcpfin_rings.ring[cpu].cpu = cpu;
		tcpfin_rings.ring[cpu].used = 1;
		writer->head = (local64_t *)&tcpfin_rings.ring[cpu].head;
		writer->data = tcpfin_ring_slot(cpu, 0);
		writer->mask = size - 1;
	}
	tcpfin_test_fill_rings();
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
 * tcpfin_ring_header() - get the start of the mappable area
 *
 * Return: the header.
 */
struct tcpfin_header *tcpfin_ring_header(void)
{
	return header;
}

/**
 * tcpfin_ring_count_unmatched() - count an event whose first half was not found
 *
 * Context: any but NMI.
 */
void tcpfin_ring_count_unmatched(void)
{
	BUILD_BUG_ON(sizeof(atomic64_t) != sizeof(header->unmatched));
	atomic64_inc((atomic64_t *)&header->unmatched);
}
