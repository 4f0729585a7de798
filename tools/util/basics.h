/* SPDX-License-Identifier: GPL-2.0 */
/* Bits, array sizes and counts that never fall below 0. */
#ifndef UTIL_BASICS_H
#define UTIL_BASICS_H

#include <stdint.h>

#define BIT(n)			(1U << (n))
#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

/*
 * Return @a - @b, or 0 if that would be negative: events of two CPUs may be
 * swapped, clocks of two machines may differ.
 */
static inline uint64_t saturating_sub(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

#endif /* UTIL_BASICS_H */
