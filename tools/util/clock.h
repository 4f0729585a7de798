/* SPDX-License-Identifier: GPL-2.0 */
/* This machine's clocks. */
#ifndef UTIL_CLOCK_H
#define UTIL_CLOCK_H

#include <stdint.h>

/**
 * clock_mono_ns() - CLOCK_MONOTONIC, the clock of events
 *
 * Return: nanoseconds.
 */
uint64_t clock_mono_ns(void);

/**
 * clock_wall_offset_ns() - what CLOCK_REALTIME is ahead of CLOCK_MONOTONIC
 *
 * Return: nanoseconds; added to an event's time they give its wall clock time,
 * off by the steps of the wall clock in between.
 */
uint64_t clock_wall_offset_ns(void);

#endif /* UTIL_CLOCK_H */
