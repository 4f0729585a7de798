// SPDX-License-Identifier: GPL-2.0
/* Finds out whether the terminal can show box characters and colours. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ladder/ladder.h"
#include "util/basics.h"

/* Go by the locale's name: the locale need not be installed. */
static bool has_unicode(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };
	const char *locale;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		locale = getenv(names[i]);
		if (locale && *locale)
			return strcasestr(locale, "UTF-8") || strcasestr(locale, "utf8");
	}
	return false;
}

/* See no-color.org: set and not empty. */
static bool has_colour(void)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && !(no_color && *no_color) &&
	       term && strcmp(term, "dumb");
}

struct ladder_style ladder_terminal_style(void)
{
	return (struct ladder_style){
		.unicode = has_unicode(), .colour = has_colour(),
	};
}
