/* SPDX-License-Identifier: GPL-2.0 */
/* Follows connections to their ends: what all views of teardowns do alike. */
#ifndef CLI_FOLLOW_H
#define CLI_FOLLOW_H

#include <stdbool.h>
#include <stdio.h>

#include "track/pairing.h"

/*
 * How long an end that is over waits for the first sign of its other end: on
 * one machine, and on several, whose clocks may be apart.
 */
#define FOLLOW_GRACE_NS		1000000000ULL
#define FOLLOW_GRACE_HOSTS_NS	(120 * FOLLOW_GRACE_NS)

static inline uint64_t follow_grace_ns(const struct source *src)
{
	return src->hosts > 1 ? FOLLOW_GRACE_HOSTS_NS : FOLLOW_GRACE_NS;
}

/**
 * struct follow - who follows what
 * @name: the command's name, for messages
 * @src: where events come from
 * @pairing: where they go
 * @out: what is printed, flushed before each wait
 * @event: told of each event and its end of a connection, or NULL
 * @open: told, at the end, of each connection that has not ended, or NULL
 * @gap: told of events that were lost or missed
 * @flush: called before each wait: hands on to @out what was kept, or NULL
 * @enough: says whether to stop, or NULL
 * @data: for these
 * @for_ns: how long to go on, 0 for no limit
 */
struct follow {
	const char *name;
	struct source *src;
	struct pairing *pairing;
	FILE *out;
	void (*event)(void *data, const struct item *item,
		      const struct conn *conn);
	pairing_fn *open;
	void (*gap)(void *data, const struct item *item);
	void (*flush)(void *data);
	bool (*enough)(void *data);
	void *data;
	uint64_t for_ns;
};

/**
 * follow_run() - take in what comes until it ends, or is enough
 * @f: who follows what
 *
 * At the end connections with one end that is over are told, too.
 */
void follow_run(const struct follow *f);

#endif /* CLI_FOLLOW_H */
