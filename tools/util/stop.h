/* SPDX-License-Identifier: GPL-2.0 */
/* Being asked to end: SIGINT, SIGTERM, and whoever takes the terminal. */
#ifndef UTIL_STOP_H
#define UTIL_STOP_H

#include <stdbool.h>

/**
 * stop_install() - take SIGINT and SIGTERM as being asked for the end
 *
 * The second of them ends the program at once, as if it were not caught.
 *
 * Return: a file that can be read once the end was asked for, or -1.
 */
int stop_install(void);

/**
 * stop_requested() - was the end asked for?
 *
 * Return: true if so.
 */
bool stop_requested(void);

/**
 * stop_take_terminal() - a command fills the terminal from now on
 * @keys: a rest also ends when this file can be read; recordings then end, too
 *
 * Nothing is told on stderr any more while the program rests.
 *
 * Return: a file that can be read when @keys can or the end was asked for; -1 if
 * that does not work.
 */
int stop_take_terminal(int keys);

/**
 * stop_terminal_taken() - does a command fill the terminal?
 *
 * Return: true after stop_take_terminal().
 */
bool stop_terminal_taken(void);

#endif /* UTIL_STOP_H */
