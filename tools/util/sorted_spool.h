/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sorts pieces of output by time: the pieces are in a temporary file, their
 * times and positions in memory.
 */
#ifndef UTIL_SORTED_SPOOL_H
#define UTIL_SORTED_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/**
 * struct sorted_spool_piece - one piece
 * @time_ns: its time
 * @at: its position in the file
 * @len: its length
 */
struct sorted_spool_piece {
	uint64_t time_ns;
	uint64_t at;
	uint32_t len;
};

/**
 * struct sorted_spool - the pieces
 * @file: the temporary file
 * @list: the pieces in the order of arrival
 * @count: number of pieces
 * @room: number of pieces that @list has room for
 * @size: size of the file
 * @error: 0, or the errno of the first failure
 */
struct sorted_spool {
	FILE *file;
	struct sorted_spool_piece *list;
	size_t count;
	size_t room;
	uint64_t size;
	int error;
};

/*
 * Make an empty spool. Return false if there is no temporary file, see
 * sorted_spool.error.
 */
bool sorted_spool_init(struct sorted_spool *s);

/* Undo sorted_spool_init(); @s may be all zero. */
void sorted_spool_exit(struct sorted_spool *s);

/* Add a piece. Return false on failure, see sorted_spool.error. */
bool sorted_spool_put(struct sorted_spool *s, uint64_t time_ns,
		      const void *data, uint32_t len);

/*
 * Write all pieces by time, those of the same time in the order of arrival.
 * Return false if they cannot be read, see sorted_spool.error; for write errors
 * see ferror(@out).
 */
bool sorted_spool_write(struct sorted_spool *s, FILE *out);

#endif /* UTIL_SORTED_SPOOL_H */
