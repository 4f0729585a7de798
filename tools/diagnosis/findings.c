// SPDX-License-Identifier: GPL-2.0
/* Puts findings together, and in order. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diagnosis/findings.h"

static const char *const troubles[] = {
	[TCPFIN_CLOSE_WAIT] = "close-wait",
	[TCPFIN_FIN_WAIT2] = "fin-wait-2",
	[TCPFIN_FIN_WAIT2_ORPHANS] = "fin-wait-2-orphans",
	[TCPFIN_TW_REFUSED] = "time-wait-refused",
	[TCPFIN_TW_BUCKETS] = "time-wait-buckets",
	[TCPFIN_PORTS] = "ports",
	[TCPFIN_DATA_LOST] = "data-lost",
	[TCPFIN_LAST_ACK_LOST] = "last-ack-lost",
	[TCPFIN_ORPHAN_TIMEOUTS] = "orphan-timeouts",
	[TCPFIN_ORPHAN_LIMIT] = "orphan-limit",
};

static const char *const severities[] = {
	[TCPFIN_NOTE] = "note",
	[TCPFIN_WARNING] = "warning",
	[TCPFIN_CRITICAL] = "critical",
};

const char *tcpfin_trouble_name(enum tcpfin_trouble trouble)
{
	return troubles[trouble];
}

const char *tcpfin_severity_name(enum tcpfin_severity severity)
{
	return severities[severity];
}

struct tcpfin_finding *tcpfin_findings_add(struct tcpfin_findings *all,
					   enum tcpfin_trouble trouble,
					   enum tcpfin_severity severity,
					   uint64_t weight)
{
	struct tcpfin_finding *f;

	if (all->count < TCPFIN_FINDINGS_MAX)
		all->count++;
	f = &all->list[all->count - 1];
	memset(f, 0, sizeof(*f));
	f->trouble = trouble;
	f->severity = severity;
	f->weight = weight;
	return f;
}

static int by_badness(const void *a, const void *b)
{
	const struct tcpfin_finding *x = a, *y = b;

	if (x->severity != y->severity)
		return x->severity < y->severity ? 1 : -1;
	if (x->trouble != y->trouble)
		return x->trouble > y->trouble ? 1 : -1;
	return (x->weight < y->weight) - (x->weight > y->weight);
}

void tcpfin_findings_sort(struct tcpfin_findings *all)
{
	qsort(all->list, all->count, sizeof(all->list[0]), by_badness);
}

void tcpfin_find_what(struct tcpfin_finding *f, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(f->what, sizeof(f->what), format, args);
	va_end(args);
}

void tcpfin_find_evidence(struct tcpfin_finding *f, const char *format, ...)
{
	va_list args;

	if (f->nevidence == TCPFIN_SENTENCES_MAX)
		return;
	va_start(args, format);
	vsnprintf(f->evidence[f->nevidence++], TCPFIN_WORDS_MAX, format, args);
	va_end(args);
}

void tcpfin_find_advice(struct tcpfin_finding *f, const char *format, ...)
{
	va_list args;

	if (f->nadvice == TCPFIN_SENTENCES_MAX)
		return;
	va_start(args, format);
	vsnprintf(f->advice[f->nadvice++], TCPFIN_WORDS_MAX, format, args);
	va_end(args);
}

static struct tcpfin_member *add_member(struct tcpfin_finding *f,
					const char *key,
					enum tcpfin_member_type type)
{
	struct tcpfin_member *m;

	if (f->nmembers < TCPFIN_MEMBERS_MAX)
		f->nmembers++;
	m = &f->member[f->nmembers - 1];
	m->key = key;
	m->type = type;
	return m;
}

void tcpfin_find_number(struct tcpfin_finding *f, const char *key, bool known,
			uint64_t number)
{
	struct tcpfin_member *m = add_member(f, key, TCPFIN_MEMBER_NUMBER);

	m->known = known;
	m->number = number;
}

void tcpfin_find_ms(struct tcpfin_finding *f, const char *key, bool known,
		    uint64_t ns)
{
	struct tcpfin_member *m = add_member(f, key, TCPFIN_MEMBER_MS);

	m->known = known;
	m->number = ns;
}

void tcpfin_find_text(struct tcpfin_finding *f, const char *key,
		      const char *text)
{
	struct tcpfin_member *m = add_member(f, key, TCPFIN_MEMBER_TEXT);

	m->known = text;
	if (text)
		snprintf(m->text, sizeof(m->text), "%s", text);
}

void tcpfin_find_bool(struct tcpfin_finding *f, const char *key, bool value)
{
	struct tcpfin_member *m = add_member(f, key, TCPFIN_MEMBER_BOOL);

	m->known = true;
	m->number = value;
}
