/* SPDX-License-Identifier: GPL-2.0 */
/* Prints objects for programs as the options want them. */
#ifndef CLI_PRINT_OBJECT_H
#define CLI_PRINT_OBJECT_H

#include <stdio.h>

#include <json-c/json.h>

#include "cli/selection.h"

/**
 * object_print() - print an object as the options want it, and free it
 * @out: the stream
 * @selection: what the options say: JSON, or else CSV
 * @columns: for CSV
 * @obj: the object
 */
void object_print(FILE *out, const struct selection *selection,
		  const char *const *columns, struct json_object *obj);

#endif /* CLI_PRINT_OBJECT_H */
