// SPDX-License-Identifier: GPL-2.0
/*
 * Filters from any bytes. The input is an expression, its arguments separated
 * by newlines or NULs, and as well the bytes of the records it is put to.
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
	require(!filter, "no filter after a mistake");
	require(error.at + error.len <= strlen(error.text),
		"a mistake is in the text");
	if (!null)
		null = fopen("/dev/null", "w");
	if (null)
		filter_tell(&error, "fuzz", null);
	return NULL;
}

/* The bytes stand in for everything that a record and a connection hold. */
static void put_to(const struct filter *filter, const struct filter *opposite,
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
		!match_step(opposite, &header, &ev, &step),
		"a step matches a filter or its opposite");
	require(!match_conn(filter, &conn) ||
		!match_conn(opposite, &conn),
		"a connection matches a filter or its opposite");
	require(!match_verdict(filter, &header, &verdict) ||
		!match_verdict(opposite, &header, &verdict),
		"one end matches a filter or its opposite");
}

static void put_to_known(const struct filter *filter,
			 const struct filter *opposite)
{
	static const uint8_t addr[16] = { 10, 0, 0, 1 };
	const struct match_subject s = {
		.family = 2, .laddr = addr, .raddr = addr, .lport = 40000,
		.rport = 443, .netns = 1, .pid = 1, .comm = "curl\0\0\0\0\0\0\0",
		.reason = "expired", .closer = "local", .states = 0x60,
		.known = MATCH_KNOWN_STATES | MATCH_KNOWN_PID,
	};

	require(filter_matches(filter, &s) !=
		filter_matches(opposite, &s),
		"where all is known, one of the two matches");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *argv[ARGS_MAX + 2], *text = malloc(size + 1);
	struct filter *filter, *opposite;
	int argc;

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	argc = split(text, size, argv + 1);
	filter = parse(argc, argv + 1);
	argv[0] = "not (";
	argv[argc + 1] = ")";
	/* One that is as long or as deep as can be has no opposite. */
	opposite = filter ? parse(argc + 2, argv) : NULL;
	if (opposite) {
		put_to(filter, opposite, data, size);
		put_to_known(filter, opposite);
	}
	filter_free(opposite);
	filter_free(filter);
	free(text);
	return 0;
}
