// SPDX-License-Identifier: GPL-2.0
/* Values of options: numbers, times, and the events that they choose. */
#include "check.h"
#include "cli/command.h"
#include "fixtures.h"
#include "util/parse.h"

static void parses_counts(void **state)
{
	static const char *const bad[] = {
		"", "0", "-1", "+1", " 1", "1 ", "1x", "0x10", "1.5",
		"18446744073709551616",
	};
	uint64_t n = 7;
	size_t i;

	(void)state;
	assert_true(parse_count("1", &n));
	assert_int_equal(n, 1);
	assert_true(parse_count("18446744073709551615", &n));
	assert_int_equal(n, UINT64_MAX);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (parse_count(bad[i], &n))
			fail_msg("'%s' was accepted", bad[i]);
	}
	assert_int_equal(n, UINT64_MAX);
}

static void parses_times(void **state)
{
	static const struct {
		const char *text;
		uint64_t want;
	} cases[] = {
		{ "1", SEC }, { "30s", 30 * SEC }, { "500ms", 500 * MS },
		{ "1ms", MS }, { "2m", 120 * SEC }, { "1.5h", 5400 * SEC },
		{ "0.1", 100 * MS }, { ".5s", 500 * MS },
		{ "365000", 365000 * SEC }, { "365d", 365 * 86400 * SEC },
	};
	static const char *const bad[] = {
		"", "0", "0.0001s", "s", "-1", "366d", "1 s", "1sec", "1e3",
		"nan", "inf", "0x1", "1..5", ".", "9000h", "1s1", "99999999999999999999999",
	};
	uint64_t ns;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(parse_time(cases[i].text, &ns));
		assert_int_equal(ns, cases[i].want);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (parse_time(bad[i], &ns))
			fail_msg("'%s' was accepted", bad[i]);
	}
}

static void chooses_families(void **state)
{
	(void)state;
	assert_true(selection_family_matches(0, AF_INET));
	assert_true(selection_family_matches(0, 99));
	assert_true(selection_family_matches(FAMILY_4, AF_INET));
	assert_false(selection_family_matches(FAMILY_4, AF_INET6));
	assert_false(selection_family_matches(FAMILY_6, AF_INET));
	assert_true(selection_family_matches(FAMILY_4 | FAMILY_6, AF_INET6));
}

/* A step must match the address family and the filter. */
static void chooses_steps(void **state)
{
	const struct tcpfin_event ev = fixture_event(TCPFIN_KIND_STATE, 1,
						     TCP_ESTABLISHED,
						     TCP_CLOSE_WAIT, SEC);
	struct conn conn = { 0 };
	const struct step step = { .conn = &conn };
	const struct tcpfin_header header = { 0 };
	struct filter_error error;
	struct selection selection = { 0 };
	char word[] = "state close-wait", other[] = "state time-wait";
	char *argv[] = { word };

	(void)state;
	assert_true(selection_has_step(&selection, &header, &ev, &step));
	assert_true(filter_parse(1, argv, &selection.filter, &error));
	assert_true(selection_has_step(&selection, &header, &ev, &step));
	selection.families = FAMILY_6;
	assert_false(selection_has_step(&selection, &header, &ev, &step));
	filter_free(selection.filter);
	argv[0] = other;
	assert_true(filter_parse(1, argv, &selection.filter, &error));
	selection.families = FAMILY_4;
	assert_false(selection_has_step(&selection, &header, &ev, &step));
	filter_free(selection.filter);
}

static void stops_after_the_count(void **state)
{
	const struct selection all = { 0 }, two = { .count = 2 };

	(void)state;
	assert_false(selection_is_enough(&all, UINT64_MAX));
	assert_false(selection_is_enough(&two, 1));
	assert_true(selection_is_enough(&two, 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses_counts),
		cmocka_unit_test(parses_times),
		cmocka_unit_test(chooses_families),
		cmocka_unit_test(chooses_steps),
		cmocka_unit_test(stops_after_the_count),
	};

	return RUN_TESTS(tests);
}
