// SPDX-License-Identifier: GPL-2.0
/* Writes text into HTML so that nothing in it is taken for markup. */
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "format/html.h"
#include "util/text.h"

#define BYTES_MAX	128

void html_text(FILE *out, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		case '\'':
			fputs("&#39;", out);
			break;
		default:
			if (*text < ' ' || *text > '~')
				fputs("&#xFFFD;", out);
			else
				fputc(*text, out);
		}
	}
}

void html_format(FILE *out, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	html_text(out, text);
}

void html_bytes(FILE *out, const char *bytes, size_t len)
{
	char text[4 * BYTES_MAX + 1];

	html_text(out, text_escape(bytes, len, text, sizeof(text)));
}

const char *html_count_text(uint64_t count, char buf[HTML_COUNT_MAX])
{
	char digits[24];
	size_t len, i, at = 0;

	len = (size_t)snprintf(digits, sizeof(digits), "%" PRIu64, count);
	for (i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			buf[at++] = ',';
		buf[at++] = digits[i];
	}
	buf[at] = '\0';
	return buf;
}

const char *html_share_text(uint64_t part, uint64_t whole,
			    char buf[HTML_SHARE_MAX])
{
	double percent = whole ? 100.0 * (double)part / (double)whole : 0;

	if (!whole)
		strcpy(buf, "-");
	else if (!part || part == whole)
		snprintf(buf, HTML_SHARE_MAX, "%d%%", part ? 100 : 0);
	else if (percent < 0.1)
		strcpy(buf, "<0.1%");
	else if (percent > 99.9)
		strcpy(buf, ">99.9%");
	else
		snprintf(buf, HTML_SHARE_MAX, "%.1f%%", percent);
	return buf;
}
