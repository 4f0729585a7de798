/* SPDX-License-Identifier: GPL-2.0 */
/* Plays lives of connections to "export", and keeps what it writes. */
#ifndef TCPFIN_PLAY_H
#define TCPFIN_PLAY_H

#include "commands/export/export.h"
#include "fixtures.h"

#define PLAY_MAX	64

/* What is played, and what came of it; the text ends with a NUL. */
struct play {
	struct script script;
	struct tcpfin_event ev[PLAY_MAX];
	struct tcpfin_item item[PLAY_MAX];
	size_t count;
	char *text;
	size_t size;
};

extern struct play play;

int play_setup(void **state);
int play_teardown(void **state);

/* Add an event, an end's last one with its reason, or something else. */
void play_event(struct tcpfin_event ev);
void play_end(struct tcpfin_event ev, uint8_t reason);
void play_item(struct tcpfin_item item);

/*
 * The closer's end and the other one, the client's and the server's: a FIN at
 * @at_ns, with wave 2 taken along by wave 3 after 300 us, and TIME_WAIT for
 * 60.5 s. Each has the cookie @cookie, or one more.
 */
void play_closer(uint64_t cookie, uint64_t at_ns);
void play_other(uint64_t cookie, uint64_t at_ns);

/* Run it. */
void play_trace(const struct tcpfin_export_options *opts);
void play_pcapng(const struct tcpfin_export_options *opts);
void play_metrics(struct tcpfin_export_options opts);

/* The text has this, or does not. */
void play_expect(const char *want);
void play_expect_no(const char *unwanted);

#endif /* TCPFIN_PLAY_H */
