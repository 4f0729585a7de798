// SPDX-License-Identifier: GPL-2.0
/* Finds out whether the terminal can show box characters and colours. */
#include <stdlib.h>
#include <string.h>

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

struct ladder_style ladder_terminal_style(void)
{
	return (struct ladder_style){
		.unicode = has_unicode(),
	};
}
