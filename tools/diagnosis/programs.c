// SPDX-License-Identifier: GPL-2.0
/* Counts by program. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "diagnosis/programs.h"
#include "util/text.h"

/* Programs that are named in a text */
#define NAMED	3

void programs_add(struct programs *p, const char comm[16])
{
	char name[sizeof(p->list[0].comm)] = "";
	uint32_t i;

	if (!comm) {
		p->unknown++;
		return;
	}
	memcpy(name, comm, strnlen(comm, sizeof(name)));
	for (i = 0; i < p->count && memcmp(p->list[i].comm, name, sizeof(name)); i++)
		;
	if (i == PROGRAMS_MAX) {
		p->rest++;
		return;
	}
	if (i == p->count)
		memcpy(p->list[p->count++].comm, name, sizeof(name));
	p->list[i].count++;
}

/* Return the program with the most of those after @last in that order. */
static const struct program *after(const struct programs *p, const struct program *last)
{
	const struct program *most = NULL, *at;

	for (at = p->list; at < p->list + p->count; at++) {
		if (last && (at->count > last->count ||
			     (at->count == last->count && at <= last)))
			continue;
		if (!most || at->count > most->count)
			most = at;
	}
	return most;
}

const struct program *programs_most(const struct programs *p)
{
	return after(p, NULL);
}

const char *programs_text(const struct programs *p, char buf[PROGRAMS_TEXT_MAX])
{
	const struct program *at = programs_most(p);
	uint64_t rest = (uint64_t)p->rest + p->unknown;
	char comm[COMM_TEXT_MAX];
	unsigned int named;
	int len = 0;

	buf[0] = '\0';
	for (named = 0; at && named < NAMED; at = after(p, at), named++)
		len += snprintf(buf + len, (size_t)(PROGRAMS_TEXT_MAX - len),
				"%s%" PRIu32 " by %s", named ? ", " : "", at->count,
				comm_text(at->comm, comm));
	for (; at; at = after(p, at))
		rest += at->count;
	if (named && rest)
		snprintf(buf + len, (size_t)(PROGRAMS_TEXT_MAX - len),
			 ", %" PRIu64 " by others", rest);
	return buf;
}
