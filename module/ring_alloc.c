// SPDX-License-Identifier: GPL-2.0
/*
 * The memory of header, heads and records, and the header's fields.
 *
 * All are in one vmalloc area, so that one mmap() shows them. The pages of a
 * mapping are reference-counted and outlive the area.
 */
#include <linux/atomic.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/utsname.h>
#include <linux/vmalloc.h>

#include "ring.h"
#include "test.h"

/* Most bytes for the records of all rings, if no size is asked for */
#define BYTES_DEFAULT	(64ULL << 20)

static struct tcpfin_header *header;

/* As many records as fit, within limits: a ring of few loses much. */
static unsigned int default_size(void)
{
	u64 fit = BYTES_DEFAULT / sizeof(struct tcpfin_event) /
		  tcpfin_rings.count;

	if (fit < TCPFIN_RECORDS_DEFAULT_MIN)
		return TCPFIN_RECORDS_DEFAULT_MIN;
	if (fit > TCPFIN_RECORDS_DEFAULT_MAX)
		return TCPFIN_RECORDS_DEFAULT_MAX;
	return rounddown_pow_of_two(fit);
}

static void fill_header(u64 rings_offset, u64 data_offset, u64 bytes)
{
	memcpy(header->magic, TCPFIN_MAGIC, sizeof(header->magic));
	header->abi = TCPFIN_ABI;
	header->header_size = sizeof(*header);
	header->record_size = sizeof(struct tcpfin_event);
	header->records = tcpfin_rings.records;
	header->rings = tcpfin_rings.count;
	header->rings_offset = rings_offset;
	header->data_offset = data_offset;
	header->size = bytes;
	strscpy(header->version, TCPFIN_VERSION, sizeof(header->version));
	strscpy(header->kernel, init_utsname()->release,
		sizeof(header->kernel));
}

/**
 * tcpfin_ring_init() - allocate the rings and fill in the header's geometry
 * @size: records per ring, a power of two; 0 for the default
 *
 * Context: process, while the module is being loaded: tcpfin_rings is read-only
 *	afterwards.
 * Return: 0 or a negative errno: -ENOMEM if there is no room for
 *	tcpfin_rings.count rings of tcpfin_rings.records records.
 */
int tcpfin_ring_init(unsigned int size)
{
	u64 rings_offset = sizeof(*header);
	u64 data_offset, bytes;
	int err;

	tcpfin_rings.count = tcpfin_ring_count_wanted();
	tcpfin_rings.records = size ? size : default_size();
	rings_offset = ALIGN(rings_offset, sizeof(struct tcpfin_ring));
	data_offset = PAGE_ALIGN(rings_offset + tcpfin_rings.count *
						sizeof(struct tcpfin_ring));
	bytes = PAGE_ALIGN(data_offset +
			   tcpfin_rings.count * tcpfin_rings.records *
				sizeof(struct tcpfin_event));

	/* Otherwise vmalloc would kill processes rather than fail. */
	if (bytes >> PAGE_SHIFT > si_mem_available())
		return -ENOMEM;
	header = vmalloc_user(bytes);
	if (!header)
		return -ENOMEM;

	fill_header(rings_offset, data_offset, bytes);
	tcpfin_rings.ring = (void *)header + rings_offset;
	tcpfin_rings.data = (void *)header + data_offset;
	tcpfin_test_fill_rings();
	err = tcpfin_ring_cpus_init();
	if (err)
		vfree(header);
	return err;
}

/**
 * tcpfin_ring_exit() - free the rings
 *
 * Context: process, with no writer and no file operation under way. Mappings
 *	stay valid, since they hold their pages.
 */
void tcpfin_ring_exit(void)
{
	tcpfin_ring_cpus_exit();
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
