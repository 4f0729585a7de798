/* SPDX-License-Identifier: GPL-2.0 */
/* Reads numbers and times as people write them. */
#ifndef UTIL_PARSE_H
#define UTIL_PARSE_H

#include <stdbool.h>
#include <stdint.h>

/**
 * parse_count() - a whole number above 0
 * @text: the text
 * @count: the number
 *
 * Return: true if it is one, and nothing else.
 */
bool parse_count(const char *text, uint64_t *count);

/**
 * parse_time() - a time such as 500ms, 30s, 5m or 1.5h; alone: seconds
 * @text: the text
 * @ns: the time in nanoseconds, at least 1 ms and at most 365 days
 *
 * Return: true if it is one, and nothing else.
 */
bool parse_time(const char *text, uint64_t *ns);

#endif /* UTIL_PARSE_H */
