/* SPDX-License-Identifier: GPL-2.0 */
/* A folder like /proc, with processes and their descriptors, in temp_folder. */
#ifndef TESTS_UNIT_FAKE_PROC_H
#define TESTS_UNIT_FAKE_PROC_H

#include "temp_folder.h"

/*
 * Add a descriptor of a process, such as "socket:[7]", and the text of its fdinfo, if
 * that is not NULL.
 */
void fake_proc_add(unsigned int pid, const char *comm, unsigned int fd,
		   const char *target, const char *info);

/* Let it show all processes, as the /proc of the initial pid namespace does. */
void fake_proc_show_all(void);

/* Add a descriptor of another thread than the main one, which may have none. */
void fake_proc_add_thread(unsigned int pid, unsigned int tid, unsigned int fd,
			  const char *target);

/* Add a process whose descriptors cannot be read. */
void fake_proc_add_closed(unsigned int pid);

#endif /* TESTS_UNIT_FAKE_PROC_H */
