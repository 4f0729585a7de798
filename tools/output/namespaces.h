/* SPDX-License-Identifier: GPL-2.0 */
/* Numbers machines' network namespaces, in the order of their first connections. */
#ifndef OUTPUT_NAMESPACES_H
#define OUTPUT_NAMESPACES_H

#include <stdbool.h>
#include <stdint.h>

#include "source/source.h"
#include "track/tracker.h"

/* Room for a machine's name and a namespace's number. */
#define NAMESPACE_TEXT_MAX	(SOURCE_HOST_MAX + 32)

/* Number of a namespace for which there is no memory */
#define NAMESPACE_NONE	0

struct namespaces;

/* Make an empty set. Return NULL without memory. */
struct namespaces *namespaces_new(void);

/* Free a set; NULL is ignored. */
void namespaces_free(struct namespaces *namespaces);

/*
 * Return the number of the namespace that @conn is in: 1 for the first
 * namespace, 2 for the next; NAMESPACE_NONE without memory. @is_new: @conn is
 * its first connection.
 */
uint32_t namespaces_number(struct namespaces *namespaces, const struct conn *conn,
			   bool *is_new);

/* Write a namespace: its machine, if not this one, and its inode number. */
const char *namespace_text(struct source *src, const struct conn *conn,
			   char buf[NAMESPACE_TEXT_MAX]);

#endif /* OUTPUT_NAMESPACES_H */
