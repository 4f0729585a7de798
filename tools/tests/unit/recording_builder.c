// SPDX-License-Identifier: GPL-2.0
/* Recordings in memory, made by the recorder itself, for the unit tests. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "check.h"
#include "fixtures.h"
#include "recording_builder.h"
#include "source/recording_read.h"
#include "source/recording_write.h"

struct tcpfin_header tape_header(void)
{
	struct tcpfin_header header;
	struct craft craft;

	craft_open(&craft, 4, 64);
	header = *craft.header;
	craft_close(&craft);
	strcpy(header.probe[0].symbol, "tcp_set_state");
	strcpy(header.caller[0], "?");
	header.probe[0].hooked = 1;
	header.load_ns = 5;
	return header;
}

static struct tape take_file(int fd)
{
	struct tape tape;
	off_t size = lseek(fd, 0, SEEK_END);

	assert_true(size > 0);
	tape.size = (size_t)size;
	tape.data = malloc(tape.size);
	assert_non_null(tape.data);
	assert_int_equal(pread(fd, tape.data, tape.size, 0), size);
	close(fd);
	return tape;
}

struct tape tape_record(const struct tcpfin_item *items, size_t count)
{
	int fd = memfd_create("recording", MFD_CLOEXEC);
	static struct tcpfin_recorder recorder;
	struct tcpfin_item item;
	struct script script;

	assert_true(fd >= 0);
	script_init(&script, items, count);
	script.src.header = tape_header();
	script.src.wall_offset_ns = 1000 * SEC;
	script.now_ns = 7;
	assert_true(tcpfin_recorder_start(&recorder, fd, &script.src));
	for (;;) {
		tcpfin_source_next(&script.src, &item);
		if (item.type == TCPFIN_ITEM_END)
			break;
		if (item.type == TCPFIN_ITEM_IDLE)
			assert_true(tcpfin_recorder_idle(&recorder,
							 &script.src));
		else
			assert_true(tcpfin_recorder_item(&recorder,
							 &script.src, &item));
	}
	script.now_ns = 99 * SEC;
	assert_true(tcpfin_recorder_finish(&recorder, &script.src));
	return take_file(fd);
}

struct tape tape_of(const struct tcpfin_item *items, size_t count,
		    const char *boot_id, const char *host, uint64_t offset_ns)
{
	struct tape tape = tape_record(items, count);
	struct tcpfin_rec_block *block = tape_block(&tape, 0);
	struct tcpfin_rec_info *info = (void *)(block + 1);

	memset(info->boot_id, 0, sizeof(info->boot_id));
	memset(info->host, 0, sizeof(info->host));
	memcpy(info->boot_id, boot_id, strlen(boot_id));
	memcpy(info->host, host, strlen(host));
	info->wall_offset_ns = offset_ns;
	tape_seal(block);
	return tape;
}

struct tape tape_small(struct tcpfin_item items[TAPE_SMALL])
{
	static struct tcpfin_event ev[4];
	unsigned int i, j;

	for (i = 0; i < 4; i++) {
		for (j = 0; j < sizeof(ev[i]); j++)
			((unsigned char *)&ev[i])[j] =
				(unsigned char)(i * 59 + j * 7);
		ev[i].time_ns = (10 + i) * SEC;
		items[i < 2 ? i : i + 2] = (struct tcpfin_item){
			.type = TCPFIN_ITEM_EVENT, .cpu = i, .event = &ev[i],
		};
	}
	items[2] = (struct tcpfin_item){
		.type = TCPFIN_ITEM_LOST, .cpu = 3, .count = 17,
		.time_ns = 12 * SEC,
	};
	items[3] = (struct tcpfin_item){
		.type = TCPFIN_ITEM_MISSED, .count = 5, .time_ns = 12 * SEC,
	};
	return tape_record(items, TAPE_SMALL);
}

void tape_free(struct tape *tape)
{
	free(tape->data);
}

struct tcpfin_rec_block *tape_block(const struct tape *tape, unsigned int n)
{
	size_t at = sizeof(struct tcpfin_rec_start);
	struct tcpfin_rec_block *block;

	for (;; n--) {
		assert_true(at < tape->size);
		block = (void *)(tape->data + at);
		if (!n)
			return block;
		at += sizeof(*block) + block->length;
	}
}

void tape_seal(struct tcpfin_rec_block *block)
{
	block->crc = tcpfin_rec_crc(block, block + 1);
}

struct tcpfin_source *tape_open(const void *data, size_t size,
				char why[TCPFIN_WHY_MAX])
{
	int fd = memfd_create("recording", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, size), size);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return tcpfin_recorded_open_fd(fd, "test", -1, why);
}

struct tcpfin_source *tape_source(const void *data, size_t size)
{
	char why[TCPFIN_WHY_MAX];
	struct tcpfin_source *src = tape_open(data, size, why);

	if (!src)
		fail_msg("%s", why);
	return src;
}

void tape_expect(struct tcpfin_source *src, const struct tcpfin_item *want)
{
	struct tcpfin_item item;

	tcpfin_source_next(src, &item);
	assert_int_equal(item.type, want->type);
	assert_int_equal(item.host, 0);
	if (item.type == TCPFIN_ITEM_EVENT) {
		assert_int_equal(item.cpu, want->cpu);
		assert_int_equal(item.time_ns, want->event->time_ns);
		assert_memory_equal(item.event, want->event,
				    sizeof(*want->event));
		return;
	}
	assert_int_equal(item.count, want->count);
	assert_int_equal(item.time_ns, want->time_ns);
	if (item.type == TCPFIN_ITEM_LOST)
		assert_int_equal(item.cpu, want->cpu);
}

void tape_expect_end(struct tcpfin_source *src, const char *fault)
{
	struct tcpfin_item item;

	tcpfin_source_next(src, &item);
	assert_int_equal(item.type, TCPFIN_ITEM_END);
	if (!strstr(src->fault, fault) || (!fault[0] && src->fault[0]))
		fail_msg("fault '%s' expected, '%s' seen", fault, src->fault);
	tcpfin_source_next(src, &item);
	assert_int_equal(item.type, TCPFIN_ITEM_END);
}
