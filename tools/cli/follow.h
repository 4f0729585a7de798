/* SPDX-License-Identifier: GPL-2.0 */
/* Follows connections to their ends: what all views of teardowns do alike. */
#ifndef TCPFIN_FOLLOW_H
#define TCPFIN_FOLLOW_H

#include <stdbool.h>
#include <stdio.h>

#include "track/pairing.h"

/*
 * How long an end that is over waits for the first sign of its other end: on
 * one machine, and on several, whose clocks may be apart.
 */
#define TCPFIN_GRACE_NS		1000000000ULL
#define TCPFIN_GRACE_HOSTS_NS	(120 * TCPFIN_GRACE_NS)

static inline uint64_t tcpfin_follow_grace_ns(const struct tcpfin_source *src)
{
	return src->hosts > 1 ? TCPFIN_GRACE_HOSTS_NS : TCPFIN_GRACE_NS;
}

/**
 * struct tcpfin_follow - who follows what
 * @name: the command's name, for messages
 * @src: where events come from
 * @teardowns: where they go
 * @out: what is printed, flushed before each wait
 * @event: told of each event and its end of a connection, or NULL
 * @open: told, at the end, of each connection that has not ended, or NULL
 * @gap: told of events that were lost or missed
 * @flush: called before each wait: hands on to @out what was kept, or NULL
 * @enough: says whether to stop, or NULL
 * @data: for these
 * @for_ns: how long to go on, 0 for no limit
 */
struct tcpfin_follow {
	const char *name;
	struct tcpfin_source *src;
	struct tcpfin_teardowns *teardowns;
	FILE *out;
	void (*event)(void *data, const struct tcpfin_item *item,
		      const struct tcpfin_conn *conn);
	tcpfin_teardown_fn *open;
	void (*gap)(void *data, const struct tcpfin_item *item);
	void (*flush)(void *data);
	bool (*enough)(void *data);
	void *data;
	uint64_t for_ns;
};

/**
 * tcpfin_follow() - take in what comes until it ends, or is enough
 * @f: who follows what
 *
 * At the end connections with one end that is over are told, too.
 */
void tcpfin_follow(const struct tcpfin_follow *f);

#endif /* TCPFIN_FOLLOW_H */
