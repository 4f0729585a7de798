/* SPDX-License-Identifier: GPL-2.0 */
/* Writes metrics in the Prometheus text format, version 0.0.4. */
#ifndef TCPFIN_PROM_H
#define TCPFIN_PROM_H

#include <stdint.h>
#include <stdio.h>

/**
 * struct tcpfin_label - a label; a list of them ends with one without a name
 * @name: its name, or NULL
 * @value: its value: any text
 */
struct tcpfin_label {
	const char *name;
	const char *value;
};

/**
 * struct tcpfin_metric - what is said of a metric before its samples
 * @name: its name
 * @type: counter, gauge or histogram
 * @help: what it is, one line without backslashes
 */
struct tcpfin_metric {
	const char *name;
	const char *type;
	const char *help;
};

/**
 * tcpfin_prom_head() - begin a metric
 * @out: the stream
 * @m: the metric
 */
void tcpfin_prom_head(FILE *out, const struct tcpfin_metric *m);

/**
 * tcpfin_prom_number() - write a sample
 * @out: the stream
 * @m: its metric
 * @labels: its labels, NULL for none
 * @value: its value
 */
void tcpfin_prom_number(FILE *out, const struct tcpfin_metric *m,
			const struct tcpfin_label *labels, uint64_t value);

/**
 * tcpfin_prom_seconds() - write a sample that is a time
 * @out: the stream
 * @m: its metric
 * @labels: its labels, NULL for none
 * @ns: its value
 */
void tcpfin_prom_seconds(FILE *out, const struct tcpfin_metric *m,
			 const struct tcpfin_label *labels, uint64_t ns);

/**
 * tcpfin_prom_one() - write a metric with one sample, which is a number
 * @out: the stream
 * @m: the metric
 * @value: the sample
 */
void tcpfin_prom_one(FILE *out, const struct tcpfin_metric *m, uint64_t value);

#endif /* TCPFIN_PROM_H */
