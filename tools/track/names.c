// SPDX-License-Identifier: GPL-2.0
/* Names of states, event kinds and reasons, and the way back from names. */
#include <ctype.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "track/names.h"
#include "util/basics.h"
#include "util/text.h"

static const char *const states[] = TCPFIN_STATE_NAMES;
static const char *const kinds[] = TCPFIN_KIND_NAMES;
static const char *const reasons[] = TCPFIN_REASON_NAMES;
static const char *const causes[] = TCPFIN_CAUSE_NAMES;
static const char *const timeouts[] = TCPFIN_TIMEOUT_NAMES;

static const char *const hows[HOWS] = {
	[HOW_UNKNOWN] = "-",
	[HOW_OPEN] = "open",
	[HOW_FIN] = "fin",
	[HOW_RST_SENT] = "rst-sent",
	[HOW_RST_RCVD] = "rst-received",
	[HOW_TIMEOUT] = "timeout",
	[HOW_FW2_TIMEOUT] = "fin-wait-2-timeout",
	[HOW_KILLED] = "killed",
	[HOW_NETNS] = "netns-gone",
	[HOW_REFUSED] = "tw-refused",
	[HOW_ABORTED] = "aborted",
	[HOW_TAKEN] = "taken-over",
	[HOW_ERROR] = "error",
};

#define ALL		((BIT(ARRAY_SIZE(states)) - 1) & ~BIT(0))
#define CONNECTED	(ALL & ~(BIT(TCP_CLOSE) | BIT(TCP_LISTEN)))
/* NEW_SYN_RECV has no name in the C library's header. */
#define BUCKET		(BIT(TCP_TIME_WAIT) | BIT(TCP_SYN_RECV) | BIT(12))

/* Other spellings of states, then the groups of ss. */
static const struct {
	const char *name;
	uint32_t states;
} sets[] = {
	{ "estab", BIT(TCP_ESTABLISHED) },
	{ "syn-received", BIT(TCP_SYN_RECV) },
	{ "syn-rcvd", BIT(TCP_SYN_RECV) },
	{ "syn-rcv", BIT(TCP_SYN_RECV) },
	{ "closed", BIT(TCP_CLOSE) },
	{ "unconnected", BIT(TCP_CLOSE) },
	{ "unconn", BIT(TCP_CLOSE) },
	{ "listening", BIT(TCP_LISTEN) },
	{ "all", ALL },
	{ "connected", CONNECTED },
	{ "synchronized", CONNECTED & ~BIT(TCP_SYN_SENT) },
	{ "bucket", BUCKET },
	{ "big", ALL & ~BUCKET },
};

static const char *number(unsigned int value, char buf[NAME_TEXT_MAX])
{
	snprintf(buf, NAME_TEXT_MAX, "%u", value);
	return buf;
}

const char *state_name(uint8_t state, char buf[NAME_TEXT_MAX])
{
	return state < ARRAY_SIZE(states) ? states[state] : number(state, buf);
}

const char *kind_name(uint8_t kind, char buf[NAME_TEXT_MAX])
{
	if (kind < ARRAY_SIZE(kinds) && kinds[kind])
		return kinds[kind];
	return number(kind, buf);
}

const char *reason_name(uint8_t reason, uint32_t detail,
			const struct tcpfin_header *header, char buf[NAME_TEXT_MAX])
{
	if (reason == TCPFIN_REASON_CALLER && detail < TCPFIN_CALLERS &&
	    header->caller[detail][0])
		return text_escape(header->caller[detail],
				   sizeof(header->caller[detail]), buf, NAME_TEXT_MAX);
	if (reason == TCPFIN_REASON_CALLER)
		return "?";
	return reason < ARRAY_SIZE(reasons) ? reasons[reason] :
					      number(reason, buf);
}

const char *cause_name(uint8_t reason, uint32_t detail)
{
	uint32_t what = TCPFIN_TIMEOUT_WHAT(detail);

	switch (reason) {
	case TCPFIN_REASON_ABORTED:
	case TCPFIN_REASON_RST_SENT:
		return detail && detail <= TCPFIN_CAUSE_MAX ? causes[detail] : NULL;
	case TCPFIN_REASON_TIMEOUT:
		return what && what <= TCPFIN_TIMEOUT_MAX ? timeouts[what] : NULL;
	default:
		return NULL;
	}
}

const char *reason_text(const struct tcpfin_event *ev,
			const struct tcpfin_header *header, char buf[NAME_TEXT_MAX])
{
	const char *cause = cause_name(ev->reason, ev->detail);
	const char *word = reason_name(ev->reason, ev->detail, header, buf);
	uint32_t tries = event_tries(ev);

	if (cause && tries)
		snprintf(buf, NAME_TEXT_MAX, "%s:%s:%u", word, cause, tries);
	else if (cause)
		snprintf(buf, NAME_TEXT_MAX, "%s:%s", word, cause);
	else if (tries)
		snprintf(buf, NAME_TEXT_MAX, "%s:%u", word, tries);
	else if (ev->reason == TCPFIN_REASON_ERROR)
		snprintf(buf, NAME_TEXT_MAX, "%s:%u", word, ev->err);
	else
		return word;
	return buf;
}

const char *how_name(enum how how)
{
	return hows[how];
}

const char *closer_name(enum closer closer)
{
	static const char *const closers[] = {
		[CLOSER_UNKNOWN] = "-",	    [CLOSER_LOCAL] = "local",
		[CLOSER_REMOTE] = "remote", [CLOSER_BOTH] = "both",
		[CLOSER_NONE] = "none",
	};

	return closers[closer];
}

uint32_t state_bit(uint8_t state)
{
	return state && state < ARRAY_SIZE(states) ? BIT(state) : 0;
}

/* Compare names; case, "-" and "_" do not matter. */
static bool same_name(const char *a, const char *b)
{
	for (;;) {
		while (*a == '-' || *a == '_')
			a++;
		while (*b == '-' || *b == '_')
			b++;
		if (tolower((unsigned char)*a) != tolower((unsigned char)*b))
			return false;
		if (!*a)
			return true;
		a++;
		b++;
	}
}

uint32_t states_parse(const char *text)
{
	size_t i;

	for (i = 1; i < ARRAY_SIZE(states); i++) {
		if (same_name(text, states[i]))
			return BIT(i);
	}
	for (i = 0; i < ARRAY_SIZE(sets); i++) {
		if (same_name(text, sets[i].name))
			return sets[i].states;
	}
	return 0;
}

/* Find a name in a list whose first one stands for "not known". */
static const char *find_name(const char *const *list, size_t count, const char *text)
{
	size_t i;

	for (i = 1; i < count; i++) {
		if (same_name(text, list[i]))
			return list[i];
	}
	return NULL;
}

static const char *list_names(const char *const *list, size_t count, char *buf,
			      size_t size)
{
	size_t i, at = strlen(buf);

	for (i = 1; i < count && at < size; i++)
		at += (size_t)snprintf(buf + at, size - at, "%s%s",
				       at ? ", " : "", list[i]);
	return buf;
}

const char *reason_parse(const char *text)
{
	return find_name(reasons, ARRAY_SIZE(reasons), text);
}

const char *how_parse(const char *text)
{
	return find_name(hows, ARRAY_SIZE(hows), text);
}

const char *cause_parse(const char *text)
{
	const char *name = find_name(causes, ARRAY_SIZE(causes), text);

	if (!name)
		name = find_name(timeouts, ARRAY_SIZE(timeouts), text);
	return !name && same_name(text, CAUSE_INJECTED) ? CAUSE_INJECTED : name;
}

const char *reason_list(char *buf, size_t size)
{
	buf[0] = '\0';
	return list_names(reasons, ARRAY_SIZE(reasons), buf, size);
}

const char *how_list(char *buf, size_t size)
{
	buf[0] = '\0';
	return list_names(hows, ARRAY_SIZE(hows), buf, size);
}

const char *cause_list(char *buf, size_t size)
{
	static const char *const injected[] = { "", CAUSE_INJECTED };

	buf[0] = '\0';
	list_names(causes, ARRAY_SIZE(causes), buf, size);
	list_names(timeouts, ARRAY_SIZE(timeouts), buf, size);
	return list_names(injected, ARRAY_SIZE(injected), buf, size);
}
