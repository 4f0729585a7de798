// SPDX-License-Identifier: GPL-2.0
/* Writes metrics in the Prometheus text format. */
#include <inttypes.h>

#include "format/prometheus.h"

void tcpfin_prom_head(FILE *out, const struct tcpfin_metric *m)
{
	fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", m->name, m->help, m->name,
		m->type);
}

/* The format has three characters that a value cannot hold as they are. */
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

static void put_labels(FILE *out, const struct tcpfin_label *labels)
{
	const struct tcpfin_label *l;

	if (!labels || !labels->name)
		return;
	for (l = labels; l->name; l++) {
		fprintf(out, "%c%s=\"", l == labels ? '{' : ',', l->name);
		put_value(out, l->value);
		putc('"', out);
	}
	putc('}', out);
}

void tcpfin_prom_number(FILE *out, const struct tcpfin_metric *m,
			const struct tcpfin_label *labels, uint64_t value)
{
	fputs(m->name, out);
	put_labels(out, labels);
	fprintf(out, " %" PRIu64 "\n", value);
}

void tcpfin_prom_seconds(FILE *out, const struct tcpfin_metric *m,
			 const struct tcpfin_label *labels, uint64_t ns)
{
	fputs(m->name, out);
	put_labels(out, labels);
	fprintf(out, " %" PRIu64 ".%09" PRIu64 "\n", ns / 1000000000,
		ns % 1000000000);
}

void tcpfin_prom_one(FILE *out, const struct tcpfin_metric *m, uint64_t value)
{
	tcpfin_prom_head(out, m);
	tcpfin_prom_number(out, m, NULL, value);
}
