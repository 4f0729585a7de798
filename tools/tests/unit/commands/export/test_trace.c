// SPDX-License-Identifier: GPL-2.0
/* "export --perfetto": tracks, slices and arrows, read back as JSON. */
#include <string.h>

#include <json-c/json.h>

#include "check.h"
#include "export_run.h"

static const struct export_options plain;
static struct json_object *events;
static struct json_object *trace;

static void run(const struct export_options *opts)
{
	export_run_trace(opts);
	trace = json_tokener_parse(export_run.text);
	if (!trace)
		fail_msg("no JSON: %s", export_run.text);
	assert_true(json_object_object_get_ex(trace, "traceEvents", &events));
}

static int close_trace(void **state)
{
	json_object_put(trace);
	trace = NULL;
	return export_run_teardown(state);
}

static struct json_object *member(struct json_object *obj, const char *key)
{
	struct json_object *value = NULL;

	json_object_object_get_ex(obj, key, &value);
	return value;
}

static bool is_text(struct json_object *obj, const char *key, const char *want)
{
	const char *text = json_object_get_string(member(obj, key));

	return text && !strcmp(text, want);
}

/* The @nth event with this phase and name, NULL if there is none. */
static struct json_object *find(const char *phase, const char *name,
				unsigned int nth)
{
	struct json_object *obj;
	size_t i;

	for (i = 0; i < json_object_array_length(events); i++) {
		obj = json_object_array_get_idx(events, i);
		if (is_text(obj, "ph", phase) && is_text(obj, "name", name) &&
		    !nth--)
			return obj;
	}
	return NULL;
}

static void expect_time(struct json_object *obj, const char *key,
			const char *want)
{
	assert_non_null(obj);
	if (!is_text(obj, key, want))
		fail_msg("want %s %s, got %s", key, want,
			 json_object_get_string(obj));
}

static void a_state_is_a_slice(void **state)
{
	(void)state;
	export_run_closer(1, SEC);
	run(&plain);
	expect_time(find("X", "FIN_WAIT1", 0), "ts", "1000000.000");
	expect_time(find("X", "FIN_WAIT1", 0), "dur", "300.000");
	expect_time(find("X", "FIN_WAIT2", 0), "ts", "1000300.000");
	expect_time(find("X", "FIN_WAIT2", 0), "dur", "0.500");
	expect_time(find("X", "TIME_WAIT", 0), "dur", "60500000.000");
	expect_time(find("i", "CLOSE expired", 0), "ts", "61500300.500");
	assert_null(find("X", "FIN_WAIT1", 1));
}

static void an_end_is_a_track(void **state)
{
	struct json_object *a, *b;

	(void)state;
	export_run_closer(1, SEC);
	export_run_other(1, SEC);
	run(&plain);
	a = find("M", "thread_name", 0);
	b = find("M", "thread_name", 1);
	assert_non_null(a);
	assert_non_null(b);
	assert_true(is_text(member(a, "args"), "name",
			    "10.0.0.1:40000 > 192.0.2.7:443 curl[612]"));
	assert_true(is_text(member(b, "args"), "name",
			    "192.0.2.7:443 > 10.0.0.1:40000 nginx[598]"));
	assert_int_not_equal(json_object_get_int(member(a, "tid")),
			     json_object_get_int(member(b, "tid")));
	/* Each network namespace is a process with one name. */
	assert_true(is_text(member(find("M", "process_name", 0), "args"),
			    "name", "netns 1"));
	assert_true(is_text(member(find("M", "process_name", 1), "args"),
			    "name", "netns 2"));
	assert_null(find("M", "process_name", 2));
}

static void a_fin_that_was_seen_twice_is_an_arrow(void **state)
{
	struct json_object *from, *to;

	(void)state;
	export_run_closer(1, SEC);
	export_run_other(1, SEC);
	run(&plain);
	from = find("s", "FIN", 0);
	to = find("f", "FIN", 0);
	expect_time(from, "ts", "1000000.000");
	expect_time(to, "ts", "1000010.000");
	assert_int_equal(json_object_get_int(member(from, "id")),
			 json_object_get_int(member(to, "id")));
	assert_non_null(find("s", "FIN", 1));
	assert_null(find("s", "FIN", 2));
}

static void one_end_alone_has_no_arrow(void **state)
{
	(void)state;
	export_run_closer(1, SEC);
	run(&plain);
	assert_null(find("s", "FIN", 0));
	assert_null(find("f", "FIN", 0));
}

static void what_has_not_ended_is_open(void **state)
{
	(void)state;
	export_run_event(fixture_event(TCPFIN_KIND_STATE, 1, TCP_ESTABLISHED,
				       TCP_CLOSE_WAIT, SEC));
	run(&plain);
	expect_time(find("B", "CLOSE_WAIT", 0), "ts", "1000000.000");
	assert_null(find("X", "CLOSE_WAIT", 0));
	assert_null(find("i", "CLOSE", 0));
}

/* Only the end of the socket was seen, so that no state has a begin. */
static void what_was_not_seen_to_begin_is_no_slice(void **state)
{
	(void)state;
	export_run_end(fixture_event(TCPFIN_KIND_TW_DEATH, 1, TCP_TIME_WAIT,
				     TCP_CLOSE, SEC), TCPFIN_REASON_RST_RCVD);
	run(&plain);
	assert_null(find("X", "TIME_WAIT", 0));
	assert_null(find("B", "TIME_WAIT", 0));
	expect_time(find("i", "CLOSE rst-rcvd", 0), "ts", "1000000.000");
}

static void the_verdict_stands_with_the_end(void **state)
{
	struct json_object *v;

	(void)state;
	export_run_closer(1, SEC);
	run(&plain);
	v = member(member(find("i", "CLOSE expired", 0), "args"), "teardown");
	assert_true(is_text(v, "closer", "local"));
	assert_true(is_text(v, "how", "fin"));
}

static void the_verdict_appears_once(void **state)
{
	(void)state;
	export_run_closer(1, SEC);
	export_run_other(1, SEC);
	run(&plain);
	assert_non_null(member(find("i", "CLOSE expired", 0), "args"));
	assert_non_null(find("i", "CLOSE", 0));
	assert_null(member(find("i", "CLOSE", 0), "args"));
}

static void a_fin_sent_again_is_a_point(void **state)
{
	(void)state;
	export_run_event(fixture_event(TCPFIN_KIND_STATE, 1, TCP_ESTABLISHED,
				       TCP_FIN_WAIT1, SEC));
	export_run_event(fixture_event(TCPFIN_KIND_FIN_RETRANS, 1,
				       TCP_FIN_WAIT1, TCP_FIN_WAIT1, 2 * SEC));
	run(&plain);
	expect_time(find("i", "FIN sent again", 0), "ts", "2000000.000");
}

static void a_gap_is_shown(void **state)
{
	struct json_object *obj;

	(void)state;
	export_run_closer(1, SEC);
	export_run_item((struct item){ .type = ITEM_LOST, .count = 7,
					.time_ns = 2 * SEC });
	run(&plain);
	obj = find("i", "events lost", 0);
	expect_time(obj, "ts", "2000000.000");
	assert_true(is_text(member(obj, "args"), "count", "7"));
}

static void escapes_a_hostile_name(void **state)
{
	const unsigned char *at;

	(void)state;
	export_run_event(fixture_task(fixture_event(TCPFIN_KIND_STATE, 1,
						    TCP_ESTABLISHED, TCP_FIN_WAIT1, SEC),
				      7, "\"}]\\\033[2J\377"));
	run(&plain);
	assert_true(is_text(member(find("M", "thread_name", 0), "args"),
			    "name",
			    "10.0.0.1:40000 > 192.0.2.7:443 \"}]\\x5c\\x1b[2J\\xff[7]"));
	for (at = (const unsigned char *)export_run.text; *at; at++)
		assert_true(*at == '\n' || (*at >= ' ' && *at <= '~'));
}

static void the_filter_and_the_count_choose(void **state)
{
	const struct export_options one = { .selection.count = 1 };
	const struct export_options v6 = {
		.selection.families = FAMILY_6,
	};

	(void)state;
	export_run_closer(1, SEC);
	export_run_closer(5, 2 * SEC);
	run(&one);
	assert_non_null(find("X", "TIME_WAIT", 0));
	assert_null(find("X", "TIME_WAIT", 1));
	json_object_put(trace);
	run(&v6);
	assert_int_equal(json_object_array_length(events), 0);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, export_run_setup, close_trace)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_state_is_a_slice),
		TEST(an_end_is_a_track),
		TEST(a_fin_that_was_seen_twice_is_an_arrow),
		TEST(one_end_alone_has_no_arrow),
		TEST(what_has_not_ended_is_open),
		TEST(what_was_not_seen_to_begin_is_no_slice),
		TEST(the_verdict_stands_with_the_end),
		TEST(the_verdict_appears_once),
		TEST(a_fin_sent_again_is_a_point),
		TEST(a_gap_is_shown),
		TEST(escapes_a_hostile_name),
		TEST(the_filter_and_the_count_choose),
	};

	return RUN_TESTS(tests);
}
