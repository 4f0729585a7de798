/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The latest ends of which both FINs are known, found by the numbers of these: both
 * ends of a connection have the same two, also behind a NAT.
 *
 * It has room for some ten thousand ends, and forgets the oldest: the ends of a
 * connection learn of both FINs within moments.
 */
#ifndef TRACK_FIN_INDEX_H
#define TRACK_FIN_INDEX_H

#include "track/conn.h"

#define FIN_INDEX_WAYS	4	/* ends with the same hash */

struct fin_index;

/* Make an empty index; NULL if there is no memory. */
struct fin_index *fin_index_new(void);

/* Free an index; NULL is ignored. */
void fin_index_free(struct fin_index *index);

/* Add an end with both numbers. It may go before the index forgets it. */
void fin_index_add(struct fin_index *index, struct conn *conn);

/*
 * Return FIN_INDEX_WAYS ends that may have the numbers of @conn, in either order. Each
 * is NULL, or was an end once.
 */
struct conn *const *fin_index_find(const struct fin_index *index, const struct conn *conn);

#endif /* TRACK_FIN_INDEX_H */
