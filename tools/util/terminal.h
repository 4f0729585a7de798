/* SPDX-License-Identifier: GPL-2.0 */
/* The size of the terminal that text goes to. */
#ifndef UTIL_TERMINAL_H
#define UTIL_TERMINAL_H

#include <stdio.h>

/* Return how many columns a terminal has, or 0 if @out is not a terminal. */
unsigned int terminal_columns(FILE *out);

#endif /* UTIL_TERMINAL_H */
