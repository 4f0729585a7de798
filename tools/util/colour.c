// SPDX-License-Identifier: GPL-2.0
/* Finds out whether text gets colours. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/colour.h"

static enum { AUTO, ALWAYS, NEVER } mode;

bool colour_parse(const char *when)
{
	if (!strcmp(when, "auto"))
		mode = AUTO;
	else if (!strcmp(when, "always"))
		mode = ALWAYS;
	else if (!strcmp(when, "never"))
		mode = NEVER;
	else
		return false;
	return true;
}

/* NO_COLOR counts if it is set and not empty. */
bool colour_wanted(FILE *out)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	if (mode != AUTO)
		return mode == ALWAYS;
	return isatty(fileno(out)) && !(no_color && *no_color) && term &&
	       strcmp(term, "dumb");
}
