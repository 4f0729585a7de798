/* SPDX-License-Identifier: GPL-2.0 */
/* Measures and prepares the machine for the benchmark's meter. */
#ifndef TESTS_BENCH_MACHINE_H
#define TESTS_BENCH_MACHINE_H

#include <stdint.h>

/**
 * machine_work() - busy time of the processor since boot
 *
 * Only for one processor, and only if no interrupt of the idle processor takes longer
 * than a tick: see machine_await_ends().
 *
 * Return: uptime minus idle time, in nanoseconds.
 */
uint64_t machine_work(void);

/* Number of sockets in TIME_WAIT. */
int machine_time_waits(void);

/* Wait and bring the kernel into the same state before every run. */
void machine_prepare(void);

/**
 * machine_await_ends() - wait until the TIME_WAITs of a run have ended
 *
 * Takes the same time and work in every run.
 *
 * TIME_WAITs end in bulk, in a timer's softirq. If another interrupt comes while an idle
 * processor runs the softirq, the kernel (6.1) counts the rest as idle time. So this
 * function keeps the processor busy at the times when TIME_WAITs may end.
 *
 * Return: busy time of this function itself, in nanoseconds.
 */
uint64_t machine_await_ends(void);

#endif /* TESTS_BENCH_MACHINE_H */
