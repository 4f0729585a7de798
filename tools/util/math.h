/* SPDX-License-Identifier: GPL-2.0 */
/* Small arithmetic. */
#ifndef UTIL_MATH_H
#define UTIL_MATH_H

#include <stdint.h>

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

/* Return @a - @b, or 0 if that would be negative. */
static inline uint64_t sub_or_zero(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

#endif /* UTIL_MATH_H */
