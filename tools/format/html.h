/* SPDX-License-Identifier: GPL-2.0 */
/* Writes text into HTML so that nothing in it is taken for markup. */
#ifndef FORMAT_HTML_H
#define FORMAT_HTML_H

#include <stdint.h>
#include <stdio.h>

/* Size for a number with thousands separators */
#define HTML_COUNT_MAX	28
/* Size for a share such as 96.9% */
#define HTML_SHARE_MAX	16

/*
 * Write text, for content and for quoted attributes. Bytes that are not
 * printable ASCII become U+FFFD, so a page is always valid UTF-8.
 */
void html_text(FILE *out, const char *text);

/* Write text made as by printf(), at most 511 bytes. */
void html_format(FILE *out, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Write a string of unknown bytes, see text_escape(); at most 128 bytes. */
void html_bytes(FILE *out, const char *bytes, size_t len);

/* Write a number such as 1,234,567 to @buf. Return @buf. */
const char *html_count_text(uint64_t count, char buf[HTML_COUNT_MAX]);

/* Write a share in percent; "-" of nothing. 100% and 0% are exact. */
const char *html_share_text(uint64_t part, uint64_t whole,
			    char buf[HTML_SHARE_MAX]);

#endif /* FORMAT_HTML_H */
