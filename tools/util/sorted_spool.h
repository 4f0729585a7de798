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

/* One piece */
struct sorted_spool_piece {
	uint64_t time_ns;	/* its time */
	uint64_t at;		/* its position in the file */
	uint32_t len;		/* its length */
};

/* The pieces */
struct sorted_spool {
	FILE *file;	/* the temporary file */
	struct sorted_spool_piece *list;	/* the pieces in the order of arrival */
	size_t count;	/* number of pieces */
	size_t room;	/* number of pieces that @list has room for */
	uint64_t size;	/* size of the file */
	int error;	/* 0, or the errno of the first failure */
};

/* Make an empty spool. Return false on failure, see sorted_spool.error. */
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
