/* SPDX-License-Identifier: GPL-2.0 */
/* Plays lives of connections to "export", and keeps what it writes. */
#ifndef TESTS_UNIT_EXPORT_RUN_H
#define TESTS_UNIT_EXPORT_RUN_H

#include "commands/export/export.h"
#include "fixtures.h"

#define EXPORT_RUN_MAX	64

/* What is played, and what came of it; the text ends with a NUL. */
struct export_run {
	struct script script;
	struct tcpfin_event ev[EXPORT_RUN_MAX];
	struct item item[EXPORT_RUN_MAX];
	size_t count;
	char *text;
	size_t size;
};

extern struct export_run export_run;

int export_run_setup(void **state);
int export_run_teardown(void **state);

/* Add an event, an end's last one with its reason, or something else. */
void export_run_event(struct tcpfin_event ev);
void export_run_end(struct tcpfin_event ev, uint8_t reason);
void export_run_item(struct item item);

/*
 * The closer's end and the other one, the client's and the server's: a FIN at
 * @at_ns, with wave 2 taken along by wave 3 after 300 us, and TIME_WAIT for
 * 60.5 s. Each has the cookie @cookie, or one more.
 */
void export_run_closer(uint64_t cookie, uint64_t at_ns);
void export_run_other(uint64_t cookie, uint64_t at_ns);

/* Run it. */
void export_run_trace(const struct export_options *opts);
void export_run_pcapng(const struct export_options *opts);
void export_run_metrics(struct export_options opts);

/* The text has this, or does not. */
void export_run_expect(const char *want);
void export_run_expect_no(const char *unwanted);

#endif /* TESTS_UNIT_EXPORT_RUN_H */
