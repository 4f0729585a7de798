// SPDX-License-Identifier: GPL-2.0
/* CSV: the members of the JSON objects, a line for each object. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "cli/command.h"
#include "cli/selection.h"
#include "commands/commands.h"
#include "commands/summary.h"
#include "format/csv.h"
#include "ladder_fixture.h"
#include "output/field.h"

static char *text;

static void expect(const char *want)
{
	assert_string_equal(text, want);
	free(text);
}

static void print(const char *const *columns, const char *json)
{
	const struct selection selection = { .csv = true };
	struct json_object *obj = json_tokener_parse(json);
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(obj);
	object_print(out, &selection, columns, obj);
	fclose(out);
}

static void follows_paths(void **state)
{
	const char *const columns[] = { "a", "b.c", "d.1.e", "d.7.e", "x.y", NULL };

	(void)state;
	print(columns, "{\"a\":null,\"b\":{\"c\":1.500},\"d\":[{},{\"e\":true}]}");
	expect(",1.500,true,,\n");
}

static void quotes_by_rfc_4180(void **state)
{
	const char *const columns[] = { "a", "b", "c", "d", NULL };

	(void)state;
	print(columns, "{\"a\":\"x,y\",\"b\":\"a \\\"b\\\"\",\"c\":\"1\\n2\",\"d\":\"plain\"}");
	expect("\"x,y\",\"a \"\"b\"\"\",\"1\n2\",plain\n");
}

/* Names of processes must not become formulas of a spreadsheet. */
static void makes_no_formulas(void **state)
{
	const char *const columns[] = { "a", "b", "c", "d", "e", NULL };

	(void)state;
	print(columns, "{\"a\":\"=1+1\",\"b\":\"@x\",\"c\":\"-2\",\"d\":\"+,\",\"e\":-3}");
	expect("\\x3d1+1,\\x40x,\\x2d2,\"\\x2b,\",-3\n");
}

/* Count the lines of @text, which must have the same number of columns. */
static size_t count_lines(void)
{
	size_t lines = 0, commas = 0, wanted = 0;
	bool quoted = false;
	const char *at;

	for (at = text; *at; at++) {
		quoted ^= *at == '"';
		commas += *at == ',' && !quoted;
		if (*at != '\n')
			continue;
		if (!lines++)
			wanted = commas;
		assert_int_equal(commas, wanted);
		commas = 0;
	}
	return lines;
}

static struct tcpfin_event first, second;
static const struct item items[] = {
	SCRIPT_EVENT(&first),
	{ .type = ITEM_LOST, .cpu = 3, .count = 12 },
	SCRIPT_EVENT(&second),
};

static struct source *script_source(void)
{
	static struct script script;

	first = fixture_task(fixture_event(STATE, 0x1a2b, ESTAB, FW1, SEC), 42,
			     "=c,url");
	second = fixture_event(STATE, 0x1a2b, FW1, FW2, SEC + 1234567);
	script_init(&script, items, 3);
	return &script.src;
}

static void watch_prints_each_step_and_gap(void **state)
{
	const struct watch_options opts = { .selection.csv = true };
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	assert_int_equal(watch_command.view(script_source(), &opts, out), 0);
	fclose(out);
	assert_int_equal(strncmp(text, "type,host,time,", 15), 0);
	assert_non_null(strstr(text, "\nstate,,1970-01-01T00:00:01.000000Z,1000000000,1a2b,"));
	assert_non_null(strstr(text, ",42,\"\\x3dc,url\","));
	assert_non_null(strstr(text, "\nlost,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,3,12\n"));
	assert_non_null(strstr(text, ",FIN_WAIT1,FIN_WAIT2,,,,1.234,"));
	free(text);
}

/* Is a path a column, or, for a null object, the beginning of columns? */
static bool has_column(const char *path)
{
	size_t i, len = strlen(path);
	struct field_names names;

	fields_names(&names, verdict_fields, &drawing.script.src);
	for (i = 0; i < names.count; i++)
		if (!strncmp(names.name[i], path, len) &&
		    (!names.name[i][len] || names.name[i][len] == '.'))
			return true;
	/* Members of waves that the column's number replaces. */
	return strstr(path, ".segment") || strstr(path, ".wave");
}

static void expect_columns(struct json_object *obj, const char *path)
{
	char longer[128];
	size_t i;

	if (*path && !has_column(path))
		fail_msg("no column for %s", path);
	if (json_object_is_type(obj, json_type_array)) {
		for (i = 0; i < json_object_array_length(obj); i++) {
			snprintf(longer, sizeof(longer), "%s.%zu", path, i);
			expect_columns(json_object_array_get_idx(obj, i), longer);
		}
	} else if (json_object_is_type(obj, json_type_object)) {
		json_object_object_foreach(obj, key, value) {
			snprintf(longer, sizeof(longer), "%s%s%s", path,
				 *path ? "." : "", key);
			expect_columns(value, longer);
		}
	}
}

static void check_verdict(void *data, const struct verdict *v)
{
	struct json_object *obj = verdict_object(&drawing.script.src, v);

	(*(int *)data)++;
	expect_columns(obj, "");
	json_object_put(obj);
}

static void handshakes_has_a_column_for_every_member(void **state)
{
	struct pairing *kept = drawing.pairing;
	int seen = 0;

	(void)state;
	drawing.pairing = pairing_new(16, SEC, check_verdict, &seen);
	drawing_ordinary_close();
	pairing_finish(drawing.pairing);
	pairing_free(drawing.pairing);
	drawing.pairing = kept;
	assert_int_equal(seen, 1);
}

static void handshakes_prints_lines(void **state)
{
	const struct handshakes_options opts = {
		.selection.csv = true, .selection.open = true,
	};
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	assert_int_equal(handshakes_command.view(script_source(), &opts, out), 0);
	fclose(out);
	assert_int_equal(count_lines(), 3);
	assert_int_equal(strncmp(text, "type,closer,how,", 16), 0);
	assert_non_null(strstr(text, "\nteardown,local,"));
	assert_non_null(strstr(text, ",3,12\n"));
	free(text);
}

static void summary_has_a_line_for_all_and_each_group(void **state)
{
	const struct summary_options opts = {
		.selection.csv = true, .top = 20, .by = GROUP_BY_RPORT,
	};
	struct source *src = script_source();
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	first = fixture_event(BIRTH, 7, FW2, TW, SEC);
	second = fixture_event(DEATH, 7, TW, TCP_CLOSE, 61 * SEC);
	second.reason = TCPFIN_REASON_EXPIRED;
	assert_int_equal(summary_command.view(src, &opts, out), 0);
	fclose(out);
	assert_int_equal(count_lines(), 4);
	assert_non_null(strstr(text, "\nsummary,,,,,,,,,,1,1,60000.000,60000.000,"));
	assert_non_null(strstr(text, ",12,0,0,0,0,0\n"));
	assert_non_null(strstr(text, "\nend,fin,,,192.0.2.7:443,0.016,,,,,1,,,"));
	assert_non_null(strstr(text, "\ngroup,,,,,,rport,443,false,,1,1,60000.000,"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(follows_paths),
		cmocka_unit_test(quotes_by_rfc_4180),
		cmocka_unit_test(makes_no_formulas),
		cmocka_unit_test(watch_prints_each_step_and_gap),
		cmocka_unit_test_setup_teardown(handshakes_has_a_column_for_every_member,
						drawing_setup, drawing_teardown),
		cmocka_unit_test(handshakes_prints_lines),
		cmocka_unit_test(summary_has_a_line_for_all_and_each_group),
	};

	return RUN_TESTS(tests);
}
