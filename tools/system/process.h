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

#endif /* SYSTEM_PROCESS_H */
