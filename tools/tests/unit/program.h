/* SPDX-License-Identifier: GPL-2.0 */
/* Runs the program as a user starts it. */
#ifndef TESTS_UNIT_PROGRAM_H
#define TESTS_UNIT_PROGRAM_H

#include <stdbool.h>

/* Its path, and what the last run said. */
extern char program_program[4096];
extern char program_output[1 << 16];

/* Find the program, which stands two folders above the tests. */
bool program_find(void);

/* Run "tcpfin ARGS" in a shell; it ends with @status, and says @want. */
void program_run(const char *args, int status, const char *want);

/* The same of a mistake: one line on stderr, nothing on stdout. */
void program_wrong(const char *args, const char *want);

#endif /* TESTS_UNIT_PROGRAM_H */
