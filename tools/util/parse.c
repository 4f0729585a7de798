// SPDX-License-Identifier: GPL-2.0
/* Parses numbers and times as people write them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "util/basics.h"
#include "util/parse.h"

bool parse_digits(const char **text, uint64_t *value)
{
	const char *at = *text;
	uint64_t sum = 0;

	for (; *at >= '0' && *at <= '9'; at++) {
		if (__builtin_mul_overflow(sum, 10, &sum) ||
		    __builtin_add_overflow(sum, *at - '0', &sum))
			return false;
	}
	if (at == *text)
		return false;
	*text = at;
	*value = sum;
	return true;
}

bool parse_number(const char *text, uint64_t *value)
{
	uint64_t number;

	if (!parse_digits(&text, &number) || *text)
		return false;
	*value = number;
	return true;
}

bool parse_count(const char *text, uint64_t *count)
{
	uint64_t number;

	if (!parse_number(text, &number) || !number)
		return false;
	*count = number;
	return true;
}

bool parse_time(const char *text, uint64_t *ns)
{
	static const struct {
		const char *unit;
		double seconds;
	} units[] = {
		{ "", 1 }, { "s", 1 }, { "ms", 1e-3 }, { "m", 60 },
		{ "h", 3600 }, { "d", 86400 },
	};
	double value;
	size_t i, digits;
	char *end;

	digits = strspn(text, "0123456789.");
	if (!digits)
		return false;
	value = strtod(text, &end);
	if (end != text + digits)
		return false;
	for (i = 0; i < ARRAY_SIZE(units); i++) {
		if (strcmp(end, units[i].unit))
			continue;
		value *= units[i].seconds;
		if (value < 1e-3 || value > 365 * 86400.0)
			return false;
		*ns = (uint64_t)llround(value * 1e9);
		return true;
	}
	return false;
}
