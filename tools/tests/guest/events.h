/* SPDX-License-Identifier: GPL-2.0 */
/* Reads the text of /proc/tcpfin, waits for steps and compares them. */
#ifndef TESTS_GUEST_EVENTS_H
#define TESTS_GUEST_EVENTS_H

#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>

/*
 * Length of TIME_WAIT in seconds (TCP_TIMEWAIT_LEN). The kernel's timer wheel
 * rounds a timer of 60 s up to the next 512 jiffies (kernel/time/timer.c), 2.048 s
 * at the 250 Hz of Debian's kernels; a few ms more are for the work itself.
 */
#define TIME_WAIT_MIN	60.0
#define TIME_WAIT_MAX	62.1

/* One line of /proc/tcpfin. */
struct seen {
	double time;
	long pid;	/* -1: unknown */
	char comm[80];
	char local[64];
	char remote[64];
	char old_state[16];
	char new_state[16];
	char reason[64];
	char kind[16];
	uint64_t cookie;
	unsigned int netns;
	long uid;	/* -1: unknown */
	uint32_t snd_nxt;
	uint32_t rcv_nxt;
	char facts[96];	/* pairs after these, with a blank before each */
};

/**
 * struct events - an open /proc/tcpfin and the lines read from it
 * @fd: the file
 * @list: lines since events_open() or events_forget()
 * @count: lines in @list
 * @room: lines that fit into @list
 * @lost: sum of the "# lost" lines
 * @missed: calls that probes had missed at events_open()
 * @partial: the beginning of a line that is not complete yet
 * @partial_len: length of @partial
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
const struct seen *events_find_state(const struct events *events,
				     uint64_t cookie, const char *state);
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

/* The module's counters, from the header lines of /proc/tcpfin. */
struct totals {
	unsigned long recorded;
	unsigned long overwritten;
	unsigned long missed;
	unsigned long unmatched;
	unsigned long no_ring;
};

struct totals events_totals(void);
unsigned long events_settle(unsigned int quiet_ms);

#endif /* TESTS_GUEST_EVENTS_H */
