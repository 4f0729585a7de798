// SPDX-License-Identifier: GPL-2.0
/* Lines of text for terminals of all widths. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "fixtures.h"
#include "output/pick.h"

static struct columns lines;
static struct picked_columns picked;
static struct script script;
static char *text;

/* Print the heading and one step with addresses of @family, @width columns wide. */
static void print(unsigned int shown, unsigned int width, const char *columns,
		  uint8_t family)
{
	struct fields f = {
		.shown = shown, .addr_width = 15, .addr_max = 39, .lines = &lines,
	};
	struct tcpfin_event ev = fixture_event(TCPFIN_KIND_STATE, 1, TCP_ESTABLISHED,
					       TCP_CLOSE_WAIT, SEC);
	struct conn conn = { .flags = CONN_OWNER, .comm = "0123456789abcde" };
	const struct step step = { .conn = &conn };
	const struct row row = { .src = &script.src, .ev = &ev, .step = &step };
	size_t size;

	ev.family = family;
	memset(ev.raddr, 0xfd, sizeof(ev.raddr));
	lines.out = open_memstream(&text, &size);
	assert_non_null(lines.out);
	columns_init(&lines, lines.out);
	script_init(&script, NULL, 0);
	if (columns)
		assert_true(pick_text(&picked, &f, step_fields, &script.src,
				      columns));
	fields_fit(&f, step_fields, &script.src, width, 3);
	fields_titles(&f, step_fields, &script.src);
	step_fields(&f, &row);
	fields_end(&f);
	columns_flush(&lines);
	fclose(lines.out);
}

static void expect(const char *want)
{
	assert_string_equal(strchr(text, '\n') + 1, want);
	free(text);
}

#define SHOWN	(FIELD_SHORT | FIELD_UNITS)
#define LONG	"fdfd:fdfd:fdfd:fdfd:fdfd:fdfd:fdfd:fdfd"
#define STATES	" 443   ESTABLISHED -> CLOSE_WAIT       - -\n"

static void fits_the_terminal(void **state)
{
	(void)state;
	print(SHOWN, 200, NULL, AF_INET6);
	expect("0123456789abcde  40000 " LONG STATES);
	print(SHOWN, 106, NULL, AF_INET6);
	expect("01234567 40000 " LONG STATES);
	print(SHOWN, 80, NULL, AF_INET6);
	expect("01234567 40000 fdfd:fd~fd:fdfd" STATES);
	print(SHOWN, 80, NULL, AF_INET);
	expect("01234567 40000 253.253.253.253" STATES);
	print(SHOWN | FIELD_CLOCK, 84, NULL, AF_INET);
	expect("00:00:01.000 40000 253.253.253.253" STATES);
	print(SHOWN | FIELD_CLOCK, 80, NULL, AF_INET);
	expect("00:00:01.000 253.253.253.253" STATES);
	print(SHOWN, 65, NULL, AF_INET6);
	expect("fdfd:fd~fd:fdfd" STATES);
	print(SHOWN, 60, NULL, AF_INET6);
	expect("fdfd:~fdfd" STATES);
}

/* A line stays one line: what has no room is cut. */
static void cuts_long_lines(void **state)
{
	static const struct {
		const char *line;
		const char *want;
	} cases[] = {
		{ "0123456789 ", "0123456789\n" }, { "01234567890 ", "012345678~\n" },
		{ "01234        ", "01234       \n" },
		{ "01234     a ", "01234    ~\n" },
		{ COLOUR_BAD "0123456789" COLOUR_END " ",
		  COLOUR_BAD "0123456789" COLOUR_END "\n" },
		{ COLOUR_BAD "01234567890" COLOUR_END " ",
		  COLOUR_BAD "012345678~" COLOUR_END "\n" },
		{ "0123 " COLOUR_BAD "a" COLOUR_END " 56789 ",
		  "0123 " COLOUR_BAD "a" COLOUR_END " 56~\n" },
	};
	size_t size, i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		lines.out = open_memstream(&text, &size);
		columns_init(&lines, lines.out);
		lines.at = put_string(lines.at, "a longer line before\n");
		lines.max = 10;
		lines.at = put_string(lines.at, cases[i].line);
		columns_end(&lines);
		columns_flush(&lines);
		fclose(lines.out);
		expect(cases[i].want);
	}
	print(SHOWN, 50, NULL, AF_INET);
	expect("253.2~.253 443   ESTABLISHED -> CLOSE_WAIT       ~\n");
	print(SHOWN, 20, "lport,raddr", AF_INET6);
	expect("40000 fdfd:fdfd:fdf~\n");
}

/* What goes to a file or a pipe is whole, and the same everywhere. */
static void cuts_nothing_without_a_terminal(void **state)
{
	(void)state;
	print(SHOWN, 0, NULL, AF_INET6);
	expect("01234567 40000 " LONG STATES);
}

static void fits_chosen_columns(void **state)
{
	(void)state;
	print(SHOWN, 60, "raddr,lport", AF_INET6);
	expect(LONG " 40000\n");
	print(SHOWN, 40, "raddr,lport", AF_INET6);
	expect("fdfd:fd~fd:fdfd 40000\n");
}

/* OLDSTATE and NEWSTATE are one column. */
static void shows_a_column_once(void **state)
{
	(void)state;
	print(SHOWN, 0, "lport,oldstate,newstate,rport", AF_INET);
	expect("40000 ESTABLISHED -> CLOSE_WAIT 443\n");
	print(SHOWN, 0, "lport,lport", AF_INET);
	expect("40000\n");
}

static void names_a_column_that_is_not_there(void **state)
{
	static const char *const wrong[] = { "lport,none", "", "lport,", "lp" };
	char list[200];
	size_t i;

	(void)state;
	script_init(&script, NULL, 0);
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct fields f = { .shown = SHOWN, .lines = &lines };

		columns_init(&lines, NULL);
		assert_false(pick_text(&picked, &f, step_fields, &script.src,
				       wrong[i]));
	}
	assert_non_null(strstr(picked.why, "no column 'lp' (columns: TIME"));
	assert_non_null(strstr(picked.why, " OLDSTATE NEWSTATE "));
	memset(list, ',', sizeof(list) - 1);
	list[sizeof(list) - 1] = '\0';
	assert_false(pick_text(&picked, &(struct fields){ .lines = &lines },
			       step_fields, &script.src, list));
	assert_string_equal(picked.why, "-o: too many columns");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fits_the_terminal),
		cmocka_unit_test(cuts_long_lines),
		cmocka_unit_test(cuts_nothing_without_a_terminal),
		cmocka_unit_test(fits_chosen_columns),
		cmocka_unit_test(shows_a_column_once),
		cmocka_unit_test(names_a_column_that_is_not_there),
	};

	setenv("TZ", "UTC0", 1);
	return RUN_TESTS(tests);
}
