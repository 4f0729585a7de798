// SPDX-License-Identifier: GPL-2.0
/* Writes metrics in the Prometheus text format. */
#include <inttypes.h>

#include "format/prometheus.h"

void prom_head(FILE *out, const struct prom_metric *m)
{
	fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", m->name, m->help, m->name,
		m->type);
}

/* Write a label's value; three characters need a backslash. */
static void put_value(FILE *out, const char *value)
{
	for (; *value; value++) {
		if (*value == '\n') {
			fputs("\\n", out);
			continue;
		}
		if (*value == '\\' || *value == '"')
			putc('\\', out);
		putc(*value, out);
	}
}

static void put_labels(FILE *out, const struct prom_label *labels)
{
	const struct prom_label *l;

	if (!labels || !labels->name)
		return;
	for (l = labels; l->name; l++) {
		fprintf(out, "%c%s=\"", l == labels ? '{' : ',', l->name);
		put_value(out, l->value);
		putc('"', out);
	}
	putc('}', out);
}

void prom_number(FILE *out, const struct prom_metric *m,
		 const struct prom_label *labels, uint64_t value)
{
	fputs(m->name, out);
	put_labels(out, labels);
	fprintf(out, " %" PRIu64 "\n", value);
}

void prom_seconds(FILE *out, const struct prom_metric *m,
		  const struct prom_label *labels, uint64_t ns)
{
	fputs(m->name, out);
	put_labels(out, labels);
	fprintf(out, " %" PRIu64 ".%09" PRIu64 "\n", ns / 1000000000,
		ns % 1000000000);
}

void prom_one(FILE *out, const struct prom_metric *m, uint64_t value)
{
	prom_head(out, m);
	prom_number(out, m, NULL, value);
}
