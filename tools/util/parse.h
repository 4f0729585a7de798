/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Parses numbers and times as people write them. Functions return whether the
 * whole text is such a value.
 */
#ifndef UTIL_PARSE_H
#define UTIL_PARSE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Parse a run of digits, without sign or blanks, and move *@text behind it.
 * Return false if there is no digit, or the number needs more than 64 bits.
 */
bool parse_digits(const char **text, uint64_t *value);

/* Parse a whole number; @value is written only if it is valid. */
bool parse_number(const char *text, uint64_t *value);

/* Parse a whole number above 0. */
bool parse_count(const char *text, uint64_t *count);

/* Parse 500ms, 30s, 5m, 1.5h or seconds, from 1 ms to 365 days. */
bool parse_time(const char *text, uint64_t *ns);

#endif /* UTIL_PARSE_H */
