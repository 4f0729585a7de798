/* SPDX-License-Identifier: GPL-2.0 */
/* Prints objects for programs as the options want them. */
#ifndef TCPFIN_PRINT_OBJECT_H
#define TCPFIN_PRINT_OBJECT_H

#include <stdio.h>

#include <json-c/json.h>

#include "cli/selection.h"

/**
 * tcpfin_print_object() - print an object as the options want it, and free it
 * @out: the stream
 * @chosen: what the options say: JSON, or else CSV
 * @columns: for CSV
 * @obj: the object
 */
void tcpfin_print_object(FILE *out, const struct tcpfin_chosen *chosen,
			 const char *const *columns, struct json_object *obj);

#endif /* TCPFIN_PRINT_OBJECT_H */
