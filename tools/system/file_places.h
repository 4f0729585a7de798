/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where an open file may be without a descriptor in /proc/PID/fd: under way in the
 * queue of a unix socket (SCM_RIGHTS, see unix(7)), or with an io_uring.
 */
#ifndef SYSTEM_FILE_PLACES_H
#define SYSTEM_FILE_PLACES_H

#include <stddef.h>
#include <stdint.h>

/* Most places that are told apart */
#define FILE_PLACES_MAX	4

/* One place */
struct file_place {
	uint32_t pid;		/* a process that has the unix socket, or the io_uring */
	uint32_t fd;		/* its descriptor of it */
	uint32_t queued;	/* descriptors in the socket's queue; 0: an io_uring */
	uint32_t inode;		/* of the unix socket; 0: an io_uring */
	char comm[16];		/* the process's name: any bytes, not always NUL-terminated */
};

/* All places */
struct file_places {
	struct file_place list[FILE_PLACES_MAX];
	size_t count;		/* number of @list */
	uint64_t rest;		/* places for which @list had no room */
};

/* Find the places that the processes in @proc, usually "/proc", show. */
void file_places_find(struct file_places *places, const char *proc);

#endif /* SYSTEM_FILE_PLACES_H */
