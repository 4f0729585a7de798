// SPDX-License-Identifier: GPL-2.0
/* Prints objects for programs as the options want them. */
#include "cli/print_object.h"
#include "format/csv.h"
#include "format/json.h"

void object_print(FILE *out, const struct selection *selection,
		  const char *const *columns, struct json_object *obj)
{
	if (selection->json) {
		json_line(out, obj);
		return;
	}
	csv_line(out, columns, obj);
	json_object_put(obj);
}
