// SPDX-License-Identifier: GPL-2.0
/* Sets of ports, and parsing of the kernel's lists of ports. */
#include <stdlib.h>
#include <string.h>

#include "system/port_range.h"

/* Parse a port at *@text, and move *@text behind it. */
static bool take_port(const char **text, unsigned long *port)
{
	char *end;

	if (**text < '0' || **text > '9')
		return false;
	*port = strtoul(*text, &end, 10);
	*text = end;
	return *port <= UINT16_MAX;
}

static void remove_range(struct port_set *set, unsigned long first,
			 unsigned long last)
{
	for (; first <= last; first++)
		set->bits[first / 64] &= ~(1ULL << first % 64);
}

static bool remove_reserved(const char *text, struct port_set *set)
{
	unsigned long first, last;

	while (*text && *text != '\n') {
		if (!take_port(&text, &first))
			return false;
		last = first;
		if (*text == '-') {
			text++;
			if (!take_port(&text, &last))
				return false;
		}
		remove_range(set, first, last);
		if (*text == ',')
			text++;
		else if (*text && *text != '\n')
			return false;
	}
	return true;
}

unsigned int port_set_count(const struct port_set *set)
{
	unsigned int sum = 0, i;

	for (i = 0; i < sizeof(set->bits) / sizeof(set->bits[0]); i++)
		sum += (unsigned int)__builtin_popcountll(set->bits[i]);
	return sum;
}

bool port_range_ephemeral(const char *range, const char *reserved,
			  struct port_set *set)
{
	unsigned long first, last;

	memset(set, 0, sizeof(*set));
	if (!take_port(&range, &first))
		return false;
	range += strspn(range, " \t-");
	if (!take_port(&range, &last) || range[strspn(range, "\n")])
		return false;
	for (; first <= last; first++)
		port_set_add(set, (uint16_t)first);
	return !reserved || remove_reserved(reserved, set);
}
