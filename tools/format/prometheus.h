/* SPDX-License-Identifier: GPL-2.0 */
/* Writes metrics in the Prometheus text format, version 0.0.4. */
#ifndef FORMAT_PROMETHEUS_H
#define FORMAT_PROMETHEUS_H

#include <stdint.h>
#include <stdio.h>

/**
 * struct prom_label - a label; a list of them ends with one without a name
 * @name: its name, or NULL
 * @value: its value: any text
 */
struct prom_label {
	const char *name;
	const char *value;
};

/**
 * struct prom_metric - what is said of a metric before its samples
 * @name: its name
 * @type: counter, gauge or histogram
 * @help: what it is, one line without backslashes
 */
struct prom_metric {
	const char *name;
	const char *type;
	const char *help;
};

/**
 * prom_head() - begin a metric
 * @out: the stream
 * @m: the metric
 */
void prom_head(FILE *out, const struct prom_metric *m);

/**
 * prom_number() - write a sample
 * @out: the stream
 * @m: its metric
 * @labels: its labels, NULL for none
 * @value: its value
 */
void prom_number(FILE *out, const struct prom_metric *m,
		 const struct prom_label *labels, uint64_t value);

/**
 * prom_seconds() - write a sample that is a time
 * @out: the stream
 * @m: its metric
 * @labels: its labels, NULL for none
 * @ns: its value
 */
void prom_seconds(FILE *out, const struct prom_metric *m,
		  const struct prom_label *labels, uint64_t ns);

/**
 * prom_one() - write a metric with one sample, which is a number
 * @out: the stream
 * @m: the metric
 * @value: the sample
 */
void prom_one(FILE *out, const struct prom_metric *m, uint64_t value);

#endif /* FORMAT_PROMETHEUS_H */
