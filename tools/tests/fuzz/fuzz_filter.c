// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzes filters. The input is an expression, its arguments separated by newlines or
 * NULs, and also the bytes of the records that it is matched with.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "filter/match.h"
#include "require.h"

#define ARGS_MAX	64

static int split(char *text, size_t size, char **argv)
{
	int argc = 0;
	size_t i;

	argv[argc++] = text;
	for (i = 0; i < size && argc < ARGS_MAX; i++) {
		if (text[i] == '\n' || !text[i]) {
			text[i] = '\0';
			argv[argc++] = text + i + 1;
		}
	}
	return argc;
}

static struct filter *parse(int argc, char **argv)
{
	struct filter_error error;
	struct filter *filter;
	static FILE *null;

	if (filter_parse(argc, argv, &filter, &error))
		return filter;
	require(!filter, "a filter with an error is not returned");
	require(error.at + error.len <= strlen(error.text),
		"the position of an error is within the text");
	if (!null)
		null = fopen("/dev/null", "w");
	if (null)
		filter_tell(&error, "fuzz", null);
	return NULL;
}

/* Match with a record, a connection and a verdict made of the input bytes. */
static void match_input(const struct filter *filter, const struct filter *negation,
		   const uint8_t *data, size_t size)
{
	struct tcpfin_header header = { .caller[1] = "some_function" };
	struct conn conn = { 0 };
	const struct step step = { .conn = &conn };
	const struct verdict verdict = { .end[0] = &conn };
	struct tcpfin_event ev = { 0 };

	memcpy(&ev, data, size < sizeof(ev) ? size : sizeof(ev));
	memcpy(&conn, data, size < sizeof(conn) ? size : sizeof(conn));
	require(!match_step(filter, &header, &ev, &step) ||
		!match_step(negation, &header, &ev, &step),
		"a step does not match a filter and its negation");
	require(!match_conn(filter, &conn) ||
		!match_conn(negation, &conn),
		"a connection does not match a filter and its negation");
	require(!match_verdict(filter, &header, &verdict) ||
		!match_verdict(negation, &header, &verdict),
		"a verdict does not match a filter and its negation");
}

static const char *cgroup_of(struct source *src, uint32_t host, uint64_t id)
{
	(void)src;
	(void)host;
	return id == 1 ? "/a" : NULL;
}

static void match_known(const struct filter *filter,
			 const struct filter *negation)
{
	static const uint8_t addr[16] = { 10, 0, 0, 1 };
	const struct match_subject s = {
		.family = 2, .laddr = addr, .raddr = addr, .lport = 40000,
		.rport = 443, .netns = 1, .pid = 1, .comm = "curl\0\0\0\0\0\0\0",
		.reason = "expired", .closer = "local", .how = "fin", .cause = "linger-0",
		.states = 0x60, .uid = 1, .cgroup = 1,
		.known = MATCH_KNOWN_STATES | MATCH_KNOWN_PID | MATCH_KNOWN_UID |
			 MATCH_KNOWN_CGROUP,
	};

	require(filter_matches(filter, &s) !=
		filter_matches(negation, &s),
		"with all facts known either the filter or its negation matches");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *argv[ARGS_MAX + 2], *text = malloc(size + 1);
	static const struct source_ops ops = { .cgroup = cgroup_of };
	struct source src = { .ops = &ops };
	struct filter *filter, *negation;
	int argc;

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	argc = split(text, size, argv + 1);
	filter = parse(argc, argv + 1);
	argv[0] = "not (";
	argv[argc + 1] = ")";
	/* The longest and deepest filters have no negation. */
	negation = filter ? parse(argc + 2, argv) : NULL;
	filter_set_source(filter, &src);
	filter_set_source(negation, &src);
	if (negation) {
		match_input(filter, negation, data, size);
		match_known(filter, negation);
	}
	filter_free(negation);
	filter_free(filter);
	free(text);
	return 0;
}
