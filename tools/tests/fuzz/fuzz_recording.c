// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzes recordings: reads the input to the end as it is; with right checksums, which no
 * fuzzer guesses; and after a valid first block, with right lengths as well.
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

/* Uses the bytes read, so that the compiler does not drop the reads. */
static volatile uint64_t seen;

static void read_all(struct source *src)
{
	struct sysctl list[SYSCTLS];
	uint64_t sum = 0;
	struct item item;

	do {
		source_next(src, &item);
		if (item.type == ITEM_EVENT)
			sum += item.event->detail + item.event->seq;
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

/* Set checksums and numbers right, so that blocks are parsed. */
static void repair(uint8_t *data, size_t size)
{
	size_t at = sizeof(struct rec_start);
	struct rec_block *block;
	uint32_t number;

	for (number = 0; at + sizeof(*block) <= size; number++) {
		block = (void *)(data + at);
		at += sizeof(*block);
		if (block->length % 8 || block->length > size - at)
			return;
		block->number = number;
		block->crc = rec_crc(block, block + 1);
		at += block->length;
	}
}

/* The right length of a block, or a wrong one. */
static uint32_t length_of(const struct rec_block *block)
{
	static const uint32_t lengths[9] = {
		[REC_LOST] = sizeof(struct rec_gap),
		[REC_MISSED] = sizeof(struct rec_gap),
		[REC_MODULE] = sizeof(struct tcpfin_header),
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
static void measure(uint8_t *data, size_t size)
{
	struct rec_block *block;
	size_t at = 0;

	while (at + sizeof(*block) <= size) {
		block = (void *)(data + at);
		at += sizeof(*block);
		block->type %= 9;
		block->length = length_of(block);
		if (block->length > size - at)
			return;
		at += block->length;
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
	b.block.crc = rec_crc(&b.block, &b.info);
	return b;
}

static void try_all(uint8_t *data, size_t size)
{
	try_bytes(data, size);
	repair(data, size);
	try_bytes(data, size);
	try_parts(data, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct beginning b = begin();
	uint8_t *copy = malloc(sizeof(b) + size);

	if (!copy)
		abort();
	memcpy(copy, data, size);
	try_all(copy, size);
	memcpy(copy, &b, sizeof(b));
	memcpy(copy + sizeof(b), data, size);
	measure(copy + sizeof(b), size);
	repair(copy, sizeof(b) + size);
	try_bytes(copy, sizeof(b) + size);
	try_parts(copy, sizeof(b) + size);
	free(copy);
	return 0;
}
