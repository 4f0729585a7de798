/* SPDX-License-Identifier: GPL-2.0 */
/* The objects of --json as lines of comma-separated values (RFC 4180). */
#ifndef FORMAT_CSV_H
#define FORMAT_CSV_H

#include <stdio.h>

#include <json-c/json.h>

/*
 * A column is a path into the object, with dots: "half_close.ms", and
 * "ends.0.lport" for the first of a list. Columns end with a NULL.
 */

/**
 * csv_titles() - print the line of the columns' names
 * @out: the stream
 * @columns: the columns
 */
void csv_titles(FILE *out, const char *const *columns);

/**
 * csv_line() - print an object's line
 * @out: the stream
 * @columns: the columns; what is null or not there is empty
 * @obj: the object
 *
 * A text that a spreadsheet would take for a formula (by =, +, - or @ at its
 * beginning) gets that character escaped, as what is not printable is.
 */
void csv_line(FILE *out, const char *const *columns, struct json_object *obj);

#endif /* FORMAT_CSV_H */
