/* SPDX-License-Identifier: GPL-2.0 */
/* Waiting for more of a source, and what is told meanwhile. */
#ifndef TCPFIN_WAIT_H
#define TCPFIN_WAIT_H

#include <stdint.h>

#include "source/source.h"

/**
 * tcpfin_wait_init() - begin to wait in the name of a command
 * @name: the command's name, for messages
 */
void tcpfin_wait_init(const char *name);

/**
 * tcpfin_tell_if_stopped() - tell on stderr when kprobes were switched off or on
 * @src: the rings, which may stop and go on at any time; of others nothing is
 *	told
 */
void tcpfin_tell_if_stopped(const struct tcpfin_source *src);

/**
 * tcpfin_rest() - wait for more of a source that has nothing now
 * @src: the source
 * @end_ns: when to end, UINT64_MAX for never
 * @next_ns: when there is something else to do, likewise
 *
 * It returns after a second at the latest: events may have been missed. When it
 * is time to end, or the end was asked for, the source is stopped.
 */
void tcpfin_rest(struct tcpfin_source *src, uint64_t end_ns, uint64_t next_ns);

#endif /* TCPFIN_WAIT_H */
