/* SPDX-License-Identifier: GPL-2.0 */
/* Bits, array sizes and counts that never fall below 0. */
#ifndef UTIL_BASICS_H
#define UTIL_BASICS_H

#include <stdint.h>

#define BIT(n)			(1U << (n))
#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

/**
 * saturating_sub() - subtract, with 0 in place of a result below 0
 * @a: a count, or a time such as now
 * @b: what to subtract, such as the time since when
 *
 * Events of two CPUs may be swapped, and clocks of two machines may differ: a
 * time span is then 0, never negative.
 *
 * Return: @a - @b, or 0 if @b is larger.
 */
static inline uint64_t saturating_sub(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

#endif /* UTIL_BASICS_H */
