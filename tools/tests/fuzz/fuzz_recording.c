// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzes recordings: reads the input to the end as it is; with right checksums, which no
 * fuzzer guesses; and after a valid first block, with right lengths as well. That block
 * is in one of the forms that are read; where the input has its first checksum, which is
 * not needed, it selects the form.
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "require.h"
#include "source/merge.h"
#include "source/recording_read.h"
#include "source/recording_write.h"

/* Bits of a form: of ABI 3, of the other byte order */
#define OLD	1
#define SWAPPED	2

/* Bytes of the module's header in ABI 3 */
#define HEADER_3	2344

/* Uses the bytes read, so that the compiler does not drop the reads. */
static volatile uint64_t seen;

static void read_all(struct source *src)
{
	struct sysctl list[SYSCTLS];
	const char *path;
	uint64_t sum = 0;
	struct item item;

	do {
		source_next(src, &item);
		if (item.type == ITEM_EVENT) {
			path = source_cgroup(src, 0, item.event->cgroup);
			sum += item.event->detail + item.event->seq +
			       (path ? strlen(path) : 0);
		}
		if (item.type == ITEM_IDLE)
			abort();
	} while (item.type != ITEM_END);
	sum += source_now(src) + src->header.unmatched;
	require_plain(src->fault, strlen(src->fault), false);
	require_plain(source_host_name(src, 0),
		      strlen(source_host_name(src, 0)), false);
	source_sysctls(src, list);
	seen = sum + strlen(list[0].value);
}

static struct source *open_bytes(const uint8_t *data, size_t size)
{
	int fd = memfd_create("recording", MFD_CLOEXEC);
	char why[ERROR_LINE_MAX];
	struct source *src;

	if (fd < 0 || write(fd, data, size) != (ssize_t)size ||
	    lseek(fd, 0, SEEK_SET))
		abort();
	src = recording_open_fd(fd, "\033fuzz", -1, why);
	if (!src)
		require_plain(why, strlen(why), false);
	return src;
}

/* Read the bytes alone, and merged with themselves. */
static void try_bytes(const uint8_t *data, size_t size)
{
	struct source *list[2] = { open_bytes(data, size) };

	if (!list[0])
		return;
	read_all(list[0]);
	source_close(list[0]);
	list[0] = open_bytes(data, size);
	list[1] = open_bytes(data, size);
	list[0] = merge_open(list, 2, -1);
	if (!list[0])
		abort();
	read_all(list[0]);
	source_close(list[0]);
}

static uint32_t ordered(uint32_t value, bool swapped)
{
	return swapped ? __builtin_bswap32(value) : value;
}

/* Set checksums and numbers right, so that blocks are parsed. */
static void repair(uint8_t *data, size_t size)
{
	size_t at = sizeof(struct rec_start);
	struct rec_block *block;
	uint32_t number, length;
	bool swapped;

	swapped = size >= at && ((const struct rec_start *)data)->order ==
				__builtin_bswap32(REC_ORDER);
	for (number = 0; at + sizeof(*block) <= size; number++) {
		block = (void *)(data + at);
		length = ordered(block->length, swapped);
		at += sizeof(*block);
		if (length % 8 || length > size - at)
			return;
		block->number = ordered(number, swapped);
		block->crc = ordered(rec_crc_of(block, block + 1, length), swapped);
		at += length;
	}
}

/* The right length of a block, or a wrong one. */
static uint32_t length_of(const struct rec_block *block, bool old)
{
	const uint32_t lengths[9] = {
		[REC_LOST] = sizeof(struct rec_gap),
		[REC_MISSED] = sizeof(struct rec_gap),
		[REC_MODULE] = old ? HEADER_3 : sizeof(struct tcpfin_header),
		[REC_END] = sizeof(struct rec_end),
		[REC_TIME] = sizeof(struct rec_time),
		[REC_LEFT_OUT] = sizeof(struct rec_left_out),
	};

	if (block->type == REC_EVENTS && !block->reserved)
		return block->count % 16 * (uint32_t)sizeof(struct rec_event);
	if (block->type < 9 && lengths[block->type] && !block->reserved)
		return lengths[block->type];
	return block->length % 512 / 8 * 8;
}

/* Set lengths so that blocks follow each other. */
static void measure(uint8_t *data, size_t size, unsigned int form)
{
	bool swapped = form & SWAPPED;
	struct rec_block *block, head;
	size_t at = 0;

	while (at + sizeof(*block) <= size) {
		block = (void *)(data + at);
		at += sizeof(*block);
		head.type = ordered(block->type, swapped) % 10;
		head.length = ordered(block->length, swapped);
		head.count = ordered(block->count, swapped);
		head.reserved = block->reserved;
		head.length = length_of(&head, form & OLD);
		block->type = ordered(head.type, swapped);
		block->length = ordered(head.length, swapped);
		if (head.length > size - at)
			return;
		at += head.length;
	}
}

/* Read two parts of a recording with a missing part between them. */
static void try_parts(uint8_t *data, size_t size)
{
	const size_t at = sizeof(struct rec_start) + sizeof(struct rec_block) +
			  offsetof(struct rec_info, part);
	struct source *list[2] = { open_bytes(data, size) };

	if (!list[0])
		return;
	data[at] ^= 2;
	repair(data, size);
	list[1] = open_bytes(data, size);
	if (!list[1])
		abort();
	if (recording_join(list, 2) == 2)
		source_close(list[1]);
	read_all(list[0]);
	source_close(list[0]);
}

/* The beginning of a recording of 4 rings, with its first block. */
struct beginning {
	struct rec_start start;
	struct rec_block block;
	struct rec_info info;
};

static struct beginning begin(void)
{
	static struct beginning b;
	struct tcpfin_header *h = &b.info.module;

	memcpy(b.start.magic, REC_MAGIC, sizeof(b.start.magic));
	b.start.order = REC_ORDER;
	b.start.version = REC_VERSION;
	b.block.type = REC_INFO;
	b.block.length = sizeof(b.info);
	b.block.count = 1;
	b.info.record_size = sizeof(struct rec_event);
	b.info.start_ns = 1;
	b.info.boot_id[0] = 'b';
	memcpy(h->magic, TCPFIN_MAGIC, sizeof(h->magic));
	h->abi = TCPFIN_ABI;
	h->header_size = sizeof(*h);
	h->record_size = sizeof(struct tcpfin_event);
	h->records = TCPFIN_RECORDS_MIN;
	h->rings = 4;
	h->rings_offset = 4096;
	h->data_offset = 8192;
	h->size = 1 << 20;
	return b;
}

static void swap_beginning(struct beginning *b)
{
	struct tcpfin_header *h = &b->info.module;
	uint32_t *const words[] = {
		&b->start.order, &b->start.version, &b->block.type, &b->block.length,
		&b->block.count, &b->info.record_size, &h->abi, &h->header_size,
		&h->record_size, &h->records, &h->rings,
	};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		*words[i] = __builtin_bswap32(*words[i]);
	b->info.start_ns = __builtin_bswap64(b->info.start_ns);
	h->rings_offset = __builtin_bswap64(h->rings_offset);
	h->data_offset = __builtin_bswap64(h->data_offset);
	h->size = __builtin_bswap64(h->size);
}

/* Write a recording in a form: a beginning, then the input. Return its bytes. */
static size_t begin_with(uint8_t *to, unsigned int form, const uint8_t *data, size_t size)
{
	struct beginning b = begin();
	size_t length = sizeof(b);

	if (form & OLD) {
		/* Names and probes are empty: the end of the header is all it lacks. */
		length -= sizeof(b.info.module) - HEADER_3;
		b.block.length = (uint32_t)(sizeof(b.info) - (sizeof(b) - length));
		b.info.module.abi = 3;
		b.info.module.header_size = HEADER_3;
	}
	if (form & SWAPPED)
		swap_beginning(&b);
	memcpy(to, &b, length);
	memcpy(to + length, data, size);
	measure(to + length, size, form);
	repair(to, length + size);
	return length + size;
}

/* Merge recordings of two forms, or join them if they are parts of one. */
static void try_mixed(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size)
{
	struct source *list[2] = { open_bytes(a, a_size), open_bytes(b, b_size) };

	if (!list[0] || !list[1])
		abort();
	if (recording_join(list, 2) == 2)
		list[0] = merge_open(list, 2, -1);
	if (!list[0])
		abort();
	read_all(list[0]);
	source_close(list[0]);
}

static void try_all(uint8_t *data, size_t size)
{
	try_bytes(data, size);
	repair(data, size);
	try_bytes(data, size);
	try_parts(data, size);
}

/* Which form the input selects */
static unsigned int form_of(const uint8_t *data, size_t size)
{
	const size_t at = offsetof(struct rec_block, crc);

	return size > at ? data[at] % 4 : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(sizeof(struct beginning) + size);
	uint8_t *other = malloc(sizeof(struct beginning) + size);
	unsigned int form = form_of(data, size);
	size_t copy_size, other_size;

	if (!copy || !other)
		abort();
	memcpy(copy, data, size);
	try_all(copy, size);
	copy_size = begin_with(copy, form, data, size);
	try_bytes(copy, copy_size);
	other_size = begin_with(other, form ^ OLD, data, size);
	try_mixed(copy, copy_size, other, other_size);
	try_parts(copy, copy_size);
	/* Now it is another part. */
	try_mixed(copy, copy_size, other, other_size);
	free(other);
	free(copy);
	return 0;
}
