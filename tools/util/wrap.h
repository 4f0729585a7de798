/* SPDX-License-Identifier: GPL-2.0 */
/* Prints text in lines of a certain width. */
#ifndef UTIL_WRAP_H
#define UTIL_WRAP_H

#include <stdio.h>

/* The width if the output is not a terminal */
#define WRAP_WIDTH	80
/* Longer lines are hard to read. */
#define WRAP_WIDTH_MAX	120

/*
 * Print @title, and @text beside it from column @indent on, in lines of at most
 * @width columns. Words that are longer are kept whole.
 */
void wrap_print(FILE *out, const char *title, unsigned int indent,
		unsigned int width, const char *text);

/* Print text as wrap_print() does, when the title is printed already. */
void wrap_text(FILE *out, unsigned int indent, unsigned int width, const char *text);

/*
 * Return the number of columns of the terminal, WRAP_WIDTH_MAX at most; WRAP_WIDTH if
 * @out is not a terminal.
 */
unsigned int wrap_width(FILE *out);

#endif /* UTIL_WRAP_H */
