/* SPDX-License-Identifier: GPL-2.0 */
/* A line on the terminal that shows the progress of long work. */
#ifndef UTIL_PROGRESS_H
#define UTIL_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Show progress from now on, for a command @name: on stderr, which must be a
 * terminal, after one second, then twice a second. Without this call nothing is
 * shown.
 */
void progress_init(const char *name);

/* Add bytes that will be read, 0 if the number is unknown. */
void progress_expect(uint64_t bytes);

/* Add bytes that were read, and show a line if it is time. */
void progress_read(uint64_t bytes);

/* Is progress shown? */
bool progress_wanted(void);

/* Is it time for a new line? If so the caller must show one. */
bool progress_due(void);

/* Show a line; @format has no newline. */
void progress_show(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/* Remove the line, before something else is printed. */
void progress_wipe(void);

#endif /* UTIL_PROGRESS_H */
