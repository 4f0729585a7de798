/* SPDX-License-Identifier: GPL-2.0 */
/* A line on a terminal that says how far a long work has come. */
#ifndef UTIL_PROGRESS_H
#define UTIL_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/**
 * progress_init() - from now on show how far the work has come
 * @name: who works, a command's name
 *
 * The line is on stderr, which is to be a terminal. It comes when the work has
 * lasted for a second, and is renewed twice a second. Until this is called,
 * nothing is shown.
 */
void progress_init(const char *name);

/**
 * progress_expect() - this much has to be read
 * @bytes: how much more, 0 if nobody knows
 */
void progress_expect(uint64_t bytes);

/**
 * progress_read() - this much was read
 * @bytes: how much more
 */
void progress_read(uint64_t bytes);

/**
 * progress_wanted() - is anything shown?
 *
 * Return: true after progress_init().
 */
bool progress_wanted(void);

/**
 * progress_due() - is it time for a new line?
 *
 * Return: true if so: who asks is to show one.
 */
bool progress_due(void);

/**
 * progress_show() - show a line
 * @format: as for printf(), without a newline
 */
void progress_show(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/**
 * progress_wipe() - remove the line: something else will be printed
 */
void progress_wipe(void);

#endif /* UTIL_PROGRESS_H */
