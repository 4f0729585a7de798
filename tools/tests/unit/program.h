/* SPDX-License-Identifier: GPL-2.0 */
/* Runs tcpfin as a user does. */
#ifndef TESTS_UNIT_PROGRAM_H
#define TESTS_UNIT_PROGRAM_H

#include <stdbool.h>

/* Path of tcpfin, and the output of the last program_run(). */
extern char program_path[4096];
extern char program_output[1 << 16];

/* Find tcpfin, two folders above the tests; returns false on failure. */
bool program_find(void);

/* Run "tcpfin ARGS" in a shell; expect exit status @status and @want in stdout. */
void program_run(const char *args, int status, const char *want);

/* Run "tcpfin ARGS"; expect exit status 1, one line on stderr, nothing on stdout. */
void program_wrong(const char *args, const char *want);

#endif /* TESTS_UNIT_PROGRAM_H */
