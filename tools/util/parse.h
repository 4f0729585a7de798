/* SPDX-License-Identifier: GPL-2.0 */
/* Reads numbers and times as people write them. */
#ifndef UTIL_PARSE_H
#define UTIL_PARSE_H

#include <stdbool.h>
#include <stdint.h>

/**
 * parse_digits() - read a run of decimal digits, without sign or blanks
 * @text: the digits; moved to what follows them
 * @value: the number
 *
 * Return: false if there is no digit, or the number needs more than 64 bits.
 */
bool parse_digits(const char **text, uint64_t *value);

/**
 * parse_number() - read a text that is a whole number of 0 or more
 * @text: the text
 * @value: the number, unchanged on failure
 *
 * Return: false if the text is anything else.
 */
bool parse_number(const char *text, uint64_t *value);

/**
 * parse_count() - read a text that is a whole number above 0
 * @text: the text
 * @count: the number, unchanged on failure
 *
 * Return: false if the text is anything else.
 */
bool parse_count(const char *text, uint64_t *count);

/**
 * parse_time() - read a time such as 500ms, 30s, 5m or 1.5h
 * @text: the text; without a unit it is in seconds
 * @ns: the time in nanoseconds, at least 1 ms and at most 365 days
 *
 * Return: false if the text is anything else.
 */
bool parse_time(const char *text, uint64_t *ns);

#endif /* UTIL_PARSE_H */
