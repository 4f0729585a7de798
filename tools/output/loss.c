// SPDX-License-Identifier: GPL-2.0
/* Prints losses of events: each in its place, and the sums. */
#include <inttypes.h>

#include "format/json.h"
#include "output/loss.h"

static const char *host_name(struct source *src, const struct item *item)
{
	return src->hosts > 1 ? source_host_name(src, item->host) : NULL;
}

void loss_print(FILE *out, struct source *src, const struct item *item)
{
	const char *host = host_name(src, item);
	bool lost = item->type == ITEM_LOST;

	if (host)
		fprintf(out, "%-12s ", host);
	if (lost && item->cpu == CPU_NONE)
		fprintf(out, "lost %" PRIu64 " (a part that is not read)\n", item->count);
	else if (lost && item->cpu == CPU_NO_RING)
		fprintf(out, "lost %" PRIu64 " (CPUs without a ring)\n", item->count);
	else if (lost)
		fprintf(out, "lost %" PRIu64 " (cpu %u)\n", item->count, item->cpu);
	else
		fprintf(out, "missed %" PRIu64 "\n", item->count);
}

struct json_object *loss_object(struct source *src, const struct item *item)
{
	struct json_object *obj = json_object_new_object();
	const char *host = host_name(src, item);
	bool lost = item->type == ITEM_LOST;

	json_add_str(obj, "type", lost ? "lost" : "missed");
	if (host)
		json_add_str(obj, "host", host);
	if (lost)
		json_add_u64_if(obj, "cpu", item->cpu < CPU_NO_RING, item->cpu);
	if (lost && item->cpu == CPU_NO_RING)
		json_add_bool(obj, "no_ring", true);
	json_add_u64(obj, "count", item->count);
	return obj;
}

bool losses_any(const struct losses *l)
{
	return l->lost || l->missed || l->unmatched || l->unreached;
}

const char *losses_text(const struct losses *l, char buf[LOSSES_TEXT_MAX])
{
	int len = snprintf(buf, LOSSES_TEXT_MAX, "overwritten %" PRIu64 ", missed %"
			   PRIu64 ", unmatched %" PRIu64, l->lost - l->no_ring,
			   l->missed, l->unmatched);

	if (l->no_ring)
		len += snprintf(buf + len, LOSSES_TEXT_MAX - (size_t)len,
				", no ring %" PRIu64, l->no_ring);
	if (l->unreached)
		snprintf(buf + len, LOSSES_TEXT_MAX - (size_t)len,
			 ", unreached %" PRIu64, l->unreached);
	return buf;
}

void losses_json_add(struct json_object *obj, const struct losses *l)
{
	json_add_u64(obj, "lost", l->lost);
	json_add_u64(obj, "missed", l->missed);
	json_add_u64(obj, "unmatched", l->unmatched);
	json_add_u64(obj, "unreached", l->unreached);
	json_add_u64(obj, "no_ring", l->no_ring);
}
