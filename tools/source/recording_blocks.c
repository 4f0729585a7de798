// SPDX-License-Identifier: GPL-2.0
/*
 * Splits a recording into blocks. The input is not trusted: a length is bounded
 * before it is used, and a block is shown only if its checksum is right. The
 * checksum is that of the bytes as they were written; then they are converted.
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
	b->memory = malloc(CONVERT_ROOM + BUF_SIZE);
	if (!b->memory)
		return -ENOMEM;
	b->buf = b->memory + CONVERT_ROOM;
	return 0;
}

void blocks_exit(struct blocks *b)
{
	free(b->memory);
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
	b->form.swapped = s.order == __builtin_bswap32(REC_ORDER);
	if (b->form.swapped)
		s.version = __builtin_bswap32(s.version);
	else if (s.order != REC_ORDER)
		return damaged(b, "a wrong byte order mark");
	if (s.version != REC_VERSION && s.version != REC_VERSION_2) {
		snprintf(b->why, sizeof(b->why),
			 "is a recording of version %u, and this program (%s) reads versions %u and %u",
			 s.version, TCPFIN_VERSION, REC_VERSION_2, REC_VERSION);
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

/* Copy the next block's head, in this machine's byte order. */
static struct rec_block peek_head(const struct blocks *b)
{
	struct rec_block head;

	memcpy(&head, b->buf + b->at, sizeof(head));
	recording_convert_head(&b->form, &head);
	return head;
}

/* Check the checksum of the next block, of the bytes as they were written. */
static bool is_intact(const struct blocks *b, const struct rec_block *head)
{
	const struct rec_block *raw = (const void *)(b->buf + b->at);

	return head->crc == rec_crc_of(raw, raw + 1, head->length);
}

/* Go on to the block after this complete one, and hand this one out. */
static enum found hand_out(struct blocks *b, const struct rec_block *head,
			   const struct rec_block **block)
{
	struct rec_block *converted = (void *)(b->buf + b->at);
	const char *what;

	*converted = *head;
	what = recording_convert(&b->form, &converted);
	if (what)
		return damaged(b, what);
	b->at += sizeof(*head) + head->length;
	b->offset += sizeof(*head) + head->length;
	b->number++;
	*block = converted;
	return FOUND_BLOCK;
}

static enum found take_block(struct blocks *b, const struct rec_block **block)
{
	struct rec_block head;
	enum found found;
	const char *what;

	found = read_ahead(b, sizeof(head));
	if (found != FOUND_BLOCK)
		return found;
	if (b->have == b->at)
		return FOUND_END;
	if (b->have - b->at < sizeof(head))
		return cut_off(b);
	head = peek_head(b);
	what = check_head(b, &head);
	if (what)
		return damaged(b, what);
	found = read_ahead(b, sizeof(head) + head.length);
	if (found != FOUND_BLOCK)
		return found;
	if (b->have - b->at < sizeof(head) + head.length)
		return cut_off(b);
	if (!is_intact(b, &head))
		return damaged(b, "a block with a wrong checksum");
	return hand_out(b, &head, block);
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
