/* SPDX-License-Identifier: GPL-2.0 */
/* A set of processes, and its text, program by program. */
#ifndef DIAGNOSIS_PROCESSES_H
#define DIAGNOSIS_PROCESSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "system/socket_owner.h"

/* Programs, and processes of each, that a text names */
#define PROCESSES_NAMED		3
/* Size for any text of processes_text() */
#define PROCESSES_TEXT_MAX	560

/* One process */
struct process_name {
	char comm[16];		/* its name: any bytes, padded with NULs */
	uint32_t pid;
};

/* A set of processes; all zero is none */
struct processes {
	struct process_name *list;	/* by name and pid, once sorted */
	size_t count;
	size_t room;
	bool failed;	/* some are missing: there was no memory */
};

/* Add a process; it may be added again. */
void processes_add(struct processes *p, const char comm[16], uint32_t pid);

/* Add all owners of a socket. Return the first one, NULL if none is known. */
const struct socket_owner *processes_add_owners(struct processes *p,
						const struct socket_owners *owners,
						uint32_t inode);

/* Sort, and keep each process once. */
void processes_sort(struct processes *p);

/* Return the number of processes, from @from on, with the same name. */
size_t processes_alike(const struct processes *p, size_t from);

/*
 * Write "app (pid 7)" or "5 processes of app (pid 1, 2, 3 and 2 others) and
 * worker (pid 9)". Return @buf.
 */
const char *processes_text(const struct processes *p, char buf[PROCESSES_TEXT_MAX]);

void processes_free(struct processes *p);

#endif /* DIAGNOSIS_PROCESSES_H */
