// SPDX-License-Identifier: GPL-2.0
/* Builds findings, and sorts them. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diagnosis/findings.h"
#include "util/text.h"

static const char *const kinds[] = {
	[FINDING_CLOSE_WAIT] = "close-wait",
	[FINDING_FIN_WAIT2] = "fin-wait-2",
	[FINDING_NEVER_CLOSED] = "never-closed",
	[FINDING_CLOSED_WINDOW] = "closed-window",
	[FINDING_NO_ANSWER] = "no-answer",
	[FINDING_FIN_WAIT2_ORPHANS] = "fin-wait-2-orphans",
	[FINDING_TW_REFUSED] = "time-wait-refused",
	[FINDING_TW_BUCKETS] = "time-wait-buckets",
	[FINDING_BOUND_PORTS] = "bound-ports",
	[FINDING_PORTS] = "ports",
	[FINDING_PORT] = "port",
	[FINDING_NOT_ACCEPTED] = "not-accepted",
	[FINDING_INJECTED] = "injected-rst",
	[FINDING_DATA_LOST] = "data-lost",
	[FINDING_RESETS] = "resets",
	[FINDING_LAST_ACK_LOST] = "last-ack-lost",
	[FINDING_TIMEOUTS] = "timeouts",
	[FINDING_ORPHAN_LIMIT] = "orphan-limit",
};

static const char *const severities[] = {
	[SEVERITY_NOTE] = "note",
	[SEVERITY_WARNING] = "warning",
	[SEVERITY_CRITICAL] = "critical",
};

const char *finding_kind_name(enum finding_kind kind)
{
	return kinds[kind];
}

const char *severity_name(enum severity severity)
{
	return severities[severity];
}

bool findings_are_serious(const struct findings *all)
{
	unsigned int i;

	for (i = 0; i < all->count; i++)
		if (all->list[i].severity > SEVERITY_NOTE)
			return true;
	return false;
}

static int by_severity(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;

	if (x->severity != y->severity)
		return x->severity < y->severity ? 1 : -1;
	if (x->kind != y->kind)
		return x->kind > y->kind ? 1 : -1;
	return (x->weight < y->weight) - (x->weight > y->weight);
}

/* Return the place of a new finding: a free one, or that of the least severe. */
static struct finding *place_for(struct findings *all, const struct finding *new)
{
	struct finding *least = &all->list[0];
	unsigned int i;

	if (all->count < FINDINGS_MAX)
		return &all->list[all->count++];
	all->left_out++;
	for (i = 1; i < FINDINGS_MAX; i++)
		if (by_severity(least, &all->list[i]) < 0)
			least = &all->list[i];
	return by_severity(new, least) < 0 ? least : &all->rest;
}

struct finding *findings_add(struct findings *all, enum finding_kind kind,
			     enum severity severity, uint64_t weight)
{
	const struct finding new = {
		.kind = kind, .severity = severity, .weight = weight,
	};
	struct finding *f = place_for(all, &new);

	*f = new;
	return f;
}

void findings_sort(struct findings *all)
{
	qsort(all->list, all->count, sizeof(all->list[0]), by_severity);
}

void finding_what(struct finding *f, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(f->what, sizeof(f->what), format, args);
	va_end(args);
}

void finding_evidence(struct finding *f, const char *format, ...)
{
	va_list args;

	if (f->nevidence == FINDING_SENTENCES_MAX)
		return;
	va_start(args, format);
	vsnprintf(f->evidence[f->nevidence++], FINDING_WORDS_MAX, format, args);
	va_end(args);
}

void finding_advice(struct finding *f, const char *format, ...)
{
	va_list args;

	if (f->nadvice == FINDING_SENTENCES_MAX)
		return;
	va_start(args, format);
	vsnprintf(f->advice[f->nadvice++], FINDING_WORDS_MAX, format, args);
	va_end(args);
}

static struct finding_member *add_member(struct finding *f, const char *key,
					 enum finding_member_type type)
{
	struct finding_member *m;

	if (f->nmembers < FINDING_MEMBERS_MAX)
		f->nmembers++;
	m = &f->member[f->nmembers - 1];
	m->key = key;
	m->type = type;
	return m;
}

void finding_number(struct finding *f, const char *key, bool known, uint64_t number)
{
	struct finding_member *m = add_member(f, key, FINDING_MEMBER_NUMBER);

	m->known = known;
	m->number = number;
}

void finding_ms(struct finding *f, const char *key, bool known, uint64_t ns)
{
	struct finding_member *m = add_member(f, key, FINDING_MEMBER_MS);

	m->known = known;
	m->number = ns;
}

void finding_text(struct finding *f, const char *key, const char *text)
{
	struct finding_member *m = add_member(f, key, FINDING_MEMBER_TEXT);

	m->known = text;
	if (text)
		snprintf(m->text, sizeof(m->text), "%s", text);
}

void finding_bool(struct finding *f, const char *key, bool known, bool value)
{
	struct finding_member *m = add_member(f, key, FINDING_MEMBER_BOOL);

	m->known = known;
	m->number = value;
}

void finding_holders(struct finding *f, const struct processes *p)
{
	struct finding_program *program;
	size_t at, i;

	f->held = true;
	for (at = 0; at < p->count && f->nholders < FINDING_PROGRAMS_MAX;
	     at += program->processes) {
		program = &f->holder[f->nholders++];
		comm_text(p->list[at].comm, program->comm);
		program->processes = processes_alike(p, at);
		for (i = 0; i < program->processes && i < FINDING_PIDS_MAX; i++)
			program->pid[i] = p->list[at + i].pid;
	}
}
