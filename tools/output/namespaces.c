// SPDX-License-Identifier: GPL-2.0
/* Numbers machines' network namespaces. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* Without memory uthash does not add an entry. */
#define HASH_NONFATAL_OOM	1
#include <uthash.h>

#include "output/namespaces.h"

struct entry {
	uint64_t key;
	uint32_t number;
	UT_hash_handle hh;
};

struct namespaces {
	struct entry *table;
};

struct namespaces *namespaces_new(void)
{
	return calloc(1, sizeof(struct namespaces));
}

void namespaces_free(struct namespaces *namespaces)
{
	struct entry *entry, *next;

	if (!namespaces)
		return;
	HASH_ITER(hh, namespaces->table, entry, next) {
		/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): HASH_DEL() drops it */
		HASH_DEL(namespaces->table, entry);
		free(entry);
	}
	free(namespaces);
}

static uint32_t add_namespace(struct namespaces *namespaces, uint64_t key)
{
	struct entry *entry = calloc(1, sizeof(*entry));

	if (!entry)
		return NAMESPACE_NONE;
	entry->key = key;
	entry->number = HASH_COUNT(namespaces->table) + 1;
	HASH_ADD(hh, namespaces->table, key, sizeof(entry->key), entry);
	if (entry->hh.tbl)
		return entry->number;
	free(entry);
	return NAMESPACE_NONE;
}

uint32_t namespaces_number(struct namespaces *namespaces, const struct conn *conn,
			   bool *is_new)
{
	uint64_t key = (uint64_t)conn->host << 32 | conn->netns;
	struct entry *entry;
	uint32_t number;

	*is_new = false;
	HASH_FIND(hh, namespaces->table, &key, sizeof(key), entry);
	if (entry)
		return entry->number;
	number = add_namespace(namespaces, key);
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
