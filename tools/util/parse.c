// SPDX-License-Identifier: GPL-2.0
/* Parses numbers and times as people write them. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "util/parse.h"

bool parse_number(const char *text, uint64_t max, uint64_t *number)
{
	unsigned long long value;
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	value = strtoull(text, &end, 10);
	if (errno || *end || value > max)
		return false;
	*number = value;
	return true;
}

bool parse_count(const char *text, uint64_t *count)
{
	uint64_t value;

	if (!parse_number(text, UINT64_MAX, &value) || !value)
		return false;
	*count = value;
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
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
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
