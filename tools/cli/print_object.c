// SPDX-License-Identifier: GPL-2.0
/* Prints objects for programs as the options want them. */
#include "cli/print_object.h"
#include "format/csv.h"
#include "format/json.h"

void tcpfin_print_object(FILE *out, const struct tcpfin_chosen *chosen,
			 const char *const *columns, struct json_object *obj)
{
	if (chosen->json) {
		tcpfin_json_line(out, obj);
		return;
	}
	tcpfin_csv_line(out, columns, obj);
	json_object_put(obj);
}
