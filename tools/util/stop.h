/* SPDX-License-Identifier: GPL-2.0 */
/* Requests to end: signals, and keys if a command uses the terminal. */
#ifndef UTIL_STOP_H
#define UTIL_STOP_H

#include <stdbool.h>

/*
 * Make SIGINT and SIGTERM request the end; a second signal ends the program at
 * once. Return a file that is readable once the end is requested, or -1.
 */
int stop_install(void);

/* Was the end requested? */
bool stop_requested(void);

/*
 * A command uses the whole terminal from now on: waiting also ends, and
 * recordings end, when @keys is readable, and nothing is printed on stderr
 * while waiting. Return a file that is readable when @keys is or the end is
 * requested, or -1.
 */
int stop_take_terminal(int keys);

/* Does a command use the whole terminal? */
bool stop_terminal_taken(void);

#endif /* UTIL_STOP_H */
