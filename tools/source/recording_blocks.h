/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Splits a recording into blocks, and checks and converts each block before it is
 * shown.
 */
#ifndef SOURCE_RECORDING_BLOCKS_H
#define SOURCE_RECORDING_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source/recording.h"
#include "source/recording_convert.h"
#include "source/source.h"

/* What blocks_next() found */
enum found {
	FOUND_BLOCK,	/* a complete block */
	FOUND_LATER,	/* nothing for now, but there may be more: wait */
	FOUND_END,	/* nothing after the last block */
	FOUND_DAMAGE,	/* damaged input, see blocks.why */
};

/* A recording that is being read */
struct blocks {
	int fd;			/* the file; the owner of this closes it */
	bool is_file;		/* a regular file: reads never wait */
	bool started;	/* the bytes before the first block were checked */
	bool at_end;	/* the file has no more bytes than those in @buf */
	struct recording_form form;	/* what is converted */
	unsigned char *memory;	/* CONVERT_ROOM bytes, then @buf */
	unsigned char *buf;	/* room for a start or the largest block */
	size_t at;	/* beginning of the unused bytes in @buf: the next block */
	size_t have;		/* end of the bytes read into @buf */
	uint64_t offset;	/* position in the file of @buf + @at */
	uint32_t number;	/* expected number of the next block */
	char why[ERROR_LINE_MAX];	/* what is wrong, one line */
};

/* Get ready to read a file or pipe. Return 0, or -ENOMEM. */
int blocks_init(struct blocks *b, int fd);

/* Undo blocks_init(); @b may be all zero. */
void blocks_exit(struct blocks *b);

/**
 * blocks_next() - get the next block, without blocking
 * @b: the blocks
 * @block: the block's head, aligned to 8, with the payload right after it;
 *	valid until the next call. Checksum and length are those of the file, and
 *	were correct; then the block was converted to this machine's byte order
 *	and today's ABI. All else may be anything
 *
 * Return: see enum found.
 */
enum found blocks_next(struct blocks *b, const struct rec_block **block);

/*
 * Block until there may be more, @timeout_ms at most (-1: no limit). Return
 * false if @stop_fd (-1 for none) is readable.
 */
bool blocks_wait(const struct blocks *b, int stop_fd, int timeout_ms);

#endif /* SOURCE_RECORDING_BLOCKS_H */
