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

struct namespaces {
	struct place *table;
};

struct namespaces *namespaces_new(void)
{
	return calloc(1, sizeof(struct namespaces));
}

void namespaces_free(struct namespaces *places)
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

static uint32_t add_place(struct namespaces *places, uint64_t key)
{
	struct place *place = calloc(1, sizeof(*place));

	if (!place)
		return NAMESPACE_NONE;
	place->key = key;
	place->number = HASH_COUNT(places->table) + 1;
	HASH_ADD(hh, places->table, key, sizeof(place->key), place);
	if (place->hh.tbl)
		return place->number;
	free(place);
	return NAMESPACE_NONE;
}

uint32_t namespaces_number(struct namespaces *places, const struct conn *conn,
			   bool *is_new)
{
	uint64_t key = (uint64_t)conn->host << 32 | conn->netns;
	struct place *place;
	uint32_t number;

	*is_new = false;
	HASH_FIND(hh, places->table, &key, sizeof(key), place);
	if (place)
		return place->number;
	number = add_place(places, key);
	*is_new = number != NAMESPACE_NONE;
	return number;
}

const char *namespace_text(struct source *src, const struct conn *conn,
			   char buf[NAMESPACE_TEXT_MAX])
{
	const char *host = source_host_name(src, conn->host);

	snprintf(buf, NAMESPACE_TEXT_MAX, "%s%snetns %" PRIu32,
		 host ? host : "", host ? " " : "", conn->netns);
	return buf;
}
