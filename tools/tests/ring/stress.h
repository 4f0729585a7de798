/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The stress test of the rings: threads stand for CPUs, signals for interrupts.
 *
 * The module's ring.[ch] and ring_alloc.c write; ring.c and the reader's
 * ring_cursor.[ch] read the same memory at the same time. The rings have the minimum
 * size, so that records are overwritten all the time.
 */
#ifndef TESTS_RING_STRESS_H
#define TESTS_RING_STRESS_H

#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "kernel.h"
#include "module/ring.h"

#define STRESS_RINGS	2
#define STRESS_ROUND	(1 << 17)	/* records of a ring in a round */
#define STRESS_PLAIN	(STRESS_ROUND + 2 * TCPFIN_RECORDS_MIN)

/**
 * struct stress_writer - a writing thread in a round
 * @cpu: the thread's ring
 * @level: nested interrupts at the moment
 * @inside: in the middle of a record, at any level
 * @burst: records that interrupts wrote in the middle of the outermost record
 * @interrupts: number of interrupts
 * @amid: interrupts in the middle of a record
 * @written: records written, by level
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
 * struct stress_reader - a reading thread in a round
 * @cursor: reads as tools/source/ring_cursor.c does, otherwise as module/procfile.c
 * @slow: makes long pauses
 * @seen: valid records read, by ring
 * @lost: records lost, by ring
 */
struct stress_reader {
	bool cursor;
	bool slow;
	u64 seen[STRESS_RINGS];
	u64 lost[STRESS_RINGS];
};

/*
 * Plain memory that a writer sets for each record before it publishes the record, and
 * that a reader reads after it got the record. ThreadSanitizer reports a race unless
 * the rings order the two.
 */
extern u64 stress_plain[STRESS_RINGS][STRESS_PLAIN];

/* All writers are done: no record may be unfinished. */
extern bool stress_written;

/**
 * stress_word() - the expected word of a record
 * @cpu: ring of the record
 * @n: number of the record
 * @i: index of the word, from 1; 0 is for stress_plain
 *
 * Return: the word, never 0.
 */
static inline u64 stress_word(unsigned int cpu, u64 n, unsigned int i)
{
	return ((n << 8) + (cpu << 4) + i + 1) * 0x9e3779b97f4a7c15;
}

/* Print an error and exit with status 1. */
#define stress_fail(...)						\
	do {								\
		fprintf(stderr, __VA_ARGS__);				\
		_exit(1);						\
	} while (0)

/* A thread's main function; the argument is a struct stress_writer. */
void *stress_write(void *writer);

/* Signal handler: stands for an interrupt on the CPU of the interrupted thread. */
void stress_interrupt(int signal);

/* A thread's main function; the argument is a struct stress_reader. */
void *stress_read(void *reader);

#endif /* TESTS_RING_STRESS_H */
