// SPDX-License-Identifier: GPL-2.0
/* Builds an explanation of a connection, sentence by sentence. */
#include <stdarg.h>
#include <string.h>

#include "ladder/teller.h"

void teller_begin(struct teller *t, const char *title)
{
	struct explain_part *part = &t->e->part[t->e->count];

	if (t->e->count == EXPLAIN_MAX)
		return;
	t->e->count++;
	part->title = title;
	part->text[0] = '\0';
}

void teller_say(struct teller *t, const char *format, ...)
{
	char *text = t->e->part[t->e->count - 1].text;
	size_t len = strlen(text);
	va_list args;

	va_start(args, format);
	vsnprintf(text + len, EXPLAIN_TEXT_MAX - len, format, args);
	va_end(args);
}

const char *times_text(unsigned int times, char buf[TIMES_TEXT_MAX])
{
	if (times == 1)
		strcpy(buf, "once");
	else if (times == 2)
		strcpy(buf, "twice");
	else
		snprintf(buf, TIMES_TEXT_MAX, "%u times", times);
	return buf;
}
