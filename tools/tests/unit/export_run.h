/* SPDX-License-Identifier: GPL-2.0 */
/* Runs "export" on events of a test, and keeps the output. */
#ifndef TESTS_UNIT_EXPORT_RUN_H
#define TESTS_UNIT_EXPORT_RUN_H

#include "commands/export/export.h"
#include "fixtures.h"

#define EXPORT_RUN_MAX	64

/* The items, the module's probes, and the output, which ends with a NUL. */
struct export_run {
	struct script script;
	struct tcpfin_probe probe[TCPFIN_PROBES];
	struct tcpfin_event ev[EXPORT_RUN_MAX];
	struct item item[EXPORT_RUN_MAX];
	size_t count;
	char *text;
	size_t size;
};

extern struct export_run export_run;

int export_run_setup(void **state);
int export_run_teardown(void **state);

/* Add an event, the last event of an end with its reason, or another item. */
void export_run_event(struct tcpfin_event ev);
void export_run_end(struct tcpfin_event ev, uint8_t reason);
void export_run_item(struct item item);

/*
 * Add the events of the client, which closes first, and of the server: a FIN at
 * @at_ns, waves 2 and 3 in one segment after 300 us, and TIME_WAIT for 60.5 s. The
 * client's cookie is @cookie, the server's @cookie + 1.
 */
void export_run_closer(uint64_t cookie, uint64_t at_ns);
void export_run_other(uint64_t cookie, uint64_t at_ns);

/* Run "export" in one of its formats. */
void export_run_trace(const struct export_options *opts);
void export_run_pcapng(const struct export_options *opts);
void export_run_metrics(struct export_options opts);

/* The output must contain this, or must not. */
void export_run_expect(const char *want);
void export_run_expect_no(const char *unwanted);

#endif /* TESTS_UNIT_EXPORT_RUN_H */
