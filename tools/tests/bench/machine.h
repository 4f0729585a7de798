/* SPDX-License-Identifier: GPL-2.0 */
/* What the benchmark's meter knows of the kernel under it. */
#ifndef TESTS_BENCH_MACHINE_H
#define TESTS_BENCH_MACHINE_H

#include <stdint.h>

/**
 * machine_work() - what the machine has worked since it was started
 *
 * Return: nanoseconds: the clock's less those of idleness. Only for one
 * processor, and where it does not run whole interrupts while it is idle that
 * take longer than a tick: see machine_await_ends().
 */
uint64_t machine_work(void);

/**
 * machine_time_waits() - how many sockets are in TIME_WAIT
 *
 * Return: their number.
 */
int machine_time_waits(void);

/**
 * machine_prepare() - wait, and have the kernel begin every run alike
 */
void machine_prepare(void);

/**
 * machine_await_ends() - wait until the TIME_WAITs of a run have ended
 *
 * Always the same time, and the same work, whenever they end.
 *
 * They end in bulk, in a timer's softirq. When another interrupt comes while an
 * idle processor runs that, the kernel (6.1) takes the rest of it for idle time.
 * So at the moments when they may end, this keeps the processor busy.
 *
 * Return: the nanoseconds that this took for itself.
 */
uint64_t machine_await_ends(void);

#endif /* TESTS_BENCH_MACHINE_H */
