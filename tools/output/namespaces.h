/* SPDX-License-Identifier: GPL-2.0 */
/* Numbers the places that connections are in: machines' network namespaces. */
#ifndef OUTPUT_NAMESPACES_H
#define OUTPUT_NAMESPACES_H

#include <stdbool.h>
#include <stdint.h>

#include "source/source.h"
#include "track/tracker.h"

/* Room for a machine's name and a namespace's number. */
#define NAMESPACE_TEXT_MAX	(SOURCE_HOST_MAX + 32)

/* Who has no place of its own because there is no memory. */
#define NAMESPACE_NONE	0

struct namespaces;

/**
 * namespaces_new() - make an empty set
 *
 * Return: it, or NULL without memory.
 */
struct namespaces *namespaces_new(void);

/**
 * namespaces_free() - undo namespaces_new()
 * @places: the set, or NULL
 */
void namespaces_free(struct namespaces *places);

/**
 * namespaces_number() - which place is an end in?
 * @places: the set
 * @conn: the end
 * @is_new: it is the first one there
 *
 * Return: 1 for the first place, 2 for the next, and so on;
 * NAMESPACE_NONE without memory.
 */
uint32_t namespaces_number(struct namespaces *places, const struct conn *conn,
			   bool *is_new);

/**
 * namespace_text() - the name of an end's place
 * @src: where its events came from
 * @conn: the end
 * @buf: the result: the machine, if it is not this one, and the namespace
 *
 * Return: @buf.
 */
const char *namespace_text(struct source *src, const struct conn *conn,
			   char buf[NAMESPACE_TEXT_MAX]);

#endif /* OUTPUT_NAMESPACES_H */
