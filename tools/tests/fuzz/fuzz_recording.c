// SPDX-License-Identifier: GPL-2.0
/*
 * Any bytes as a recording, read to the end: as they are, and once more with
 * the checksums made right, since no fuzzer guesses those.
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "recorded.h"
#include "recorder.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Keeps the compiler from leaving out what is read. */
static volatile uint64_t seen;

static void read_all(struct tcpfin_source *src)
{
	struct tcpfin_sysctl list[TCPFIN_SYSCTLS];
	uint64_t sum = 0;
	struct tcpfin_item item;

	do {
		tcpfin_source_next(src, &item);
		if (item.type == TCPFIN_ITEM_EVENT)
			sum += item.event->detail + item.event->seq;
		if (item.type == TCPFIN_ITEM_IDLE)
			abort();
	} while (item.type != TCPFIN_ITEM_END);
	sum += tcpfin_source_now(src) + src->header.unmatched;
	sum += strlen(tcpfin_source_host_name(src, 0)) + strlen(src->fault);
	tcpfin_source_sysctls(src, list);
	seen = sum + strlen(list[0].value);
}

static struct tcpfin_source *open_bytes(const uint8_t *data, size_t size)
{
	int fd = memfd_create("recording", MFD_CLOEXEC);
	char why[TCPFIN_WHY_MAX];

	if (fd < 0 || write(fd, data, size) != (ssize_t)size ||
	    lseek(fd, 0, SEEK_SET))
		abort();
	return tcpfin_recorded_open_fd(fd, "fuzz", -1, why);
}

/* Alone, and merged with itself. */
static void try_bytes(const uint8_t *data, size_t size)
{
	struct tcpfin_source *list[2] = { open_bytes(data, size) };

	if (!list[0])
		return;
	read_all(list[0]);
	tcpfin_source_close(list[0]);
	list[0] = open_bytes(data, size);
	list[1] = open_bytes(data, size);
	list[0] = tcpfin_merge_open(list, 2, -1);
	if (!list[0])
		abort();
	read_all(list[0]);
	tcpfin_source_close(list[0]);
}

static void repair(uint8_t *data, size_t size)
{
	size_t at = sizeof(struct tcpfin_rec_start);
	struct tcpfin_rec_block *block;
	uint32_t number;

	for (number = 0; at + sizeof(*block) <= size; number++) {
		block = (void *)(data + at);
		at += sizeof(*block);
		if (block->length % 8 || block->length > size - at)
			return;
		block->number = number;
		block->crc = tcpfin_rec_crc(block, block + 1);
		at += block->length;
	}
}

/* As two parts of a recording, the second of which is not its neighbour. */
static void try_parts(uint8_t *data, size_t size)
{
	const size_t at = sizeof(struct tcpfin_rec_start) +
			  sizeof(struct tcpfin_rec_block) +
			  offsetof(struct tcpfin_rec_info, part);
	struct tcpfin_source *list[2] = { open_bytes(data, size) };

	if (!list[0])
		return;
	data[at] ^= 2;
	repair(data, size);
	list[1] = open_bytes(data, size);
	if (!list[1])
		abort();
	if (tcpfin_recorded_join(list, 2) == 2)
		tcpfin_source_close(list[1]);
	read_all(list[0]);
	tcpfin_source_close(list[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy;

	try_bytes(data, size);
	copy = malloc(size + 1);
	if (!copy)
		abort();
	memcpy(copy, data, size);
	repair(copy, size);
	try_bytes(copy, size);
	try_parts(copy, size);
	free(copy);
	return 0;
}
