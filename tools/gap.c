// SPDX-License-Identifier: GPL-2.0
/* Shows in its place that events are missing. */
#include <inttypes.h>

#include "gap.h"
#include "json.h"

void tcpfin_gap_print(FILE *out, bool json, const struct tcpfin_item *item)
{
	bool lost = item->type == TCPFIN_ITEM_LOST;
	struct json_object *obj;

	if (json) {
		obj = json_object_new_object();
		tcpfin_json_str(obj, "type", lost ? "lost" : "missed");
		if (lost)
			tcpfin_json_u64(obj, "cpu", item->cpu);
		tcpfin_json_u64(obj, "count", item->count);
		tcpfin_json_line(out, obj);
	} else if (lost) {
		fprintf(out, "lost %" PRIu64 " (cpu %u)\n", item->count,
			item->cpu);
	} else {
		fprintf(out, "missed %" PRIu64 "\n", item->count);
	}
}
