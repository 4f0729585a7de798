/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The stress test of the rings: threads stand for CPUs, signals for interrupts.
 *
 * The module's own ring.[ch] and ring_alloc.c write; ring.c and the reader's
 * own cursor.[ch] read the same memory at the same time. The rings are as small
 * as they may be, so that overwriting never stops.
 */
#ifndef TESTS_RING_STRESS_H
#define TESTS_RING_STRESS_H

#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "kernel.h"
#include "module/ring.h"

#define STRESS_RINGS	2
#define STRESS_ROUND	(1 << 17)	/* records of one ring in a round */
#define STRESS_TOLD	(STRESS_ROUND + 2 * TCPFIN_RECORDS_MIN)

/**
 * struct stress_writer - what one writing thread did in a round
 * @cpu: its ring
 * @level: 0, or how many interrupts it is in
 * @inside: it is in the middle of a record, at any level
 * @burst: records that interrupts wrote in the middle of the outermost one
 * @interrupts: how many came
 * @amid: how many of them came in the middle of a record
 * @written: records, by level
 */
struct stress_writer {
	unsigned int cpu;
	volatile unsigned int level;
	volatile bool inside;
	volatile unsigned int burst;
	volatile u64 interrupts;
	volatile u64 amid;
	volatile u64 written[3];
};

/**
 * struct stress_reader - one reading thread, and what it got in a round
 * @cursor: it reads as tools/source/ring_cursor.c does, otherwise as module/procfile.c
 * @slow: it rests in between
 * @seen: records of each ring that it believed
 * @lost: records of each ring that were lost to it
 */
struct stress_reader {
	bool cursor;
	bool slow;
	u64 seen[STRESS_RINGS];
	u64 lost[STRESS_RINGS];
};

/*
 * What a writer tells of each record by the way, in plain memory: it is written
 * before the record is published, so that whoever believes the record may read
 * it. ThreadSanitizer reports a race if nothing makes that so.
 */
extern u64 stress_told[STRESS_RINGS][STRESS_TOLD];

/* All writers are done: nothing may be unfinished any more. */
extern bool stress_written;

/**
 * stress_word() - what a word of a record must be
 * @cpu: its ring
 * @n: its number
 * @i: the word, from 1; 0 is for stress_told
 *
 * Return: the word, never 0.
 */
static inline u64 stress_word(unsigned int cpu, u64 n, unsigned int i)
{
	return ((n << 8) + (cpu << 4) + i + 1) * 0x9e3779b97f4a7c15;
}

/* Prints what is wrong and ends the program. */
#define stress_fail(...)						\
	do {								\
		fprintf(stderr, __VA_ARGS__);				\
		_exit(1);						\
	} while (0)

/* A thread's main function; the argument is a struct stress_writer. */
void *stress_write(void *writer);

/* Signal handler: an interrupt on the CPU of the thread that it hits. */
void stress_interrupt(int signal);

/* A thread's main function; the argument is a struct stress_reader. */
void *stress_read(void *reader);

#endif /* TESTS_RING_STRESS_H */
