/* SPDX-License-Identifier: GPL-2.0 */
/* Numbers the places that connections are in: machines' network namespaces. */
#ifndef TCPFIN_PLACES_H
#define TCPFIN_PLACES_H

#include <stdbool.h>
#include <stdint.h>

#include "source/source.h"
#include "track/tracker.h"

/* Room for a machine's name and a namespace's number. */
#define TCPFIN_PLACE_MAX	(TCPFIN_HOST_MAX + 32)

/* Who has no place of its own because there is no memory. */
#define TCPFIN_PLACE_NONE	0

struct tcpfin_places;

/**
 * tcpfin_places_new() - make an empty set
 *
 * Return: it, or NULL without memory.
 */
struct tcpfin_places *tcpfin_places_new(void);

/**
 * tcpfin_places_free() - undo tcpfin_places_new()
 * @places: the set, or NULL
 */
void tcpfin_places_free(struct tcpfin_places *places);

/**
 * tcpfin_places_number() - which place is an end in?
 * @places: the set
 * @conn: the end
 * @is_new: it is the first one there
 *
 * Return: 1 for the first place, 2 for the next, and so on;
 * TCPFIN_PLACE_NONE without memory.
 */
uint32_t tcpfin_places_number(struct tcpfin_places *places,
			      const struct tcpfin_conn *conn, bool *is_new);

/**
 * tcpfin_place_text() - the name of an end's place
 * @src: where its events came from
 * @conn: the end
 * @buf: the result: the machine, if it is not this one, and the namespace
 *
 * Return: @buf.
 */
const char *tcpfin_place_text(struct tcpfin_source *src,
			      const struct tcpfin_conn *conn,
			      char buf[TCPFIN_PLACE_MAX]);

#endif /* TCPFIN_PLACES_H */
