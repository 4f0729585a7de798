/* SPDX-License-Identifier: GPL-2.0 */
/* Writes metrics in the Prometheus text format, version 0.0.4. */
#ifndef FORMAT_PROMETHEUS_H
#define FORMAT_PROMETHEUS_H

#include <stdint.h>
#include <stdio.h>

/* A label; an array of labels ends with one without a name */
struct prom_label {
	const char *name;	/* its name, or NULL */
	const char *value;	/* any text */
};

/* Description of a metric */
struct prom_metric {
	const char *name;	/* its name */
	const char *type;	/* counter, gauge or histogram */
	const char *help;	/* one line without backslashes */
};

/* Begin a metric with its description. */
void prom_head(FILE *out, const struct prom_metric *m);

/* Write a sample; @labels may be NULL. */
void prom_number(FILE *out, const struct prom_metric *m,
		 const struct prom_label *labels, uint64_t value);

/* Write a sample that is a time; @labels may be NULL. */
void prom_seconds(FILE *out, const struct prom_metric *m,
		  const struct prom_label *labels, uint64_t ns);

/* Write a metric with a single sample. */
void prom_one(FILE *out, const struct prom_metric *m, uint64_t value);

#endif /* FORMAT_PROMETHEUS_H */
