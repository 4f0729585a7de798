// SPDX-License-Identifier: GPL-2.0
/* Writes a recording, block by block: each in one piece, as soon as it is full. */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "source/recording_write.h"
#include "util/stop.h"

/* How long who reads the recording may take, once the end was asked for. */
#define PATIENCE_MS	1000

_Static_assert(offsetof(struct tcpfin_recorder, event) ==
	       offsetof(struct tcpfin_recorder, head) +
	       sizeof(struct tcpfin_rec_block), "a block is in one piece");

/* A block that is no array of events. */
struct single {
	struct tcpfin_rec_block head;
	union {
		struct tcpfin_rec_gap gap;
		struct tcpfin_rec_end end;
		struct tcpfin_rec_time time;
		struct tcpfin_header module;
		struct {
			struct tcpfin_rec_info info;
			char sysctls[TCPFIN_SYSCTLS_TEXT_MAX];
		};
	};
};

/*
 * How much may be written without blocking forever: all, until the end was
 * asked for. After that nothing wakes a write to a pipe that nobody empties; a
 * pipe that is ready takes PIPE_BUF bytes at once.
 */
static ssize_t allowed_bytes(int fd, size_t size)
{
	struct pollfd pfd = { .fd = fd, .events = POLLOUT };

	if (!tcpfin_stop_requested())
		return (ssize_t)size;
	if (!poll(&pfd, 1, PATIENCE_MS)) {
		errno = ETIMEDOUT;
		return -1;
	}
	return size < PIPE_BUF ? (ssize_t)size : PIPE_BUF;
}

static bool write_all(struct tcpfin_recorder *r, const void *data, size_t size)
{
	const char *at = data;
	ssize_t len;

	while (size && !r->error) {
		len = allowed_bytes(r->fd, size);
		if (len >= 0)
			len = write(r->fd, at, (size_t)len);
		if (len >= 0) {
			at += len;
			size -= (size_t)len;
			r->bytes += (uint64_t)len;
		} else if (errno != EINTR) {
			r->error = errno;
		}
	}
	return !r->error;
}

/* The payload stands right behind the head. */
static bool write_block(struct tcpfin_recorder *r,
			struct tcpfin_rec_block *head, uint32_t type,
			uint32_t count, size_t length)
{
	head->type = type;
	head->length = (uint32_t)length;
	head->count = count;
	head->number = r->number++;
	head->reserved = 0;
	head->crc = tcpfin_rec_crc(head, head + 1);
	return write_all(r, head, sizeof(*head) + length);
}

static void read_boot_id(char id[40])
{
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");
	size_t len;

	memset(id, 0, 40);
	if (!file)
		return;
	len = fread(id, 1, 36, file);
	if (len != 36)
		memset(id, 0, 40);
	fclose(file);
}

static bool write_info(struct tcpfin_recorder *r,
		       const struct tcpfin_source *src)
{
	struct utsname uts;
	struct single b;
	size_t text;

	memset(&b, 0, sizeof(b));
	b.info.record_size = sizeof(struct tcpfin_rec_event);
	b.info.part = r->part;
	b.info.before = r->before;
	b.info.start_ns = r->total.time_ns;
	b.info.wall_offset_ns = src->wall_offset_ns;
	read_boot_id(b.info.boot_id);
	if (!uname(&uts))
		memcpy(b.info.host, uts.nodename,
		       strnlen(uts.nodename, sizeof(b.info.host)));
	b.info.module = r->module;
	text = tcpfin_sysctls_write(b.sysctls);
	return write_block(r, &b.head, TCPFIN_REC_INFO, 1,
			   sizeof(b.info) + (text + 7) / 8 * 8);
}

static bool write_start(struct tcpfin_recorder *r, int fd,
			struct tcpfin_source *src)
{
	struct tcpfin_rec_start start = {
		.order = TCPFIN_REC_ORDER, .version = TCPFIN_REC_VERSION,
	};

	r->fd = fd;
	r->module = src->header;
	memcpy(start.magic, TCPFIN_REC_MAGIC, sizeof(start.magic));
	return write_all(r, &start, sizeof(start)) && write_info(r, src);
}

bool tcpfin_recorder_start(struct tcpfin_recorder *r, int fd,
			   struct tcpfin_source *src)
{
	memset(r, 0, offsetof(struct tcpfin_recorder, event));
	r->total.time_ns = tcpfin_source_now(src);
	r->before.time_ns = r->total.time_ns;
	return write_start(r, fd, src);
}

bool tcpfin_recorder_continue(struct tcpfin_recorder *r, int fd,
			      struct tcpfin_source *src)
{
	r->before.events += r->total.events;
	r->before.lost += r->total.lost;
	r->before.missed += r->total.missed;
	r->total = (struct tcpfin_rec_end){ .time_ns = r->total.time_ns };
	r->number = 0;
	r->bytes = 0;
	r->part++;
	return write_start(r, fd, src);
}

static bool write_module(struct tcpfin_recorder *r,
			 struct tcpfin_source *src)
{
	struct single b = { .module = src->header };

	if (!memcmp(&r->module, &src->header, sizeof(r->module)))
		return true;
	r->module = src->header;
	return write_block(r, &b.head, TCPFIN_REC_MODULE, 1, sizeof(b.module));
}

bool tcpfin_recorder_flush(struct tcpfin_recorder *r,
			   struct tcpfin_source *src)
{
	uint32_t count = r->head.count;

	if (!write_module(r, src))
		return false;
	if (!count)
		return true;
	if (!write_block(r, &r->head, TCPFIN_REC_EVENTS, count,
			 count * sizeof(r->event[0])))
		return false;
	r->total.events += count;
	r->head.count = 0;
	return true;
}

static bool write_gap(struct tcpfin_recorder *r,
		      struct tcpfin_source *src,
		      const struct tcpfin_item *item)
{
	bool lost = item->type == TCPFIN_ITEM_LOST;
	struct single b = { .gap = { .count = item->count,
				     .time_ns = item->time_ns } };

	if (lost)
		b.gap.cpu = item->cpu;
	else
		b.gap.mini = item->mini;
	if (!tcpfin_recorder_flush(r, src) ||
	    !write_block(r, &b.head, lost ? TCPFIN_REC_LOST : TCPFIN_REC_MISSED,
			 1, sizeof(b.gap)))
		return false;
	if (lost)
		r->total.lost += item->count;
	else
		r->total.missed += item->count;
	return true;
}

bool tcpfin_recorder_item(struct tcpfin_recorder *r,
			  struct tcpfin_source *src,
			  const struct tcpfin_item *item)
{
	struct tcpfin_rec_event *slot;

	if (r->error)
		return false;
	if (item->type != TCPFIN_ITEM_EVENT)
		return write_gap(r, src, item);
	slot = &r->event[r->head.count++];
	slot->cpu = item->cpu;
	slot->reserved = 0;
	slot->event = *item->event;
	return r->head.count < TCPFIN_RECORDER_EVENTS ||
	       tcpfin_recorder_flush(r, src);
}

size_t tcpfin_recorder_take(struct tcpfin_recorder *r,
			    struct tcpfin_source *src, uint64_t max)
{
	size_t room = TCPFIN_RECORDER_EVENTS - r->head.count, n;

	if (r->error)
		return 0;
	n = tcpfin_source_take(src, &r->event[r->head.count],
			       max < room ? (size_t)max : room);
	r->head.count += (uint32_t)n;
	if (r->head.count == TCPFIN_RECORDER_EVENTS)
		tcpfin_recorder_flush(r, src);
	return n;
}

bool tcpfin_recorder_idle(struct tcpfin_recorder *r,
			  struct tcpfin_source *src)
{
	struct single b = { .time = { tcpfin_source_now(src) } };

	if (!tcpfin_recorder_flush(r, src))
		return false;
	if (b.time.time_ns < r->total.time_ns + TCPFIN_RECORDER_TICK_NS)
		return true;
	r->total.time_ns = b.time.time_ns;
	return write_block(r, &b.head, TCPFIN_REC_TIME, 1, sizeof(b.time));
}

bool tcpfin_recorder_finish(struct tcpfin_recorder *r,
			    struct tcpfin_source *src)
{
	struct single b = { 0 };

	if (!tcpfin_recorder_flush(r, src))
		return false;
	r->total.time_ns = tcpfin_source_now(src);
	b.end = r->total;
	return write_block(r, &b.head, TCPFIN_REC_END, 1, sizeof(b.end));
}
