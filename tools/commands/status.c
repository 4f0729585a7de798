// SPDX-License-Identifier: GPL-2.0
/* The view "status": version, what is hooked, how full the rings are, loss. */
#include <inttypes.h>

#include "cli/command.h"
#include "commands/status.h"
#include "format/csv.h"
#include "format/json.h"
#include "system/kprobes.h"
#include "util/stdout.h"
#include "util/text.h"

#define FIELD_MAX	(4 * 72 + 1)

/* How many of a ring's records are still there, and how many are not. */
struct fill {
	uint64_t recorded;
	uint64_t kept;
	uint64_t overwritten;
};

static struct fill ring_fill(struct tcpfin_source *src, uint32_t cpu)
{
	struct fill f = { .recorded = tcpfin_source_recorded(src, cpu) };

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

	fprintf(out, "\n%-32s %-7s %-8s %s\n", "PROBE", "HOOKED", "MISSED",
		"SHOWS");
	for (i = 0; i < TCPFIN_PROBES; i++) {
		const struct tcpfin_probe *p = &h->probe[i];

		if (!p->symbol[0])
			continue;
		tcpfin_escape(p->symbol, sizeof(p->symbol), symbol,
			      sizeof(symbol));
		tcpfin_escape(p->shows, sizeof(p->shows), shows,
			      sizeof(shows));
		fprintf(out, "%-32s %-7s %-8" PRIu64 " %s\n", symbol,
			p->hooked ? "yes" : "NO", (uint64_t)p->missed, shows);
	}
}

static void print_rings(struct tcpfin_source *src, FILE *out)
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

static void print_text(struct tcpfin_source *src, FILE *out)
{
	const struct tcpfin_header *h = &src->header;
	char version[FIELD_MAX], kernel[FIELD_MAX], loaded[TCPFIN_SPAN_MAX];
	uint64_t now = tcpfin_source_now(src);

	tcpfin_escape(h->version, sizeof(h->version), version,
		      sizeof(version));
	tcpfin_escape(h->kernel, sizeof(h->kernel), kernel, sizeof(kernel));
	tcpfin_span_text(now > h->load_ns ? now - h->load_ns : 0, loaded);
	fprintf(out, "module     %s, ABI %u%s\n", version, h->abi,
		h->gone ? ", unloaded" : "");
	fprintf(out, "kernel     %s\n", kernel);
	fprintf(out, "loaded     %s ago\n", loaded);
	fprintf(out, "scope      %s\n", scope_name(h->scope));
	fprintf(out, "recording  %s%s\n", h->gone ? "no" :
		h->stopped ? "NO: kprobes are switched off: " : "yes",
		!h->gone && h->stopped ? tcpfin_stopped_why() : "");
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
		tcpfin_json_str(obj, "symbol",
				tcpfin_escape(p->symbol, sizeof(p->symbol),
					      text, sizeof(text)));
		tcpfin_json_str(obj, "shows",
				tcpfin_escape(p->shows, sizeof(p->shows), text,
					      sizeof(text)));
		json_object_object_add(obj, "hooked",
				       json_object_new_boolean(!!p->hooked));
		tcpfin_json_u64(obj, "missed", p->missed);
		json_object_array_add(list, obj);
	}
	return list;
}

static struct json_object *rings_json(struct tcpfin_source *src)
{
	struct json_object *list = json_object_new_array(), *obj;
	struct fill f;
	uint32_t cpu;

	for (cpu = 0; cpu < src->header.rings; cpu++) {
		f = ring_fill(src, cpu);
		obj = json_object_new_object();
		tcpfin_json_u64(obj, "cpu", cpu);
		tcpfin_json_u64(obj, "recorded", f.recorded);
		tcpfin_json_u64(obj, "kept", f.kept);
		tcpfin_json_u64(obj, "overwritten", f.overwritten);
		json_object_array_add(list, obj);
	}
	return list;
}

/* Lines of what a list holds, under the name of the list. */
static void print_list(const char *type, struct json_object *list,
		       const char *const *columns, FILE *out)
{
	struct json_object *obj;
	size_t i;

	for (i = 0; i < json_object_array_length(list); i++) {
		obj = json_object_array_get_idx(list, i);
		tcpfin_json_str(obj, "type", type);
		tcpfin_csv_line(out, columns, obj);
	}
	json_object_put(list);
}

/* Both tables, in the columns of both. */
static void print_csv(struct tcpfin_source *src, FILE *out)
{
	static const char *const columns[] = {
		"type", "symbol", "shows", "hooked", "missed", "cpu",
		"recorded", "kept", "overwritten", NULL
	};

	tcpfin_csv_titles(out, columns);
	print_list("probe", probes_json(&src->header), columns, out);
	print_list("ring", rings_json(src), columns, out);
}

static void print_json(struct tcpfin_source *src, FILE *out)
{
	struct json_object *obj = json_object_new_object();
	const struct tcpfin_header *h = &src->header;
	char text[FIELD_MAX];

	tcpfin_json_str(obj, "type", "status");
	tcpfin_json_str(obj, "version",
			tcpfin_escape(h->version, sizeof(h->version), text,
				      sizeof(text)));
	tcpfin_json_u64(obj, "abi", h->abi);
	tcpfin_json_str(obj, "kernel",
			tcpfin_escape(h->kernel, sizeof(h->kernel), text,
				      sizeof(text)));
	tcpfin_json_str(obj, "scope", scope_name(h->scope));
	json_object_object_add(obj, "gone", json_object_new_boolean(!!h->gone));
	json_object_object_add(obj, "stopped",
			       json_object_new_boolean(!!h->stopped));
	tcpfin_json_u64(obj, "load_ns", h->load_ns);
	tcpfin_json_u64(obj, "rings", h->rings);
	tcpfin_json_u64(obj, "records", h->records);
	tcpfin_json_u64(obj, "size", h->size);
	tcpfin_json_u64(obj, "unmatched", h->unmatched);
	json_object_object_add(obj, "probe", probes_json(h));
	json_object_object_add(obj, "ring", rings_json(src));
	tcpfin_json_line(out, obj);
}

int tcpfin_status(struct tcpfin_source *src, const struct tcpfin_chosen *chosen,
		  FILE *out)
{
	if (chosen->json)
		print_json(src, out);
	else if (chosen->csv)
		print_csv(src, out);
	else
		print_text(src, out);
	return tcpfin_finish(out);
}

static const struct option longs[] = {
	{ "json", no_argument, NULL, TCPFIN_OPT_JSON },
	{ "csv", no_argument, NULL, TCPFIN_OPT_CSV },
	{ "help", no_argument, NULL, TCPFIN_OPT_HELP },
	{ NULL, 0, NULL, 0 },
};

static const char help[] =
"Usage: tcpfin status [--json | --csv]\n"
"Print what the module sees, how full its rings are and what was lost.\n"
"\n"
"  --json  one JSON object\n"
"  --csv   probes and rings as comma-separated values\n"
"\n"
"Example: tcpfin status\n";

static int view(struct tcpfin_source *src, const void *opts)
{
	return tcpfin_status(src, opts, stdout);
}

static int run(int argc, char **argv)
{
	struct tcpfin_chosen chosen = { 0 };

	return tcpfin_run(&tcpfin_status_command, argc, argv, &chosen);
}

const struct tcpfin_command tcpfin_status_command = {
	.name = "status",
	.help = help,
	.allowed = "--json --csv --help",
	.shorts = ":",
	.longs = longs,
	.shows_module = true,
	.run = run,
	.view = view,
};
