// SPDX-License-Identifier: GPL-2.0
/* Writes a recording: each block in one piece, as soon as it is full. */
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

/* How long to wait for the reader of a pipe, once the end was asked for */
#define PATIENCE_MS	1000

_Static_assert(offsetof(struct recorder, event) ==
	       offsetof(struct recorder, head) +
	       sizeof(struct rec_block), "a block is in one piece");

/* A block that is not an array of events */
struct single {
	struct rec_block head;
	union {
		struct rec_gap gap;
		struct rec_end end;
		struct rec_time time;
		struct rec_left_out left_out;
		struct rec_cgroup cgroup;
		struct tcpfin_header module;
		struct {
			struct rec_info info;
			char sysctls[SYSCTLS_TEXT_MAX];
		};
	};
};

/*
 * Return how many bytes may be written without blocking forever: all, until the
 * end is asked for. After that nothing wakes a write to a pipe that nobody
 * empties, but a pipe that is ready takes PIPE_BUF bytes at once.
 */
static ssize_t allowed_bytes(int fd, size_t size)
{
	struct pollfd pfd = { .fd = fd, .events = POLLOUT };

	if (!stop_requested())
		return (ssize_t)size;
	if (!poll(&pfd, 1, PATIENCE_MS)) {
		errno = ETIMEDOUT;
		return -1;
	}
	return size < PIPE_BUF ? (ssize_t)size : PIPE_BUF;
}

static bool write_all(struct recorder *r, const void *data, size_t size)
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

/* The payload must follow the head in memory. */
static bool write_block(struct recorder *r, struct rec_block *head,
			uint32_t type, uint32_t count, size_t length)
{
	head->type = type;
	head->length = (uint32_t)length;
	head->count = count;
	head->number = r->number++;
	head->reserved = 0;
	head->crc = rec_crc(head, head + 1);
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

static bool write_info(struct recorder *r, const struct source *src)
{
	struct utsname uts;
	struct single b;
	size_t text;

	memset(&b, 0, sizeof(b));
	b.info.record_size = sizeof(struct rec_event);
	b.info.part = r->part;
	b.info.before = r->before;
	b.info.start_ns = r->total.time_ns;
	b.info.wall_offset_ns = src->wall_offset_ns;
	read_boot_id(b.info.boot_id);
	if (!uname(&uts))
		memcpy(b.info.host, uts.nodename,
		       strnlen(uts.nodename, sizeof(b.info.host)));
	b.info.module = r->module;
	text = sysctl_write_all(b.sysctls);
	return write_block(r, &b.head, REC_INFO, 1,
			   sizeof(b.info) + (text + 7) / 8 * 8);
}

static bool write_left_out(struct recorder *r, const struct source *src)
{
	struct single b = { .left_out = { src->left_out } };

	if (r->left_out == src->left_out)
		return true;
	r->left_out = src->left_out;
	return write_block(r, &b.head, REC_LEFT_OUT, 1, sizeof(b.left_out));
}

static bool write_start(struct recorder *r, int fd, struct source *src)
{
	struct rec_start start = {
		.order = REC_ORDER, .version = REC_VERSION,
	};

	r->fd = fd;
	r->module = src->header;
	r->left_out = 0;
	r->cgroup = 0;
	memset(r->cgroups, 0, sizeof(r->cgroups));
	memcpy(start.magic, REC_MAGIC, sizeof(start.magic));
	return write_all(r, &start, sizeof(start)) && write_info(r, src) &&
	       write_left_out(r, src);
}

bool recorder_start(struct recorder *r, int fd, struct source *src)
{
	memset(r, 0, offsetof(struct recorder, event));
	r->total.time_ns = source_now(src);
	r->before.time_ns = r->total.time_ns;
	return write_start(r, fd, src);
}

bool recorder_continue(struct recorder *r, int fd, struct source *src)
{
	r->before.events += r->total.events;
	r->before.lost += r->total.lost;
	r->before.missed += r->total.missed;
	r->total = (struct rec_end){ .time_ns = r->total.time_ns };
	r->number = 0;
	r->bytes = 0;
	r->part++;
	return write_start(r, fd, src);
}

static bool write_module(struct recorder *r, struct source *src)
{
	struct single b = { .module = src->header };

	if (!memcmp(&r->module, &src->header, sizeof(r->module)))
		return true;
	r->module = src->header;
	return write_block(r, &b.head, REC_MODULE, 1, sizeof(b.module));
}

bool recorder_flush(struct recorder *r, struct source *src)
{
	uint32_t count = r->head.count;

	if (!write_module(r, src))
		return false;
	if (!count)
		return true;
	if (!write_block(r, &r->head, REC_EVENTS, count, count * sizeof(r->event[0])))
		return false;
	r->total.events += count;
	r->head.count = 0;
	return true;
}

static bool write_cgroup(struct recorder *r, uint64_t id, const char *path)
{
	struct single b = { .cgroup = { .id = id } };

	strcpy(b.cgroup.path, path);
	return write_block(r, &b.head, REC_CGROUP, 1,
			   sizeof(id) + (strlen(path) + 8) / 8 * 8);
}

bool recorder_cgroup(struct recorder *r, struct source *src, const struct item *item)
{
	const uint64_t id = item->event->cgroup;
	uint64_t *written = &r->cgroups[id % RECORDER_CGROUPS];
	const char *path;

	if (*written != id) {
		path = source_cgroup(src, item->host, id);
		if (!path)
			return true;
		if (!write_cgroup(r, id, path))
			return false;
		*written = id;
	}
	r->cgroup = id;
	return true;
}

static bool write_gap(struct recorder *r, struct source *src, const struct item *item)
{
	bool lost = item->type == ITEM_LOST;
	struct single b = { .gap = { .count = item->count,
				     .time_ns = item->time_ns } };

	if (lost)
		b.gap.cpu = item->cpu;
	else
		b.gap.mini = item->mini;
	if (!recorder_flush(r, src) ||
	    !write_block(r, &b.head, lost ? REC_LOST : REC_MISSED, 1, sizeof(b.gap)))
		return false;
	if (lost)
		r->total.lost += item->count;
	else
		r->total.missed += item->count;
	return true;
}

bool recorder_item(struct recorder *r, struct source *src, const struct item *item)
{
	if (r->error)
		return false;
	return item->type == ITEM_EVENT ? recorder_event(r, src, item) :
					  write_gap(r, src, item);
}

bool recorder_idle(struct recorder *r, struct source *src)
{
	struct single b = { .time = { source_now(src) } };

	if (!recorder_flush(r, src))
		return false;
	if (b.time.time_ns < r->total.time_ns + RECORDER_TICK_NS)
		return true;
	r->total.time_ns = b.time.time_ns;
	return write_left_out(r, src) &&
	       write_block(r, &b.head, REC_TIME, 1, sizeof(b.time));
}

bool recorder_finish(struct recorder *r, struct source *src)
{
	struct single b = { 0 };

	if (!recorder_flush(r, src) || !write_left_out(r, src))
		return false;
	r->total.time_ns = source_now(src);
	b.end = r->total;
	return write_block(r, &b.head, REC_END, 1, sizeof(b.end));
}
