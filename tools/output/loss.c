// SPDX-License-Identifier: GPL-2.0
/* Shows in its place that events are missing. */
#include <inttypes.h>

#include "format/json.h"
#include "output/loss.h"

static const char *host_name(struct tcpfin_source *src,
			     const struct tcpfin_item *item)
{
	return src->hosts > 1 ? tcpfin_source_host_name(src, item->host) : NULL;
}

void tcpfin_gap_print(FILE *out, struct tcpfin_source *src,
		      const struct tcpfin_item *item)
{
	const char *host = host_name(src, item);
	bool lost = item->type == TCPFIN_ITEM_LOST;

	if (host)
		fprintf(out, "%-12s ", host);
	if (lost && item->cpu == TCPFIN_CPU_NONE)
		fprintf(out, "lost %" PRIu64 " (a part that is not read)\n",
			item->count);
	else if (lost)
		fprintf(out, "lost %" PRIu64 " (cpu %u)\n", item->count,
			item->cpu);
	else
		fprintf(out, "missed %" PRIu64 "\n", item->count);
}

struct json_object *tcpfin_gap_object(struct tcpfin_source *src,
				      const struct tcpfin_item *item)
{
	struct json_object *obj = json_object_new_object();
	const char *host = host_name(src, item);
	bool lost = item->type == TCPFIN_ITEM_LOST;

	tcpfin_json_str(obj, "type", lost ? "lost" : "missed");
	if (host)
		tcpfin_json_str(obj, "host", host);
	if (lost)
		tcpfin_json_u64_if(obj, "cpu", item->cpu != TCPFIN_CPU_NONE,
				   item->cpu);
	tcpfin_json_u64(obj, "count", item->count);
	return obj;
}
