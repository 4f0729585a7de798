/* SPDX-License-Identifier: GPL-2.0 */
/* JSON objects as lines of comma-separated values (RFC 4180). */
#ifndef FORMAT_CSV_H
#define FORMAT_CSV_H

#include <stdio.h>

#include <json-c/json.h>

/*
 * A column is a path into the object: "half_close.ms", or "ends.0.lport" for
 * the first element of a list. An array of columns ends with NULL.
 */

/* Print the names of the columns. */
void csv_titles(FILE *out, const char *const *columns);

/*
 * Print an object; columns that are null or absent are empty. The first
 * character of a text is escaped if a spreadsheet would take the text for a
 * formula (=, +, -, @).
 */
void csv_line(FILE *out, const char *const *columns, struct json_object *obj);

#endif /* FORMAT_CSV_H */
