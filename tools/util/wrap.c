// SPDX-License-Identifier: GPL-2.0
/* Prints text in lines of a certain width. */
#include <string.h>

#include "util/terminal.h"
#include "util/wrap.h"

void wrap_text(FILE *out, unsigned int indent, unsigned int width, const char *text)
{
	size_t column = indent, len;

	while (*text) {
		len = strcspn(text, " ");
		if (column > indent && column + 1 + len > width) {
			fprintf(out, "\n%*s", (int)indent, "");
			column = indent;
		} else if (column > indent) {
			putc(' ', out);
			column++;
		}
		fprintf(out, "%.*s", (int)len, text);
		column += len;
		text += len;
		text += strspn(text, " ");
	}
	putc('\n', out);
}

void wrap_print(FILE *out, const char *title, unsigned int indent,
		unsigned int width, const char *text)
{
	fprintf(out, "%-*s", (int)indent, title);
	wrap_text(out, indent, width, text);
}

unsigned int wrap_width(FILE *out)
{
	unsigned int width = terminal_columns(out);

	if (!width)
		return WRAP_WIDTH;
	return width < WRAP_WIDTH_MAX ? width : WRAP_WIDTH_MAX;
}
