// SPDX-License-Identifier: GPL-2.0
/* Which events and connections the options of a command choose. */
#include <sys/socket.h>

#include "cli/selection.h"
#include "format/csv.h"
#include "format/json.h"

bool selection_family_matches(unsigned int families, uint8_t family)
{
	if (!families)
		return true;
	return (families & FAMILY_4 && family == AF_INET) ||
	       (families & FAMILY_6 && family == AF_INET6);
}

bool selection_has_verdict(const struct selection *selection,
			   const struct tcpfin_header *header,
			   const struct verdict *v)
{
	return selection_family_matches(selection->families,
					v->end[0]->family) &&
	       match_verdict(selection->filter, header, v);
}

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
