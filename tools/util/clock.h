/* SPDX-License-Identifier: GPL-2.0 */
/* This machine's clocks. */
#ifndef UTIL_CLOCK_H
#define UTIL_CLOCK_H

#include <stdint.h>

/* Return CLOCK_MONOTONIC, the clock of events, in nanoseconds. */
uint64_t clock_mono_ns(void);

/*
 * Return CLOCK_REALTIME - CLOCK_MONOTONIC in nanoseconds. Added to the time of
 * an event this gives its wall clock time, except for steps of the wall clock
 * in between.
 */
uint64_t clock_wall_offset_ns(void);

#endif /* UTIL_CLOCK_H */
