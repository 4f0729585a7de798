/* SPDX-License-Identifier: GPL-2.0 */
/* Takes a recording apart into blocks, each checked before it is shown. */
#ifndef SOURCE_RECORDING_BLOCKS_H
#define SOURCE_RECORDING_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source/recording.h"
#include "source/source.h"

/**
 * enum found - what blocks_next() found
 * @FOUND_BLOCK: a whole block
 * @FOUND_LATER: nothing for now, but there may be more: wait
 * @FOUND_END: nothing behind the last block
 * @FOUND_DAMAGE: nothing that makes sense; blocks.why tells
 */
enum found {
	FOUND_BLOCK,
	FOUND_LATER,
	FOUND_END,
	FOUND_DAMAGE,
};

/**
 * struct blocks - a recording that is being read
 * @fd: the file; the owner of this closes it
 * @is_file: a read never waits
 * @started: the bytes before the first block were checked
 * @at_end: the file has no more bytes than those in @buf
 * @buf: bytes read and not used yet are @at to @have; room for a start or the
 *	largest block
 * @at: where the next block begins in @buf
 * @have: where what was read ends in @buf
 * @offset: what of the file is before @buf + @at
 * @number: of the next block
 * @why: what is wrong, one line
 */
struct blocks {
	int fd;
	bool is_file;
	bool started;
	bool at_end;
	unsigned char *buf;
	size_t at;
	size_t have;
	uint64_t offset;
	uint32_t number;
	char why[ERROR_LINE_MAX];
};

/**
 * blocks_init() - get ready to read a file or a pipe
 * @b: the blocks
 * @fd: the file, open for reading
 *
 * Return: 0, or -ENOMEM.
 */
int blocks_init(struct blocks *b, int fd);

/**
 * blocks_exit() - undo blocks_init()
 * @b: the blocks, initialised or all zero
 */
void blocks_exit(struct blocks *b);

/**
 * blocks_next() - get the next block; never blocks
 * @b: the blocks
 * @block: its head, aligned to 8; the payload stands right behind it. Both stay
 *	until the next call. Length and checksum are right, everything else may
 *	be anything
 *
 * Return: see enum found.
 */
enum found blocks_next(struct blocks *b, const struct rec_block **block);

/**
 * blocks_wait() - block until there may be more
 * @b: the blocks
 * @stop_fd: ends the waiting when it can be read, -1 for none
 * @timeout_ms: how long at most, -1: no limit
 *
 * Return: false if @stop_fd can be read.
 */
bool blocks_wait(const struct blocks *b, int stop_fd, int timeout_ms);

#endif /* SOURCE_RECORDING_BLOCKS_H */
