// SPDX-License-Identifier: GPL-2.0
/* The command "status": version, hooked functions, how full the rings are, losses. */
#include <inttypes.h>

#include "cli/choice_tell.h"
#include "commands/commands.h"
#include "format/csv.h"
#include "format/json.h"
#include "output/choice_json.h"
#include "source/choice.h"
#include "source/probes.h"
#include "system/kprobes.h"
#include "util/basics.h"
#include "util/stdout.h"
#include "util/text.h"

#define FIELD_MAX	(4 * 72 + 1)

static const char *escape(const char *from, size_t size, char to[FIELD_MAX])
{
	return text_escape(from, size, to, FIELD_MAX);
}

/* Counts of a ring's records. */
struct fill {
	uint64_t recorded;	/* records ever written to the ring */
	uint64_t kept;		/* records not overwritten yet */
	uint64_t overwritten;
};

static struct fill ring_fill(struct source *src, uint32_t ring)
{
	struct fill f = { .recorded = source_recorded(src, ring) };

	f.kept = f.recorded;
	if (f.kept > src->header.records)
		f.kept = src->header.records;
	f.overwritten = f.recorded - f.kept;
	return f;
}

static uint32_t count_used(struct source *src)
{
	uint32_t ring, used = 0;

	for (ring = 0; ring < src->header.rings; ring++)
		used += source_cpu(src, ring) != CPU_NONE;
	return used;
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
		fprintf(out, "%-32s %-7s %-8" PRIu64 " ",
			escape(p->symbol, sizeof(p->symbol), symbol),
			p->hooked ? "yes" : "NO", (uint64_t)p->missed);
		if (p->unreached)
			fprintf(out, "%s (calls: %" PRIu64 "): ", probe_fault(p),
				(uint64_t)p->unreached);
		fprintf(out, "%s\n", escape(p->shows, sizeof(p->shows), shows));
	}
}

static void print_rings(struct source *src, FILE *out)
{
	uint32_t ring, cpu;
	struct fill f;

	fprintf(out, "\n%-6s %-12s %-12s %s\n", "CPU", "RECORDED", "KEPT",
		"OVERWRITTEN");
	for (ring = 0; ring < src->header.rings; ring++) {
		cpu = source_cpu(src, ring);
		if (cpu == CPU_NONE)
			continue;
		f = ring_fill(src, ring);
		fprintf(out, "%-6u %-12" PRIu64 " %-12" PRIu64 " %" PRIu64 "\n",
			cpu, f.recorded, f.kept, f.overwritten);
	}
}

static void print_text(struct source *src, FILE *out)
{
	const struct tcpfin_header *h = &src->header;
	char version[FIELD_MAX], kernel[FIELD_MAX], loaded[SPAN_TEXT_MAX];
	uint32_t used = count_used(src);
	char choice[CHOICE_TEXT_MAX];

	fprintf(out, "module     %s, ABI %u%s\n",
		escape(h->version, sizeof(h->version), version), h->abi,
		h->gone ? ", unloaded" : "");
	fprintf(out, "kernel     %s\n", escape(h->kernel, sizeof(h->kernel), kernel));
	fprintf(out, "loaded     %s ago\n",
		span_text(saturating_sub(source_now(src), h->load_ns), loaded));
	fprintf(out, "scope      %s\n", scope_name(h->scope));
	fprintf(out, "chosen     %s\n",
		*choice_text(src, choice) ? choice : "all connections");
	fprintf(out, "recording  %s%s\n", h->gone ? "no" :
		h->stopped ? "NO: kprobes are switched off: " : "yes",
		!h->gone && h->stopped ? kprobes_why_off() : "");
	fprintf(out, "rings      %u (%u used, %u spare), %u records each, %.1f MiB\n",
		h->rings, used, h->rings - used, h->records,
		(double)h->size / (1 << 20));
	fprintf(out, "unmatched  %" PRIu64 "\n", (uint64_t)h->unmatched);
	fprintf(out, "no ring    %" PRIu64 "%s\n", (uint64_t)h->no_ring,
		h->no_ring ? ": load the module again, now that all CPUs are there" : "");
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
		json_add_str(obj, "symbol", escape(p->symbol, sizeof(p->symbol), text));
		json_add_str(obj, "shows", escape(p->shows, sizeof(p->shows), text));
		json_add_bool(obj, "hooked", p->hooked);
		json_add_u64(obj, "missed", p->missed);
		json_add_u64(obj, "unreached", p->unreached);
		json_object_array_add(list, obj);
	}
	return list;
}

static struct json_object *rings_json(struct source *src)
{
	struct json_object *list = json_object_new_array(), *obj;
	uint32_t ring, cpu;
	struct fill f;

	for (ring = 0; ring < src->header.rings; ring++) {
		cpu = source_cpu(src, ring);
		if (cpu == CPU_NONE)
			continue;
		f = ring_fill(src, ring);
		obj = json_object_new_object();
		json_add_u64(obj, "cpu", cpu);
		json_add_u64(obj, "recorded", f.recorded);
		json_add_u64(obj, "kept", f.kept);
		json_add_u64(obj, "overwritten", f.overwritten);
		json_object_array_add(list, obj);
	}
	return list;
}

/* Print the objects of @list as lines of CSV with this type, and free @list. */
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

/* Probes and rings share a table: each line fills the columns of its type. */
static void print_csv(struct source *src, FILE *out)
{
	static const char *const columns[] = {
		"type", "symbol", "shows", "hooked", "missed", "unreached", "cpu",
		"recorded", "kept", "overwritten", NULL
	};

	choice_tell(status_command.name, src, false);
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
	json_add_str(obj, "version", escape(h->version, sizeof(h->version), text));
	json_add_u64(obj, "abi", h->abi);
	json_add_str(obj, "kernel", escape(h->kernel, sizeof(h->kernel), text));
	json_add_str(obj, "scope", scope_name(h->scope));
	json_add_bool(obj, "gone", h->gone);
	json_add_bool(obj, "stopped", h->stopped);
	json_add_u64(obj, "load_ns", h->load_ns);
	json_add_u64(obj, "rings", h->rings);
	json_add_u64(obj, "rings_used", count_used(src));
	json_add_u64(obj, "records", h->records);
	json_add_u64(obj, "size", h->size);
	json_add_u64(obj, "unmatched", h->unmatched);
	json_add_u64(obj, "no_ring", h->no_ring);
	choice_json_add(obj, src);
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
