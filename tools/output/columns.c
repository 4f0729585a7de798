// SPDX-License-Identifier: GPL-2.0
/* Cuts lines of text that are too long for a terminal. */
#include <stdbool.h>

#include "output/columns.h"
#include "util/colour.h"
#include "util/digits.h"

/* Return what follows a colour, which begins at @at and is complete. */
static char *behind_colour(char *at, const char *end)
{
	char *last = memchr(at, 'm', (size_t)(end - at));

	return last ? last + 1 : at + 1;
}

void columns_cut(struct columns *l)
{
	const size_t size = strlen(COLOUR_END);
	bool coloured = false, coloured_there = false;
	char *at = l->at, *there = NULL;
	unsigned int seen = 0, needed = 0;

	while (at > l->text && at[-1] != '\n')
		at--;
	while (at < l->at) {
		if (*at == '\033') {
			coloured = memcmp(at, COLOUR_END, size);
			at = behind_colour(at, l->at);
			continue;
		}
		seen++;
		if (*at != ' ')
			needed = seen;
		if (seen == l->max) {
			there = at;
			coloured_there = coloured;
		}
		at++;
	}
	if (!there || needed <= l->max)
		return;
	*there++ = '~';
	if (coloured_there)
		there = put_string(there, COLOUR_END);
	l->at = there + 1;
}
