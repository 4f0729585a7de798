// SPDX-License-Identifier: GPL-2.0
/*
 * Splits a recording into blocks. The input is not trusted: a length is bounded
 * before it is used, and a block is shown only if its checksum is right.
 */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source/recording_blocks.h"
#include "util/progress.h"

#define BUF_SIZE	(sizeof(struct rec_block) + REC_PAYLOAD_MAX)

int blocks_init(struct blocks *b, int fd)
{
	struct stat st;

	memset(b, 0, sizeof(*b));
	b->fd = fd;
	b->is_file = !fstat(fd, &st) && S_ISREG(st.st_mode);
	progress_expect(b->is_file ? (uint64_t)st.st_size : 0);
	b->buf = malloc(BUF_SIZE);
	return b->buf ? 0 : -ENOMEM;
}

void blocks_exit(struct blocks *b)
{
	free(b->buf);
}

bool blocks_wait(const struct blocks *b, int stop_fd, int timeout_ms)
{
	struct pollfd fds[2] = {
		{ .fd = b->fd, .events = POLLIN },
		{ .fd = stop_fd, .events = POLLIN },
	};

	poll(fds, 2, timeout_ms);
	return !fds[1].revents;
}

/*
 * The file may be shared with others, such as a terminal or a pipe of the
 * shell: poll it instead of making it non-blocking.
 */
static bool can_read(const struct blocks *b)
{
	struct pollfd pfd = { .fd = b->fd, .events = POLLIN };

	return b->is_file || poll(&pfd, 1, 0) > 0;
}

/* Read more; first move an incomplete block to the buffer's start. */
static enum found fill(struct blocks *b)
{
	ssize_t len;

	if (!can_read(b))
		return FOUND_LATER;
	memmove(b->buf, b->buf + b->at, b->have - b->at);
	b->have -= b->at;
	b->at = 0;
	len = read(b->fd, b->buf + b->have, BUF_SIZE - b->have);
	if (len < 0 && (errno == EINTR || errno == EAGAIN))
		return FOUND_LATER;
	if (len < 0) {
		snprintf(b->why, sizeof(b->why), "cannot read: %s", strerror(errno));
		return FOUND_DAMAGE;
	}
	b->at_end = !len;
	b->have += (size_t)len;
	return FOUND_BLOCK;
}

/* Read until the buffer has this many bytes, or the file ends. */
static enum found read_ahead(struct blocks *b, size_t size)
{
	enum found found = FOUND_BLOCK;

	while (found == FOUND_BLOCK && b->have - b->at < size && !b->at_end)
		found = fill(b);
	return found;
}

static enum found damaged(struct blocks *b, const char *what)
{
	snprintf(b->why, sizeof(b->why), "damaged at byte %" PRIu64 ": %s",
		 b->offset, what);
	return FOUND_DAMAGE;
}

static enum found cut_off(struct blocks *b)
{
	snprintf(b->why, sizeof(b->why),
		 "cut off at byte %" PRIu64 ", in the middle of a block",
		 b->offset + b->have - b->at);
	return FOUND_DAMAGE;
}

static enum found not_a_recording(struct blocks *b, const char *why)
{
	snprintf(b->why, sizeof(b->why), "%s", why);
	return FOUND_DAMAGE;
}

/* Check the bytes before the first block. */
static enum found check_start(struct blocks *b)
{
	size_t have = b->have < 8 ? b->have : 8;
	struct rec_start s;

	if (!b->have)
		return not_a_recording(b, "is empty");
	if (memcmp(b->buf, REC_MAGIC, have))
		return not_a_recording(b, "is not a tcpfin recording");
	if (b->have < sizeof(s))
		return cut_off(b);
	memcpy(&s, b->buf, sizeof(s));
	if (s.order == __builtin_bswap32(REC_ORDER))
		return not_a_recording(b,
			"was recorded on a machine of the other byte order");
	if (s.order != REC_ORDER)
		return damaged(b, "a wrong byte order mark");
	if (s.version != REC_VERSION) {
		snprintf(b->why, sizeof(b->why),
			 "is a recording of version %u, and this program (%s) reads version %u",
			 s.version, TCPFIN_VERSION, REC_VERSION);
		return FOUND_DAMAGE;
	}
	b->started = true;
	b->at = sizeof(s);
	b->offset = sizeof(s);
	return FOUND_BLOCK;
}

/* Return NULL if the head is valid here, else what is wrong. */
static const char *check_head(const struct blocks *b, const struct rec_block *head)
{
	if (head->length < 8 || head->length > REC_PAYLOAD_MAX || head->length % 8)
		return "a block of impossible length";
	if (head->number != b->number)
		return "a block is out of order";
	return NULL;
}

static enum found take_block(struct blocks *b, const struct rec_block **block)
{
	const struct rec_block *head;
	enum found found;
	const char *what;

	found = read_ahead(b, sizeof(*head));
	if (found != FOUND_BLOCK)
		return found;
	if (b->have == b->at)
		return FOUND_END;
	if (b->have - b->at < sizeof(*head))
		return cut_off(b);
	what = check_head(b, (const void *)(b->buf + b->at));
	if (what)
		return damaged(b, what);
	head = (const void *)(b->buf + b->at);
	found = read_ahead(b, sizeof(*head) + head->length);
	if (found != FOUND_BLOCK)
		return found;
	head = (const void *)(b->buf + b->at);
	if (b->have - b->at < sizeof(*head) + head->length)
		return cut_off(b);
	if (head->crc != rec_crc(head, head + 1))
		return damaged(b, "a block with a wrong checksum");
	b->at += sizeof(*head) + head->length;
	b->offset += sizeof(*head) + head->length;
	b->number++;
	*block = head;
	return FOUND_BLOCK;
}

enum found blocks_next(struct blocks *b, const struct rec_block **block)
{
	enum found found = FOUND_BLOCK;

	if (!b->started) {
		found = read_ahead(b, sizeof(struct rec_start));
		if (found == FOUND_BLOCK)
			found = check_start(b);
	}
	return found == FOUND_BLOCK ? take_block(b, block) : found;
}
