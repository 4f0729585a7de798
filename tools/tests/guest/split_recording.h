/* SPDX-License-Identifier: GPL-2.0 */
/* Makes a recording of one end from a recording of both ends. */
#ifndef TESTS_SPLIT_RECORDING_H
#define TESTS_SPLIT_RECORDING_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct split - the events to keep, and the machine to pretend
 * @cookies: sockets whose events are kept
 * @count: entries in @cookies
 * @host: another host name, or NULL for the same machine
 * @boot: with @host, the first byte of the boot id
 * @later_ns: with @host, how much later the machine booted: the monotonic clock is
 *	behind by this, the wall clock is unchanged
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

#endif /* TESTS_SPLIT_RECORDING_H */
