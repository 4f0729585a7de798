// SPDX-License-Identifier: GPL-2.0
/* When text gets colours, and how wide a terminal is. */
#include <pty.h>
#include <stdlib.h>
#include <unistd.h>

#include "check.h"
#include "util/colour.h"
#include "util/terminal.h"

static FILE *file, *terminal;
static int master;

static int setup(void **state)
{
	struct winsize size = { .ws_row = 24, .ws_col = 132 };
	int slave;

	(void)state;
	file = tmpfile();
	if (!file || openpty(&master, &slave, NULL, NULL, &size))
		return -1;
	terminal = fdopen(slave, "w");
	setenv("TERM", "xterm", 1);
	unsetenv("NO_COLOR");
	return terminal ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	fclose(file);
	fclose(terminal);
	close(master);
	return !colour_parse("auto");
}

static void only_a_terminal_has_colours(void **state)
{
	(void)state;
	assert_true(colour_wanted(terminal));
	assert_false(colour_wanted(file));
}

static void takes_the_terminals_word(void **state)
{
	(void)state;
	setenv("TERM", "dumb", 1);
	assert_false(colour_wanted(terminal));
	unsetenv("TERM");
	assert_false(colour_wanted(terminal));
}

/* See no-color.org: an empty NO_COLOR means nothing. */
static void respects_no_color(void **state)
{
	(void)state;
	setenv("NO_COLOR", "", 1);
	assert_true(colour_wanted(terminal));
	setenv("NO_COLOR", "1", 1);
	assert_false(colour_wanted(terminal));
	assert_true(colour_parse("always"));
	assert_true(colour_wanted(terminal));
}

static void does_what_the_option_says(void **state)
{
	(void)state;
	assert_true(colour_parse("always"));
	assert_true(colour_wanted(file));
	assert_true(colour_parse("never"));
	assert_false(colour_wanted(terminal));
	assert_false(colour_parse("yes"));
	assert_false(colour_wanted(terminal));
	assert_true(colour_parse("auto"));
	assert_true(colour_wanted(terminal));
}

static void only_a_terminal_has_a_width(void **state)
{
	(void)state;
	assert_int_equal(terminal_columns(terminal), 132);
	assert_int_equal(terminal_columns(file), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(only_a_terminal_has_colours),
		TEST(takes_the_terminals_word),
		TEST(respects_no_color),
		TEST(does_what_the_option_says),
		TEST(only_a_terminal_has_a_width),
	};

	return RUN_TESTS(tests);
}
