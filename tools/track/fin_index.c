// SPDX-License-Identifier: GPL-2.0
/* The latest ends by the numbers of their FINs: a table of small sets. */
#include <stdlib.h>

#include "track/conn_table.h"
#include "track/fin_index.h"

#define SETS	8192U	/* a power of two */

struct fin_index {
	/* each with the newest end first */
	struct conn *set[SETS][FIN_INDEX_WAYS];
};

struct fin_index *fin_index_new(void)
{
	return calloc(1, sizeof(struct fin_index));
}

void fin_index_free(struct fin_index *index)
{
	free(index);
}

/* Sums and XORs commute, so both ends of a connection have the same hash. */
static uint32_t set_of(const struct conn *conn)
{
	uint64_t sum = (uint64_t)conn->fin_seq + conn->peer_fin_seq;

	return conn_table_mix(sum << 32 | (conn->fin_seq ^ conn->peer_fin_seq)) &
	       (SETS - 1);
}

void fin_index_add(struct fin_index *index, struct conn *conn)
{
	struct conn **set = index->set[set_of(conn)];

	/* Not memmove(), whose call takes longer. */
	set[3] = set[2];
	set[2] = set[1];
	set[1] = set[0];
	set[0] = conn;
}

struct conn *const *fin_index_find(const struct fin_index *index, const struct conn *conn)
{
	return index->set[set_of(conn)];
}
