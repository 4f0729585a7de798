// SPDX-License-Identifier: GPL-2.0
/* Keeps a set of processes, and names them. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diagnosis/processes.h"
#include "util/array.h"
#include "util/text.h"

void processes_add(struct processes *p, const char comm[16], uint32_t pid)
{
	struct process_name *list;

	list = array_grow(p->list, &p->room, p->count, sizeof(*list));
	if (!list) {
		p->failed = true;
		return;
	}
	p->list = list;
	p->list[p->count] = (struct process_name){ .pid = pid };
	memcpy(p->list[p->count++].comm, comm, strnlen(comm, sizeof(p->list->comm)));
}

const struct socket_owner *processes_add_owners(struct processes *p,
						const struct socket_owners *owners,
						uint32_t inode)
{
	const struct socket_owner *first = NULL, *owner;

	if (owners)
		first = socket_owners_find(owners, inode);
	for (owner = first; owner; owner = socket_owners_next(owners, owner))
		processes_add(p, owner->comm, owner->pid);
	return first;
}

static int by_name(const void *a, const void *b)
{
	const struct process_name *x = a, *y = b;
	int order = memcmp(x->comm, y->comm, sizeof(x->comm));

	return order ? order : (x->pid > y->pid) - (x->pid < y->pid);
}

void processes_sort(struct processes *p)
{
	size_t from, to = 0;

	if (!p->count)
		return;
	qsort(p->list, p->count, sizeof(*p->list), by_name);
	for (from = 1; from < p->count; from++)
		if (by_name(&p->list[from], &p->list[to]))
			p->list[++to] = p->list[from];
	p->count = to + 1;
}

size_t processes_alike(const struct processes *p, size_t from)
{
	size_t to = from;

	while (to < p->count && !memcmp(p->list[to].comm, p->list[from].comm,
					sizeof(p->list[to].comm)))
		to++;
	return to - from;
}

/* Write at @len; return the new length. */
static int put(char *buf, int len, const char *text)
{
	return len + snprintf(buf + len, (size_t)(PROCESSES_TEXT_MAX - len), "%s", text);
}

/* Write the processes of one program. */
static int put_program(char *buf, int len, const struct process_name *first, size_t count)
{
	char text[2 * COMM_TEXT_MAX], comm[COMM_TEXT_MAX];
	size_t i;

	if (count == 1)
		return put(buf, len, process_text(first->comm, first->pid, text));
	snprintf(text, sizeof(text), "%zu processes of %s", count,
		 comm_text(first->comm, comm));
	len = put(buf, len, text);
	for (i = 0; i < count && i < PROCESSES_NAMED; i++) {
		snprintf(text, sizeof(text), "%s%" PRIu32,
			 !i ? " (pid " : i + 1 == count ? " and " : ", ", first[i].pid);
		len = put(buf, len, text);
	}
	snprintf(text, sizeof(text), " and %zu other%s", count - i,
		 count - i == 1 ? "" : "s");
	len = put(buf, len, i < count ? text : "");
	return put(buf, len, ")");
}

const char *processes_text(const struct processes *p, char buf[PROCESSES_TEXT_MAX])
{
	size_t at, alike, named = 0;
	char text[64];
	int len = 0;

	buf[0] = '\0';
	for (at = 0; at < p->count && named < PROCESSES_NAMED; at += alike, named++) {
		alike = processes_alike(p, at);
		if (named)
			len = put(buf, len, at + alike < p->count ? ", " : " and ");
		len = put_program(buf, len, &p->list[at], alike);
	}
	if (at < p->count) {
		snprintf(text, sizeof(text), " and %zu process%s of other programs",
			 p->count - at, p->count - at == 1 ? "" : "es");
		put(buf, len, text);
	}
	return buf;
}

void processes_free(struct processes *p)
{
	free(p->list);
}
