// SPDX-License-Identifier: GPL-2.0
/* Numbers machines' network namespaces as they come. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* Without memory a new place is not added. */
#define HASH_NONFATAL_OOM	1
#include <uthash.h>

#include "output/namespaces.h"

struct place {
	uint64_t key;
	uint32_t number;
	UT_hash_handle hh;
};

struct tcpfin_places {
	struct place *table;
};

struct tcpfin_places *tcpfin_places_new(void)
{
	return calloc(1, sizeof(struct tcpfin_places));
}

void tcpfin_places_free(struct tcpfin_places *places)
{
	struct place *place, *next;

	if (!places)
		return;
	HASH_ITER(hh, places->table, place, next) {
		/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): HASH_DEL() drops it */
		HASH_DEL(places->table, place);
		free(place);
	}
	free(places);
}

static uint32_t add_place(struct tcpfin_places *places, uint64_t key)
{
	struct place *place = calloc(1, sizeof(*place));

	if (!place)
		return TCPFIN_PLACE_NONE;
	place->key = key;
	place->number = HASH_COUNT(places->table) + 1;
	HASH_ADD(hh, places->table, key, sizeof(place->key), place);
	if (place->hh.tbl)
		return place->number;
	free(place);
	return TCPFIN_PLACE_NONE;
}

uint32_t tcpfin_places_number(struct tcpfin_places *places,
			      const struct tcpfin_conn *conn, bool *is_new)
{
	uint64_t key = (uint64_t)conn->host << 32 | conn->netns;
	struct place *place;
	uint32_t number;

	*is_new = false;
	HASH_FIND(hh, places->table, &key, sizeof(key), place);
	if (place)
		return place->number;
	number = add_place(places, key);
	*is_new = number != TCPFIN_PLACE_NONE;
	return number;
}

const char *tcpfin_place_text(struct tcpfin_source *src,
			      const struct tcpfin_conn *conn,
			      char buf[TCPFIN_PLACE_MAX])
{
	const char *host = tcpfin_source_host_name(src, conn->host);

	snprintf(buf, TCPFIN_PLACE_MAX, "%s%snetns %" PRIu32,
		 host ? host : "", host ? " " : "", conn->netns);
	return buf;
}
