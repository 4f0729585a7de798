/* SPDX-License-Identifier: GPL-2.0 */
/* Makes recordings of one end of those of both. */
#ifndef TESTS_SPLIT_H
#define TESTS_SPLIT_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct split - what of a recording is kept, and where it comes from then
 * @cookies: events of these sockets
 * @count: how many
 * @host: another name of the machine, or NULL for the same machine
 * @boot: with @host, what its boot id begins with
 * @later_ns: with @host, how much later it was started: its monotonic clock is
 *	behind by that, and its wall clock right
 */
struct split {
	const uint64_t *cookies;
	size_t count;
	const char *host;
	char boot;
	uint64_t later_ns;
};

void split_recording(const char *from, const char *to,
		     const struct split *split);

#endif /* TESTS_SPLIT_H */
