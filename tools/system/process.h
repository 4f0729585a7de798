/* SPDX-License-Identifier: GPL-2.0 */
/* Reads what the folders of /proc tell of a process. */
#ifndef SYSTEM_PROCESS_H
#define SYSTEM_PROCESS_H

#include <stdbool.h>
#include <stdint.h>

/* Parse the name of a process or of a file descriptor in /proc. */
bool process_parse(const char *name, uint32_t *number);

/*
 * Read a process's name: any bytes, not always NUL-terminated. @dir is its open
 * folder in /proc; @comm stays zero if it has ended.
 */
void process_comm(int dir, char comm[16]);

/* A process whose files are gone through; its name is read only when needed */
struct process {
	uint32_t pid;
	int dir;	/* its folder in /proc, open for the time of process_fn */
	int files;	/* the same, or that of a thread: has its fd/ and fdinfo/ */
	bool named;	/* @comm is read */
	char comm[16];	/* see process_comm() */
};

/*
 * Called for a file descriptor of a process; @target is what it refers to, such as
 * "socket:[123]".
 */
typedef void process_fn(void *data, struct process *p, uint32_t fd, const char *target);

/*
 * Go through the descriptors of all processes in @proc, one process after the other.
 * Those that end meanwhile are skipped. Return false if @proc cannot be read; @complete
 * tells whether all descriptors of the processes that @proc shows could be read.
 */
bool process_each_file(const char *proc, process_fn *each, void *data, bool *complete);

/*
 * Does @proc show all processes? Not if it is that of another pid namespace than the
 * initial one, nor if it hides the processes of others (hidepid): then process 1 of that
 * namespace is not seen.
 */
bool process_all_seen(const char *proc);

/* Are the pids in @proc those of the initial pid namespace, as recorded ones are? */
bool process_pids_are_initial(const char *proc);

/* Return the name of a process that process_fn was called with. */
const char *process_name(struct process *p);

#endif /* SYSTEM_PROCESS_H */
