// SPDX-License-Identifier: GPL-2.0
/* Makes recordings in memory, with the recorder's own code. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "check.h"
#include "fixtures.h"
#include "recording_builder.h"
#include "source/recording_read.h"
#include "source/recording_write.h"

struct tcpfin_header builder_header(void)
{
	struct tcpfin_header header;
	struct fixture_rings fixture;

	fixture_open(&fixture, 4, 64);
	header = *fixture.header;
	fixture_close(&fixture);
	strcpy(header.probe[0].symbol, "tcp_set_state");
	strcpy(header.caller[0], "?");
	header.probe[0].hooked = 1;
	header.load_ns = 5;
	return header;
}

static struct recording_bytes take_file(int fd)
{
	struct recording_bytes recording;
	off_t size = lseek(fd, 0, SEEK_END);

	assert_true(size > 0);
	recording.size = (size_t)size;
	recording.data = malloc(recording.size);
	assert_non_null(recording.data);
	assert_int_equal(pread(fd, recording.data, recording.size, 0), size);
	close(fd);
	return recording;
}

struct recording_bytes builder_record(const struct item *items, size_t count)
{
	int fd = memfd_create("recording", MFD_CLOEXEC);
	static struct recorder recorder;
	struct script script;
	struct item item;

	assert_true(fd >= 0);
	script_init(&script, items, count);
	script.src.header = builder_header();
	script.src.wall_offset_ns = 1000 * SEC;
	script.now_ns = 7;
	assert_true(recorder_start(&recorder, fd, &script.src));
	for (;;) {
		source_next(&script.src, &item);
		if (item.type == ITEM_END)
			break;
		if (item.type == ITEM_IDLE)
			assert_true(recorder_idle(&recorder,
						  &script.src));
		else
			assert_true(recorder_item(&recorder,
						  &script.src, &item));
	}
	script.now_ns = 99 * SEC;
	assert_true(recorder_finish(&recorder, &script.src));
	return take_file(fd);
}

struct recording_bytes builder_of(const struct item *items, size_t count,
				  const char *boot_id, const char *host,
				  uint64_t offset_ns)
{
	struct recording_bytes recording = builder_record(items, count);
	struct rec_block *block = builder_block(&recording, 0);
	struct rec_info *info = (void *)(block + 1);

	memset(info->boot_id, 0, sizeof(info->boot_id));
	memset(info->host, 0, sizeof(info->host));
	memcpy(info->boot_id, boot_id, strlen(boot_id));
	memcpy(info->host, host, strlen(host));
	info->wall_offset_ns = offset_ns;
	builder_seal(block);
	return recording;
}

struct recording_bytes builder_small(struct item items[BUILDER_SMALL])
{
	static struct tcpfin_event ev[4];
	unsigned int i, j;

	for (i = 0; i < 4; i++) {
		for (j = 0; j < sizeof(ev[i]); j++)
			((unsigned char *)&ev[i])[j] =
				(unsigned char)(i * 59 + j * 7);
		ev[i].time_ns = (10 + i) * SEC;
		items[i < 2 ? i : i + 2] = (struct item){
			.type = ITEM_EVENT, .cpu = i, .event = &ev[i],
		};
	}
	items[2] = (struct item){
		.type = ITEM_LOST, .cpu = CPU_NO_RING, .count = 17,
		.time_ns = 12 * SEC,
	};
	items[3] = (struct item){
		.type = ITEM_MISSED, .count = 5, .time_ns = 12 * SEC,
	};
	return builder_record(items, BUILDER_SMALL);
}

void builder_free(struct recording_bytes *recording)
{
	free(recording->data);
}

struct rec_block *builder_block(const struct recording_bytes *recording,
				unsigned int n)
{
	size_t at = sizeof(struct rec_start);
	struct rec_block *block;

	for (;; n--) {
		assert_true(at < recording->size);
		block = (void *)(recording->data + at);
		if (!n)
			return block;
		at += sizeof(*block) + block->length;
	}
}

void builder_seal(struct rec_block *block)
{
	block->crc = rec_crc(block, block + 1);
}

struct source *builder_open(const void *data, size_t size,
			    char why[ERROR_LINE_MAX])
{
	int fd = memfd_create("recording", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, size), size);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return recording_open_fd(fd, "test", -1, why);
}

struct source *builder_source(const void *data, size_t size)
{
	char why[ERROR_LINE_MAX];
	struct source *src = builder_open(data, size, why);

	if (!src)
		fail_msg("%s", why);
	return src;
}

void builder_expect(struct source *src, const struct item *want)
{
	struct item item;

	source_next(src, &item);
	assert_int_equal(item.type, want->type);
	assert_int_equal(item.host, 0);
	if (item.type == ITEM_EVENT) {
		assert_int_equal(item.cpu, want->cpu);
		assert_int_equal(item.time_ns, want->event->time_ns);
		assert_memory_equal(item.event, want->event,
				    sizeof(*want->event));
		return;
	}
	assert_int_equal(item.count, want->count);
	assert_int_equal(item.time_ns, want->time_ns);
	if (item.type == ITEM_LOST)
		assert_int_equal(item.cpu, want->cpu);
}

void builder_expect_end(struct source *src, const char *fault)
{
	struct item item;

	source_next(src, &item);
	assert_int_equal(item.type, ITEM_END);
	if (!strstr(src->fault, fault) || (!fault[0] && src->fault[0]))
		fail_msg("fault '%s' expected, '%s' seen", fault, src->fault);
	source_next(src, &item);
	assert_int_equal(item.type, ITEM_END);
}
