/* SPDX-License-Identifier: GPL-2.0 */
/* Colours of text on a terminal, and whether they are wanted. */
#ifndef UTIL_COLOUR_H
#define UTIL_COLOUR_H

#include <stdbool.h>
#include <stdio.h>

/* ECMA-48 "select graphic rendition", for the roles of text. */
#define COLOUR_END	"\033[0m"
#define COLOUR_TITLE	"\033[1m"
#define COLOUR_QUIET	"\033[2m"
#define COLOUR_GOOD	"\033[32m"
#define COLOUR_WARNING	"\033[33m"
#define COLOUR_BAD	"\033[1;31m"
#define COLOUR_CLOSER	"\033[36m"	/* the end that closes first; a FIN */
#define COLOUR_OTHER	"\033[35m"	/* the other end */
#define COLOUR_DATA	"\033[34m"

/* Take the value of --color: always, auto or never. Return false for any other. */
bool colour_parse(const char *when);

/*
 * Does text on @out get colours? By default if @out is a terminal that knows them and
 * NO_COLOR is not set (see no-color.org).
 */
bool colour_wanted(FILE *out);

/* Return a colour, or "" if there are none. */
static inline const char *colour_if(bool coloured, const char *colour)
{
	return coloured && colour ? colour : "";
}

#endif /* UTIL_COLOUR_H */
