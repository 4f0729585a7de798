// SPDX-License-Identifier: GPL-2.0
/* Verdicts made reproducible for the golden files of the guest tests. */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "normalize.h"

/* A verdict of the closer's end only; 0 ns is 1970-01-01 00:00:10. */
#define VERDICT								\
	"{ 'x': 4294967295, 'y': 500, 'waves': ["			\
	"{ 'from': 'local', 'sent_ns': 1000000, 'received_ns': null,"	\
	"  'seq': 4294967295, 'ack': 300 },"				\
	"{ 'from': 'remote', 'sent_ns': null, 'received_ns': 3000000,"	\
	"  'seq': null, 'ack': 0 },"					\
	"{ 'from': 'remote', 'sent_ns': null, 'received_ns': 7000000,"	\
	"  'seq': 500, 'ack': 0 },"					\
	"{ 'from': 'local', 'sent_ns': null, 'received_ns': null,"	\
	"  'seq': 0, 'ack': 501 }],"					\
	"'half_close': { 'ms': 4.000, 'bytes_sent': null },"		\
	"'ends': [{ 'cookie': '1f', 'netns': 77, 'family': 'inet',"	\
	"  'laddr': '::1', 'lport': 40000, 'raddr': '::1', 'rport': 80," \
	"  'states_ms': { 'FIN_WAIT1': 2.000, 'FIN_WAIT2': 4.000,"	\
	"    'CLOSE_WAIT': null, 'LAST_ACK': null, 'CLOSING': null,"	\
	"    'TIME_WAIT': 60000.001 }, 'time_wait': { 'ms': 60000.001 },"\
	"  'owner_pid': 12, 'inode': 99,"				\
	"  'begin': '1970-01-01T00:00:10.001000Z',"		\
	"  'end': '1970-01-01T00:01:10.007001Z', 'end_ns': 60007001000 }] }"

/* The verdict with @from replaced by @to. */
static struct json_object *verdict_with(const char *from, const char *to)
{
	char text[4096];
	const char *at = strstr(VERDICT, from);
	struct json_object *obj;
	char *quote;

	assert_non_null(at);
	snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - VERDICT), VERDICT,
		 to, at + strlen(from));
	while ((quote = strchr(text, '\'')))
		*quote = '"';
	obj = json_tokener_parse(text);
	assert_non_null(obj);
	return obj;
}

/* Expect a label at a JSON pointer after normalize_verdict(). */
static void expect(const char *from, const char *to, const char *pointer,
		   const char *want)
{
	struct json_object *value, *obj = verdict_with(from, to);
	const char *why = normalize_verdict(obj);

	if (why)
		fail_msg("%s", why);
	assert_int_equal(json_pointer_get(obj, pointer, &value), 0);
	assert_string_equal(json_object_get_string(value), want);
	json_object_put(obj);
}

static void expect_wrong(const char *from, const char *to, const char *want)
{
	struct json_object *obj = verdict_with(from, to);
	const char *why = normalize_verdict(obj);

	assert_non_null(why);
	assert_string_equal(why, want);
	json_object_put(obj);
}

static void test_times_by_rank(void **state)
{
	(void)state;
	expect("", "", "/waves/0/sent_ns", "T0");
	expect("", "", "/waves/2/received_ns", "T2");
	expect("", "", "/ends/0/end_ns", "T3");
	expect("'sent_ns': 1000000", "'sent_ns': 7000000",
	       "/ends/0/end_ns", "T3");
}

static void test_times_of_day(void **state)
{
	(void)state;
	expect("", "", "/ends/0/begin", "T0");
	expect("", "", "/ends/0/end", "T3");
	/* A begin that equals no other time has a rank of its own. */
	expect("'sent_ns': 1000000", "'sent_ns': null",
	       "/ends/0/begin", "T0");
	expect("'1970-01-01T00:00:10.001000Z'", "null",
	       "/ends/0/states_ms/FIN_WAIT1", "T1-T0");
	expect_wrong("10.001000Z", "10.001Z",
		     "begin: '1970-01-01T00:00:10.001Z' is not a time of day");
	expect_wrong("'1970-01-01T00:01:10.007001Z'", "null",
		     "end and end_ns disagree");
}

static void test_durations(void **state)
{
	(void)state;
	expect("", "", "/ends/0/states_ms/FIN_WAIT1", "T1-T0");
	expect("", "", "/ends/0/states_ms/TIME_WAIT", "T3-T2");
	expect("", "", "/ends/0/time_wait/ms", "T3-T2");
	expect("", "", "/half_close/ms", "T2-T1");
	/* Differences of a microsecond are rounding. */
	expect("'FIN_WAIT1': 2.000", "'FIN_WAIT1': 2.001",
	       "/ends/0/states_ms/FIN_WAIT1", "T1-T0");
}

static void test_wrong_durations(void **state)
{
	(void)state;
	expect_wrong("'FIN_WAIT1': 2.000", "'FIN_WAIT1': 2.002",
		     "FIN_WAIT1: 2.002 ms is not the difference of two times");
	/* The difference of two times, but FIN_WAIT1 did not end at the first. */
	expect_wrong("'FIN_WAIT2': 4.000", "'FIN_WAIT2': 6.000",
		     "FIN_WAIT2: 6.000 ms is not the difference of two times");
	expect_wrong("'half_close': { 'ms': 4.000",
		     "'half_close': { 'ms': 2.000",
		     "ms: 2.000 ms is not the duration of a state");
	expect_wrong("'time_wait': { 'ms': 60000.001",
		     "'time_wait': { 'ms': 60000.002",
		     "ms: 60000.002 ms is not the duration of a state");
}

/* Sequence numbers wrap around. */
static void test_sequence_numbers(void **state)
{
	(void)state;
	expect("", "", "/x", "x");
	expect("", "", "/waves/0/seq", "x");
	expect("", "", "/waves/0/ack", "y-200");
	expect("", "", "/waves/1/ack", "x+1");
	expect("", "", "/waves/3/seq", "x+1");
	expect("", "", "/waves/3/ack", "y+1");
	expect("'y': 500", "'y': null", "/waves/0/ack", "S1");
}

static void test_identities(void **state)
{
	(void)state;
	expect("", "", "/ends/0/cookie", "C1");
	expect("", "", "/ends/0/netns", "N1");
	expect("", "", "/ends/0/rport", "P2");
	expect("", "", "/ends/0/raddr", "A1");
	expect("'raddr': '::1'", "'raddr': '::2'", "/ends/0/raddr", "A2");
	expect("", "", "/ends/0/owner_pid", "PID1");
	expect("", "", "/ends/0/inode", "I1");
}

static void test_missing_member(void **state)
{
	(void)state;
	expect_wrong("'owner_pid'", "'owner_pit'", "no member 'owner_pid'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_times_by_rank),
		cmocka_unit_test(test_times_of_day),
		cmocka_unit_test(test_durations),
		cmocka_unit_test(test_wrong_durations),
		cmocka_unit_test(test_sequence_numbers),
		cmocka_unit_test(test_identities),
		cmocka_unit_test(test_missing_member),
	};

	return RUN_TESTS(tests);
}
