// SPDX-License-Identifier: GPL-2.0
/* Makes a recording of one end from a recording of both ends. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net.h"
#include "source/recording_blocks.h"
#include "source/recording_write.h"
#include "split_recording.h"

/**
 * struct splitting - state while a recording is copied
 * @split: the events to keep and the changes to make
 * @fd: the new recording
 * @number: number of the next block
 * @events: events kept so far
 */
struct splitting {
	const struct split *split;
	int fd;
	uint32_t number;
	uint64_t events;
};

static void put(const struct splitting *s, const void *data, size_t size)
{
	assert_int_equal(must(write(s->fd, data, size)), size);
}

static bool is_kept(const struct split *split, uint64_t cookie)
{
	size_t i;

	for (i = 0; i < split->count; i++)
		if (split->cookies[i] == cookie)
			return true;
	return false;
}

static void shift(const struct splitting *s, __u64 *ns)
{
	if (s->split->host)
		*ns -= s->split->later_ns;
}

static void change_info(const struct splitting *s, struct rec_info *info)
{
	if (!s->split->host)
		return;
	shift(s, &info->start_ns);
	shift(s, &info->module.load_ns);
	info->wall_offset_ns += s->split->later_ns;
	info->boot_id[0] = s->split->boot;
	memset(info->host, 0, sizeof(info->host));
	strcpy(info->host, s->split->host);
}

static void keep_events(struct splitting *s, struct rec_block *head)
{
	struct rec_event *from = (void *)(head + 1), *to = from;
	uint32_t i;

	for (i = 0; i < head->count; i++) {
		if (!is_kept(s->split, from[i].event.cookie))
			continue;
		*to = from[i];
		shift(s, &to->event.time_ns);
		to++;
	}
	head->count = (uint32_t)(to - from);
	head->length = head->count * sizeof(*to);
	s->events += head->count;
}

static void change_block(struct splitting *s, struct rec_block *head)
{
	void *payload = head + 1;
	struct rec_end *end = payload;
	struct tcpfin_header *module = payload;
	struct rec_time *when = payload;

	switch (head->type) {
	case REC_INFO:
		change_info(s, payload);
		break;
	case REC_EVENTS:
		keep_events(s, head);
		break;
	case REC_MODULE:
		shift(s, &module->load_ns);
		break;
	case REC_CGROUP:
		break;
	case REC_TIME:
		shift(s, &when->time_ns);
		break;
	case REC_END:
		end->events = s->events;
		shift(s, &end->time_ns);
		break;
	default:
		fail_msg("a block of type %u, of lost events or unknown", head->type);
	}
}

static void copy_block(struct splitting *s, const struct rec_block *block)
{
	size_t size = sizeof(*block) + block->length;
	struct rec_block *copy = malloc(size);

	assert_non_null(copy);
	memcpy(copy, block, size);
	change_block(s, copy);
	if (copy->length) {
		copy->number = s->number++;
		copy->crc = rec_crc(copy, copy + 1);
		put(s, copy, sizeof(*copy) + copy->length);
	}
	free(copy);
}

void split_recording(const char *from, const char *to,
		     const struct split *split)
{
	int in = must(open(from, O_RDONLY | O_CLOEXEC));
	const struct rec_block *block;
	struct rec_start start;
	struct splitting s = { .split = split };
	struct blocks blocks;
	enum found found;

	s.fd = must(open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
	assert_int_equal(pread(in, &start, sizeof(start), 0), sizeof(start));
	put(&s, &start, sizeof(start));
	assert_int_equal(blocks_init(&blocks, in), 0);
	while ((found = blocks_next(&blocks, &block)) == FOUND_BLOCK)
		copy_block(&s, block);
	assert_int_equal(found, FOUND_END);
	blocks_exit(&blocks);
	close(in);
	close(s.fd);
}
