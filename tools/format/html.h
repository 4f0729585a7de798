/* SPDX-License-Identifier: GPL-2.0 */
/* Writes text into HTML so that nothing in it can be taken for markup. */
#ifndef FORMAT_HTML_H
#define FORMAT_HTML_H

#include <stdint.h>
#include <stdio.h>

/* A number with a comma between each three of its digits. */
#define HTML_COUNT_MAX	28
/* A share such as 96.9 %. */
#define HTML_SHARE_MAX	16

/**
 * html_text() - write text, for content and for quoted attributes
 * @out: the page
 * @text: any bytes; what is no printable ASCII becomes U+FFFD, so that a page
 *	is always valid UTF-8
 */
void html_text(FILE *out, const char *text);

/**
 * html_format() - the same of what printf() would print
 * @out: the page
 * @format: as for printf(); 511 bytes of what comes out are written
 */
void html_format(FILE *out, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * html_bytes() - the same of a string of unknown bytes
 * @out: the page
 * @bytes: as for text_escape()
 * @len: how many there are, at most 128
 */
void html_bytes(FILE *out, const char *bytes, size_t len);

/**
 * html_count_text() - write a whole number for people
 * @count: the number
 * @buf: the result, such as 1,234,567
 *
 * Return: @buf.
 */
const char *html_count_text(uint64_t count, char buf[HTML_COUNT_MAX]);

/**
 * html_share_text() - write a part of a whole
 * @part: the part
 * @whole: the whole
 * @buf: the result, in percent; "-" of nothing. Only all is 100%, and only
 *	nothing 0%
 *
 * Return: @buf.
 */
const char *html_share_text(uint64_t part, uint64_t whole,
			    char buf[HTML_SHARE_MAX]);

#endif /* FORMAT_HTML_H */
