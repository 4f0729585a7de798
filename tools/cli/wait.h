/* SPDX-License-Identifier: GPL-2.0 */
/* Waiting for more of a source, and what is told meanwhile. */
#ifndef CLI_WAIT_H
#define CLI_WAIT_H

#include <stdint.h>

#include "source/source.h"

/**
 * wait_init() - begin to wait in the name of a command
 * @name: the command's name, for messages
 */
void wait_init(const char *name);

/**
 * wait_tell_if_off() - tell on stderr when kprobes were switched off or on
 * @src: the rings, which may stop and go on at any time; of others nothing is
 *	told
 */
void wait_tell_if_off(const struct source *src);

/**
 * wait_for_events() - wait for more of a source that has nothing now
 * @src: the source
 * @end_ns: when to end, UINT64_MAX for never
 * @next_ns: when there is something else to do, likewise
 *
 * It returns after a second at the latest: events may have been missed. When it
 * is time to end, or the end was asked for, the source is stopped.
 */
void wait_for_events(struct source *src, uint64_t end_ns, uint64_t next_ns);

#endif /* CLI_WAIT_H */
