/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Puts pieces of output in the order of time: they are kept in a temporary file,
 * and their times and places in memory.
 */
#ifndef UTIL_SORTED_SPOOL_H
#define UTIL_SORTED_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/**
 * struct sorted_spool_piece - one piece
 * @time_ns: when it is
 * @at: where it is in the file
 * @len: how long
 */
struct sorted_spool_piece {
	uint64_t time_ns;
	uint64_t at;
	uint32_t len;
};

/**
 * struct sorted_spool - the pieces
 * @file: holds them
 * @list: in the order in which they came
 * @count: how many
 * @room: for how many there is
 * @size: of the file
 * @error: 0, or the errno of what went wrong
 */
struct sorted_spool {
	FILE *file;
	struct sorted_spool_piece *list;
	size_t count;
	size_t room;
	uint64_t size;
	int error;
};

/**
 * sorted_spool_init() - make an empty spool
 * @s: the spool
 *
 * Return: false if there can be no temporary file, see sorted_spool.error.
 */
bool sorted_spool_init(struct sorted_spool *s);

/**
 * sorted_spool_exit() - undo sorted_spool_init()
 * @s: the spool, initialised or all zero
 */
void sorted_spool_exit(struct sorted_spool *s);

/**
 * sorted_spool_put() - add a piece
 * @s: the spool
 * @time_ns: when it is
 * @data: the piece
 * @len: its length
 *
 * Return: false if there is no room, see sorted_spool.error.
 */
bool sorted_spool_put(struct sorted_spool *s, uint64_t time_ns,
		      const void *data, uint32_t len);

/**
 * sorted_spool_write() - write all pieces, the earliest first
 * @s: the spool; of pieces of one time the order stays
 * @out: where to
 *
 * Return: false if they cannot be read again, see sorted_spool.error. What @out
 * does not take is in its own error mark.
 */
bool sorted_spool_write(struct sorted_spool *s, FILE *out);

#endif /* UTIL_SORTED_SPOOL_H */
