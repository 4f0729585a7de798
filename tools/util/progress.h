/* SPDX-License-Identifier: GPL-2.0 */
/* A line on a terminal that says how far a long work has come. */
#ifndef TCPFIN_PROGRESS_H
#define TCPFIN_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/**
 * tcpfin_progress_init() - from now on show how far the work has come
 * @name: who works, a command's name
 *
 * The line is on stderr, which is to be a terminal. It comes when the work has
 * lasted for a second, and is renewed twice a second. Until this is called,
 * nothing is shown.
 */
void tcpfin_progress_init(const char *name);

/**
 * tcpfin_progress_expect() - this much has to be read
 * @bytes: how much more, 0 if nobody knows
 */
void tcpfin_progress_expect(uint64_t bytes);

/**
 * tcpfin_progress_read() - this much was read
 * @bytes: how much more
 */
void tcpfin_progress_read(uint64_t bytes);

/**
 * tcpfin_progress_wanted() - is anything shown?
 *
 * Return: true after tcpfin_progress_init().
 */
bool tcpfin_progress_wanted(void);

/**
 * tcpfin_progress_due() - is it time for a new line?
 *
 * Return: true if so: who asks is to show one.
 */
bool tcpfin_progress_due(void);

/**
 * tcpfin_progress_show() - show a line
 * @format: as for printf(), without a newline
 */
void tcpfin_progress_show(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/**
 * tcpfin_progress_wipe() - remove the line: something else will be printed
 */
void tcpfin_progress_wipe(void);

#endif /* TCPFIN_PROGRESS_H */
