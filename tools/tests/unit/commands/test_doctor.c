// SPDX-License-Identifier: GPL-2.0
/* "doctor" on a recording: the steps that a filter chooses. */
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "check.h"
#include "cli/command.h"
#include "commands/commands.h"
#include "fixtures.h"
#include "util/colour.h"

static char *text;

/* A process closes with unread data. */
static struct tcpfin_event abort_of(uint64_t cookie, uint32_t pid,
				    const char *comm)
{
	struct tcpfin_event ev = fixture_event(TCPFIN_KIND_STATE, cookie,
					       TCP_ESTABLISHED, TCP_CLOSE,
					       cookie * SEC);

	ev.flags = TCPFIN_F_SNDBUF | TCPFIN_F_RST;
	ev.reason = TCPFIN_REASON_ABORTED;
	ev.detail = TCPFIN_CAUSE_UNREAD_DATA;
	return fixture_task(ev, pid, comm);
}

/* Run "doctor" on data lost by two processes and a refused TIME_WAIT. */
static void doctor(char *expression, bool json, int want_status)
{
	const struct tcpfin_event one = abort_of(1, 7, "one"),
				  two = abort_of(2, 8, "two"),
				  three = fixture_event(TCPFIN_KIND_TW_REFUSED,
							3, TCP_FIN_WAIT2,
							TCP_CLOSE, 3 * SEC);
	const struct item items[] = {
		SCRIPT_EVENT(&one), SCRIPT_EVENT(&two), SCRIPT_EVENT(&three),
	};
	struct doctor_options opts = { .selection.json = json };
	struct filter_error error;
	struct script script;
	size_t size;
	FILE *out;

	assert_true(filter_parse(!!expression, &expression,
				 &opts.selection.filter, &error));
	script_init(&script, items, 3);
	out = open_memstream(&text, &size);
	assert_int_equal(doctor_command.view(&script.src, &opts, out), want_status);
	fclose(out);
	filter_free(opts.selection.filter);
}

static void judges_all_without_a_filter(void **state)
{
	(void)state;
	doctor(NULL, false, DOCTOR_EXIT_FOUND);
	assert_non_null(strstr(text, "one (pid 7)"));
	assert_non_null(strstr(text, "two (pid 8)"));
	assert_non_null(strstr(text, "got no TIME_WAIT"));
	assert_non_null(strstr(text, "3 recorded steps over"));
	free(text);
}

static void colours_shift_nothing(void **state)
{
	char *plain;

	(void)state;
	doctor(NULL, false, DOCTOR_EXIT_FOUND);
	plain = text;
	assert_true(colour_parse("always"));
	doctor(NULL, false, DOCTOR_EXIT_FOUND);
	assert_true(colour_parse("auto"));
	assert_non_null(strstr(text, COLOUR_WARNING "warning   " COLOUR_END));
	fixture_remove_colours(text);
	assert_string_equal(text, plain);
	free(plain);
	free(text);
}

static void judges_what_its_filter_matches(void **state)
{
	char by_name[] = "comm = two", by_state[] = "state fin-wait-2";

	(void)state;
	doctor(by_name, false, DOCTOR_EXIT_FOUND);
	assert_null(strstr(text, "one (pid 7)"));
	assert_non_null(strstr(text, "two (pid 8)"));
	assert_null(strstr(text, "got no TIME_WAIT"));
	assert_non_null(strstr(text, "1 recorded steps that match, of 3 over"));
	free(text);
	doctor(by_state, false, DOCTOR_EXIT_FOUND);
	assert_null(strstr(text, "(pid "));
	assert_non_null(strstr(text, "1 connections got no TIME_WAIT"));
	free(text);
}

/* Steps that ended an end are chosen by how it ended. */
static void chooses_by_how(void **state)
{
	char expression[] = "how = rst-sent";

	(void)state;
	doctor(expression, false, DOCTOR_EXIT_FOUND);
	assert_non_null(strstr(text, "one (pid 7)"));
	assert_non_null(strstr(text, "two (pid 8)"));
	assert_non_null(strstr(text, "2 recorded steps that match, of 3 over"));
	free(text);
}

/* No finding matches: exit status 0. */
static void nothing_may_match(void **state)
{
	char expression[] = "comm = three";
	struct json_object *obj;

	(void)state;
	doctor(expression, true, 0);
	obj = json_tokener_parse(text);
	assert_non_null(obj);
#define NUMBER(key) \
	json_object_get_int(json_object_object_get(obj, key))
	assert_int_equal(NUMBER("findings"), 0);
	assert_int_equal(NUMBER("events"), 0);
	assert_int_equal(NUMBER("events_left_out"), 3);
	assert_int_equal(NUMBER("span_ms"), 2000);
	assert_true(json_object_get_boolean(json_object_object_get(obj,
								"filtered")));
	json_object_put(obj);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(judges_all_without_a_filter),
		cmocka_unit_test(colours_shift_nothing),
		cmocka_unit_test(judges_what_its_filter_matches),
		cmocka_unit_test(chooses_by_how),
		cmocka_unit_test(nothing_may_match),
	};

	return RUN_TESTS(tests);
}
