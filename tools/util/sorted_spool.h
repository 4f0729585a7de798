/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Puts pieces of output in the order of time: they are kept in a temporary file,
 * and their times and places in memory.
 */
#ifndef TCPFIN_SPOOL_H
#define TCPFIN_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/**
 * struct tcpfin_spooled - one piece
 * @time_ns: when it is
 * @at: where it is in the file
 * @len: how long
 */
struct tcpfin_spooled {
	uint64_t time_ns;
	uint64_t at;
	uint32_t len;
};

/**
 * struct tcpfin_spool - the pieces
 * @file: holds them
 * @list: in the order in which they came
 * @count: how many
 * @room: for how many there is
 * @size: of the file
 * @error: 0, or the errno of what went wrong
 */
struct tcpfin_spool {
	FILE *file;
	struct tcpfin_spooled *list;
	size_t count;
	size_t room;
	uint64_t size;
	int error;
};

/**
 * tcpfin_spool_init() - make an empty spool
 * @s: the spool
 *
 * Return: false if there can be no temporary file, see tcpfin_spool.error.
 */
bool tcpfin_spool_init(struct tcpfin_spool *s);

/**
 * tcpfin_spool_exit() - undo tcpfin_spool_init()
 * @s: the spool, initialised or all zero
 */
void tcpfin_spool_exit(struct tcpfin_spool *s);

/**
 * tcpfin_spool_put() - add a piece
 * @s: the spool
 * @time_ns: when it is
 * @data: the piece
 * @len: its length
 *
 * Return: false if there is no room, see tcpfin_spool.error.
 */
bool tcpfin_spool_put(struct tcpfin_spool *s, uint64_t time_ns,
		      const void *data, uint32_t len);

/**
 * tcpfin_spool_write() - write all pieces, the earliest first
 * @s: the spool; of pieces of one time the order stays
 * @out: where to
 *
 * Return: false if they cannot be read again, see tcpfin_spool.error. What @out
 * does not take is in its own error mark.
 */
bool tcpfin_spool_write(struct tcpfin_spool *s, FILE *out);

#endif /* TCPFIN_SPOOL_H */
