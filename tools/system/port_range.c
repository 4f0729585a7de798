// SPDX-License-Identifier: GPL-2.0
/* Sets of ports, and parsing of the kernel's lists of ports. */
#include <stdlib.h>
#include <string.h>

#include "system/port_range.h"
#include "util/basics.h"
#include "util/parse.h"

/* Parse a port at *@text, and move *@text behind it. */
static bool take_port(const char **text, uint64_t *port)
{
	return parse_digits(text, port) && *port <= UINT16_MAX;
}

static void remove_range(struct port_set *set, uint64_t first, uint64_t last)
{
	for (; first <= last; first++)
		set->bits[first / 64] &= ~(1ULL << first % 64);
}

static bool remove_reserved(const char *text, struct port_set *set)
{
	uint64_t first, last;

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

	for (i = 0; i < ARRAY_SIZE(set->bits); i++)
		sum += (unsigned int)__builtin_popcountll(set->bits[i]);
	return sum;
}

bool port_range_ephemeral(const char *range, const char *reserved,
			  struct port_set *set)
{
	uint64_t first, last;

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

bool port_range_read(struct port_set *set)
{
	char *range = sysctl_text("ip_local_port_range");
	char *reserved = sysctl_text("ip_local_reserved_ports");
	bool known = port_range_ephemeral(range ? range : "", reserved, set);

	free(range);
	free(reserved);
	return known;
}

void port_range_recorded(const struct sysctl list[SYSCTLS],
			 struct port_set *set)
{
	port_range_ephemeral(sysctl_find(list, "ip_local_port_range"), NULL,
			     set);
}
