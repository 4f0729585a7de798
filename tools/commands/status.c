// SPDX-License-Identifier: GPL-2.0
/* The command "status": version, what is hooked, how full the rings are, loss. */
#include <inttypes.h>

#include "commands/commands.h"
#include "format/csv.h"
#include "format/json.h"
#include "system/kprobes.h"
#include "util/basics.h"
#include "util/stdout.h"
#include "util/text.h"

#define FIELD_MAX	(4 * 72 + 1)

/* Records that a ring was given, that it still has, and that it lost. */
struct fill {
	uint64_t recorded;
	uint64_t kept;
	uint64_t overwritten;
};

static struct fill ring_fill(struct source *src, uint32_t cpu)
{
	struct fill f = { .recorded = source_recorded(src, cpu) };

	f.kept = f.recorded;
	if (f.kept > src->header.records)
		f.kept = src->header.records;
	f.overwritten = f.recorded - f.kept;
	return f;
}

static const char *scope_name(uint32_t scope)
{
	return scope == TCPFIN_SCOPE_TEARDOWN ? "teardown" :
	       scope == TCPFIN_SCOPE_ALL ? "all" : "?";
}

static void print_probes(const struct tcpfin_header *h, FILE *out)
{
	char symbol[FIELD_MAX], shows[FIELD_MAX];
	unsigned int i;

	fprintf(out, "\n%-32s %-7s %-8s %s\n", "PROBE", "HOOKED", "MISSED", "SHOWS");
	for (i = 0; i < TCPFIN_PROBES; i++) {
		const struct tcpfin_probe *p = &h->probe[i];

		if (!p->symbol[0])
			continue;
		text_escape(p->symbol, sizeof(p->symbol), symbol, sizeof(symbol));
		text_escape(p->shows, sizeof(p->shows), shows, sizeof(shows));
		fprintf(out, "%-32s %-7s %-8" PRIu64 " %s\n", symbol,
			p->hooked ? "yes" : "NO", (uint64_t)p->missed, shows);
	}
}

static void print_rings(struct source *src, FILE *out)
{
	struct fill f;
	uint32_t cpu;

	fprintf(out, "\n%-6s %-12s %-12s %s\n", "CPU", "RECORDED", "KEPT",
		"OVERWRITTEN");
	for (cpu = 0; cpu < src->header.rings; cpu++) {
		f = ring_fill(src, cpu);
		fprintf(out, "%-6u %-12" PRIu64 " %-12" PRIu64 " %" PRIu64 "\n",
			cpu, f.recorded, f.kept, f.overwritten);
	}
}

static void print_text(struct source *src, FILE *out)
{
	const struct tcpfin_header *h = &src->header;
	char version[FIELD_MAX], kernel[FIELD_MAX], loaded[SPAN_TEXT_MAX];
	uint64_t now = source_now(src);

	text_escape(h->version, sizeof(h->version), version, sizeof(version));
	text_escape(h->kernel, sizeof(h->kernel), kernel, sizeof(kernel));
	span_text(saturating_sub(now, h->load_ns), loaded);
	fprintf(out, "module     %s, ABI %u%s\n", version, h->abi,
		h->gone ? ", unloaded" : "");
	fprintf(out, "kernel     %s\n", kernel);
	fprintf(out, "loaded     %s ago\n", loaded);
	fprintf(out, "scope      %s\n", scope_name(h->scope));
	fprintf(out, "recording  %s%s\n", h->gone ? "no" :
		h->stopped ? "NO: kprobes are switched off: " : "yes",
		!h->gone && h->stopped ? kprobes_why_off() : "");
	fprintf(out, "rings      %u, %u records each, %" PRIu64 " KiB\n",
		h->rings, h->records, (uint64_t)h->size / 1024);
	fprintf(out, "unmatched  %" PRIu64 "\n", (uint64_t)h->unmatched);
	print_probes(h, out);
	print_rings(src, out);
}

static struct json_object *probes_json(const struct tcpfin_header *h)
{
	struct json_object *list = json_object_new_array(), *obj;
	char text[FIELD_MAX];
	unsigned int i;

	for (i = 0; i < TCPFIN_PROBES; i++) {
		const struct tcpfin_probe *p = &h->probe[i];

		if (!p->symbol[0])
			continue;
		obj = json_object_new_object();
		json_add_str(obj, "symbol",
			     text_escape(p->symbol, sizeof(p->symbol), text,
					 sizeof(text)));
		json_add_str(obj, "shows",
			     text_escape(p->shows, sizeof(p->shows), text,
					 sizeof(text)));
		json_object_object_add(obj, "hooked",
				       json_object_new_boolean(!!p->hooked));
		json_add_u64(obj, "missed", p->missed);
		json_object_array_add(list, obj);
	}
	return list;
}

static struct json_object *rings_json(struct source *src)
{
	struct json_object *list = json_object_new_array(), *obj;
	struct fill f;
	uint32_t cpu;

	for (cpu = 0; cpu < src->header.rings; cpu++) {
		f = ring_fill(src, cpu);
		obj = json_object_new_object();
		json_add_u64(obj, "cpu", cpu);
		json_add_u64(obj, "recorded", f.recorded);
		json_add_u64(obj, "kept", f.kept);
		json_add_u64(obj, "overwritten", f.overwritten);
		json_object_array_add(list, obj);
	}
	return list;
}

/* Print the objects of a list as lines of CSV with this type, and free it. */
static void print_list(const char *type, struct json_object *list,
		       const char *const *columns, FILE *out)
{
	struct json_object *obj;
	size_t i;

	for (i = 0; i < json_object_array_length(list); i++) {
		obj = json_object_array_get_idx(list, i);
		json_add_str(obj, "type", type);
		csv_line(out, columns, obj);
	}
	json_object_put(list);
}

/* Probes and rings are one table: a line has the columns of its type. */
static void print_csv(struct source *src, FILE *out)
{
	static const char *const columns[] = {
		"type", "symbol", "shows", "hooked", "missed", "cpu",
		"recorded", "kept", "overwritten", NULL
	};

	csv_titles(out, columns);
	print_list("probe", probes_json(&src->header), columns, out);
	print_list("ring", rings_json(src), columns, out);
}

static void print_json(struct source *src, FILE *out)
{
	struct json_object *obj = json_object_new_object();
	const struct tcpfin_header *h = &src->header;
	char text[FIELD_MAX];

	json_add_str(obj, "type", "status");
	json_add_str(obj, "version",
		     text_escape(h->version, sizeof(h->version), text, sizeof(text)));
	json_add_u64(obj, "abi", h->abi);
	json_add_str(obj, "kernel",
		     text_escape(h->kernel, sizeof(h->kernel), text, sizeof(text)));
	json_add_str(obj, "scope", scope_name(h->scope));
	json_object_object_add(obj, "gone", json_object_new_boolean(!!h->gone));
	json_object_object_add(obj, "stopped", json_object_new_boolean(!!h->stopped));
	json_add_u64(obj, "load_ns", h->load_ns);
	json_add_u64(obj, "rings", h->rings);
	json_add_u64(obj, "records", h->records);
	json_add_u64(obj, "size", h->size);
	json_add_u64(obj, "unmatched", h->unmatched);
	json_object_object_add(obj, "probe", probes_json(h));
	json_object_object_add(obj, "ring", rings_json(src));
	json_line(out, obj);
}

static int view(struct source *src, const void *opts, FILE *out)
{
	const struct selection *selection = opts;

	if (selection->json)
		print_json(src, out);
	else if (selection->csv)
		print_csv(src, out);
	else
		print_text(src, out);
	return stdout_finish(out);
}

static const struct option_row options[] = {
	{ .name = "--json", .help = "one JSON object" },
	{ .name = "--csv",
	  .help = "probes and rings as comma-separated values" },
	{ 0 },
};

const struct command status_command = {
	.name = "status",
	.usage =
"Usage: tcpfin status [--json | --csv]\n"
"Print what the module sees, how full its rings are and what was lost.\n",
	.options = options,
	.notes =
"Example: tcpfin status\n",
	.shows_module = true,
	.opts_size = sizeof(struct selection),
	.view = view,
};
