// SPDX-License-Identifier: GPL-2.0
/* Errors in filters, and their positions. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "filter/filter.h"

/* The filter must be refused; the error is at @word, or at the end for NULL. */
static void wrong(const char *text, const char *word, const char *what)
{
	struct filter_error error;
	char *arg = strdup(text);
	struct filter *filter;
	size_t at, len;

	if (filter_parse(1, &arg, &filter, &error))
		fail_msg("'%s' was accepted", text);
	assert_null(filter);
	len = word ? strlen(word) : 0;
	at = word ? (size_t)(strstr(text, word) - text) : strlen(text);
	if (error.at != at || error.len != len || !strstr(error.what, what))
		fail_msg("'%s': want '%s' at %zu+%zu, got '%s' at %zu+%zu",
			 text, what, at, len, error.what, error.at, error.len);
	free(arg);
}

static void points_at_the_wrong_word(void **state)
{
	(void)state;
	wrong("sport 1 and prot 2", "prot", "unknown word: want state, exclude");
	wrong("sport 1 \"dport\" 2", "\"dport\"", "unknown word");
	wrong("SPORT 1", "SPORT", "unknown word");
	wrong("sport = 65536", "65536", "no such port");
	wrong("sport = :2-1", ":2-1", "no such port");
	wrong("sport = 1-65536", "1-65536", "no such port");
	wrong("sport = nosuchservice", "nosuchservice", "no such port");
	wrong("sport = ''", "''", "no such port");
	wrong("sport = :", ":", "no such port");
	wrong("pid = 4294967296", "4294967296", "no such process");
	wrong("pid = -1", "-1", "no such process");
	wrong("netns = 1x", "1x", "no such namespace");
	wrong("sport > 5-6", "5-6", "a range goes with");
	wrong("src > 10.0.0.1", ">", "src has no order");
	wrong("comm le a", "le", "comm has no order");
	wrong("state < close", "<", "states have no order");
	wrong("state fin-wait", "fin-wait", "no such state: want established");
	wrong("state -", "-", "no such state");
	wrong("exclude 5", "5", "no such state");
	wrong("reason done", "done", "no such reason: want expired, tw-reuse");
	wrong("reason -", "-", "no such reason");
	wrong("reason 5_x", "5_x", "no such reason");
	wrong("reason a_-b", "a_-b", "no such reason");
	wrong("closer me", "me", "want local, remote, both or none");
	wrong("comm = 0123456789abcdef", "0123456789abcdef", "1 to 15 bytes");
	wrong("comm = ''", "''", "1 to 15 bytes");
	wrong("comm = a\\x00", "a\\x00", "1 to 15 bytes");
	wrong("cgroup > 5", ">", "cgroup has no order");
	wrong("cgroup = system.slice", "system.slice", "no such cgroup: want its path");
	wrong("cgroup = 5x", "5x", "no such cgroup");
	wrong("cgroup = 18446744073709551616", "18446744073709551616", "no such cgroup");
	wrong("cgroup = /a\\x00", "/a\\x00", "no such cgroup");
	wrong("cgroup = /a or cgroup = /b and pid x", "x", "no such process");
}

static void points_at_a_wrong_address(void **state)
{
	static const char *const bad[] = {
		"10.0.0", "10.0.0.256", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x",
		"10.0.0.0/-1", "10.0.0.1:", "10.0.0.1:65536", "localhost",
		"*/8", "/8", "[10.0.0.1]:80", "[::1", "[::1]x", "[::1]:",
		"[::1/64]/64", "::1/129", "1:2", "::g", "[]", "[]:80", ":", ":x:y",
		"fe80::1%eth0", "::ffff:1.2.3.4/129", "0x7f000001",
	};
	char text[64];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(text, sizeof(text), "dst = %s", bad[i]);
		wrong(text, bad[i], "no such address");
	}
}

static void points_at_a_wrong_structure(void **state)
{
	(void)state;
	wrong("sport", NULL, "a value is missing here");
	wrong("sport =", NULL, "a value is missing here");
	wrong("sport = and dport 1", "and", "a value is missing here");
	wrong("comm = or", "or", "a value is missing here");
	wrong("sport = != 1", "!=", "a value is missing here");
	wrong("sport = 1 < 2", "<", "a test is missing here");
}

static void points_at_wrong_parentheses(void **state)
{
	(void)state;
	wrong("(", NULL, "something is missing here");
	wrong("()", ")", "a test is missing here");
	wrong("sport 1 (dport 2", "(", "this parenthesis is not closed");
	wrong("sport 1) or dport 2", ")", "this parenthesis was not opened");
	wrong("not", NULL, "something is missing here");
	wrong("sport 1 and", NULL, "something is missing here");
	wrong("sport 1 or", NULL, "something is missing here");
	wrong("and sport 1", "and", "a test is missing here");
	wrong("pid 1 and or pid 2", "or", "a test is missing here");
}

static void points_at_an_open_quote(void **state)
{
	(void)state;
	wrong("comm = \"a b", "\"a b", "this quote is not closed");
	wrong("comm = a'", "'", "this quote is not closed");
}

/* Parse a test within @open pairs of parentheses. */
static bool parses_nested(size_t open)
{
	char text[2 * FILTER_DEPTH + 64], *arg = text;
	struct filter_error error;
	struct filter *filter;
	bool ret;

	memset(text, '(', open);
	strcpy(text + open, "pid 1");
	memset(text + open + 5, ')', open);
	text[2 * open + 5] = '\0';
	ret = filter_parse(1, &arg, &filter, &error);
	filter_free(filter);
	if (!ret) {
		assert_non_null(strstr(error.what, "100 open parentheses"));
		assert_int_equal(error.at, FILTER_DEPTH);
	}
	return ret;
}

static void limits_depth(void **state)
{
	(void)state;
	assert_true(parses_nested(FILTER_DEPTH));
	assert_false(parses_nested(FILTER_DEPTH + 1));
}

static void limits_length(void **state)
{
	char text[FILTER_MAX + 2], *argv[] = { text, "" };
	struct filter_error error;
	struct filter *filter;

	(void)state;
	memset(text, ' ', sizeof(text));
	text[FILTER_MAX] = '\0';
	assert_true(filter_parse(1, argv, &filter, &error));
	assert_false(filter_parse(2, argv, &filter, &error));
	text[FILTER_MAX] = ' ';
	text[FILTER_MAX + 1] = '\0';
	assert_false(filter_parse(1, argv, &filter, &error));
	assert_string_equal(error.what, "longer than 4096 bytes");
}

static void tells(const char *text, const char *want)
{
	struct filter_error error;
	struct filter *filter;
	char *arg = strdup(text), *got;
	size_t size;
	FILE *out = open_memstream(&got, &size);

	assert_false(filter_parse(1, &arg, &filter, &error));
	filter_tell(&error, "watch", out);
	fclose(out);
	assert_string_equal(got, want);
	free(got);
	free(arg);
}

static void marks_the_wrong_word(void **state)
{
	(void)state;
	tells("sport = :443 and closer = me",
"tcpfin watch: bad filter: no such closer: want local, remote, both or none\n"
"  sport = :443 and closer = me\n"
"                            ^^\n");
	tells("sport =",
"tcpfin watch: bad filter: a value is missing here\n"
"  sport =\n"
"         ^\n");
	tells("comm = '\x1b[2J' (\npid \xff",
"tcpfin watch: bad filter: no such process: want its number\n"
"  comm = '\\x1b[2J' (\\x0apid \\xff\n"
"                            ^^^^\n");
	tells("pid = 1 and pid = 2 and pid = 3 and pid = 4 and pid = x and pid = 5 or pid = 6 or pid = 7",
"tcpfin watch: bad filter: no such process: want its number\n"
"  ...d pid = 3 and pid = 4 and pid = x and pid = 5 or pid = 6 ...\n"
"                                     ^\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(points_at_the_wrong_word),
		cmocka_unit_test(points_at_a_wrong_address),
		cmocka_unit_test(points_at_a_wrong_structure),
		cmocka_unit_test(points_at_wrong_parentheses),
		cmocka_unit_test(points_at_an_open_quote),
		cmocka_unit_test(limits_depth),
		cmocka_unit_test(limits_length),
		cmocka_unit_test(marks_the_wrong_word),
	};

	return RUN_TESTS(tests);
}
