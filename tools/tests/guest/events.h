/* SPDX-License-Identifier: GPL-2.0 */
/* What /proc/tcpfin shows, as lists that tests compare. */
#ifndef TESTS_GUEST_EVENTS_H
#define TESTS_GUEST_EVENTS_H

#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>

/* One line of /proc/tcpfin, in its words. */
struct seen {
	double time;
	uint64_t cookie;
	unsigned int netns;
	char local[64];
	char remote[64];
	char old_state[16];
	char new_state[16];
	char kind[16];
	char reason[64];
	uint32_t snd_nxt;
	uint32_t rcv_nxt;
	long uid;	/* -1: not there */
	long pid;	/* -1: not there */
	char comm[80];
};

/**
 * struct events - an open /proc/tcpfin and what it showed so far
 * @fd: the file
 * @list: the lines since events_open()
 * @count: how many
 * @room: how many fit into @list
 * @lost: sum of its "lost" lines
 * @missed: calls that probes had missed at events_open()
 * @partial: the beginning of a line whose rest was not read yet
 * @partial_len: its length
 */
struct events {
	int fd;
	struct seen *list;
	size_t count;
	size_t room;
	uint64_t lost;
	unsigned long missed;
	char *partial;
	size_t partial_len;
};

void events_open(struct events *events);
void events_close(struct events *events);
void events_read(struct events *events);
void events_forget(struct events *events);
void events_excuse_missed(const struct events *events);

const struct seen *events_find(const struct events *events, uint64_t cookie,
			       const char *kind);
void events_wait_state(struct events *events, uint64_t cookie,
		       const char *state);
void events_wait_end(struct events *events, uint64_t cookie);
void events_wait_count(struct events *events, uint64_t cookie,
		       const char *kind, size_t count);
void events_wait_kind(struct events *events, uint64_t cookie,
		      const char *kind);
void events_expect(const struct events *events, uint64_t cookie,
		   const char *steps);
void events_expect_only(const struct events *events, const uint64_t *cookies,
			size_t count);

/* The module's own counts, from the header lines. */
struct totals {
	unsigned long recorded;
	unsigned long overwritten;
	unsigned long missed;
	unsigned long unmatched;
};

struct totals events_totals(void);

#endif /* TESTS_GUEST_EVENTS_H */
