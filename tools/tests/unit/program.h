/* SPDX-License-Identifier: GPL-2.0 */
/* Runs the program as a user starts it. */
#ifndef TCPFIN_CLI_H
#define TCPFIN_CLI_H

#include <stdbool.h>

/* Its path, and what the last run said. */
extern char cli_program[4096];
extern char cli_output[1 << 16];

/* Find the program, which stands two folders above the tests. */
bool cli_find(void);

/* Run "tcpfin ARGS" in a shell; it ends with @status, and says @want. */
void cli_run(const char *args, int status, const char *want);

/* The same of a mistake: one line on stderr, nothing on stdout. */
void cli_wrong(const char *args, const char *want);

#endif /* TCPFIN_CLI_H */
