// SPDX-License-Identifier: GPL-2.0
/* The output of "summary" and "status": text and parsed JSON. */
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "check.h"
#include "commands/commands.h"
#include "commands/summary.h"
#include "fixtures.h"
#include "util/colour.h"

static char *text;
static struct script script;
static struct tcpfin_event ev[5];
static struct item items[9];

/* Two ended TIME_WAITs, one of them measured, and an open one after a loss. */
static void make_events(void)
{
	unsigned int i;

	ev[0] = fixture_task(fixture_event(TCPFIN_KIND_TW_BIRTH, 1, TCP_FIN_WAIT2,
					   TCP_TIME_WAIT, SEC), 7, "curl");
	ev[1] = fixture_event(TCPFIN_KIND_TW_BIRTH, 2, TCP_FIN_WAIT2,
			      TCP_FIN_WAIT2, 2 * SEC);
	ev[2] = fixture_event(TCPFIN_KIND_TW_DEATH, 1, TCP_TIME_WAIT, TCP_CLOSE,
			      61 * SEC + 500 * MS);
	ev[2].reason = TCPFIN_REASON_EXPIRED;
	ev[3] = fixture_event(TCPFIN_KIND_TW_DEATH, 9, TCP_TIME_WAIT, TCP_CLOSE,
			      62 * SEC);
	ev[3].reason = TCPFIN_REASON_RST_RCVD;
	ev[4] = fixture_event(TCPFIN_KIND_TW_BIRTH, 3, TCP_FIN_WAIT2,
			      TCP_TIME_WAIT, 63 * SEC);
	for (i = 0; i < 4; i++)
		items[i] = (struct item)SCRIPT_EVENT(&ev[i]);
	items[4] = (struct item){ .type = ITEM_LOST, .count = 5,
					 .time_ns = 63 * SEC };
	items[5] = (struct item)SCRIPT_EVENT(&ev[4]);
	items[6] = (struct item){ .type = ITEM_IDLE };
	items[7] = items[6];
	items[8] = items[6];
}

static void summary_of(struct item *list, size_t count, const struct summary_options *opts)
{
	size_t size;
	FILE *out = open_memstream(&text, &size);

	script_init(&script, list, count);
	script.now_ns = 70 * SEC;
	assert_int_equal(summary_command.view(&script.src, opts, out), 0);
	fclose(out);
}

static void summary(const struct summary_options *opts, size_t count)
{
	make_events();
	summary_of(items, count, opts);
}

static void expect(const char *want)
{
	if (!strstr(text, want))
		fail_msg("no '%s' in:\n%s", want, text);
}

static unsigned int count_of(const char *what)
{
	const char *at = text;
	unsigned int n = 0;

	for (; (at = strstr(at, what)); at++)
		n++;
	return n;
}

static void prints_text(void **state)
{
	const struct summary_options opts = { .top = SUMMARY_TOP, .by = GROUP_BY_COMM };

	(void)state;
	summary(&opts, 6);
	assert_ptr_equal(strstr(text, "HOW                      ENDS    /S      C-COMM          DESTINATION\n"
				"fin                      1       0.0     -               192.0.2.7:443\n"
				"fin                      1       0.0     curl            192.0.2.7:443\n"
				"\nevents        5 over 62.000s\n"), text);
	expect("net.ipv4.tcp_fin_timeout = ");
	expect("TIME_WAIT     2 ended, 1 of them measured, 1 with start not seen\n"
	       "              min     60.500s\n"
	       "              mean    60.500s\n"
	       "              p50     60.500s\n");
	expect("              p99.9   60.500s\n"
	       "              max     60.500s\n"
	       "    60.400s -> 60.600s     1         |****************************************|\n"
	       "ended by      expired   1 (50.0%)\n"
	       "              rst-rcvd  1 (50.0%)\n"
	       "still open    1, the oldest for 7.000s\n");
	expect("FIN_WAIT2     1 mini-sockets, 0 went to TIME_WAIT, 0 open\n");
	expect("uncertain     1 mini-sockets may be gone");
	expect("loss          overwritten 5, missed 0, unmatched 0\n");
	expect("COUNT   MIN       MEAN      P50       P99       MAX       OPEN   comm\n"
	       "1       -         -         -         -         -         1      -\n"
	       "1       60.500s   60.500s   60.500s   60.500s   60.500s   0      curl\n");
	free(text);
}

static void colours_shift_nothing(void **state)
{
	const struct summary_options opts = { .top = SUMMARY_TOP, .by = GROUP_BY_COMM };
	char *plain;

	(void)state;
	summary(&opts, 6);
	plain = text;
	assert_true(colour_parse("always"));
	summary(&opts, 6);
	assert_true(colour_parse("auto"));
	expect(COLOUR_GOOD "fin                     " COLOUR_END " 1  ");
	expect("ended by      " COLOUR_GOOD "expired  " COLOUR_END " 1 (50.0%)\n");
	expect(COLOUR_BAD "rst-rcvd " COLOUR_END " 1 (50.0%)\n");
	fixture_remove_colours(text);
	assert_string_equal(text, plain);
	free(plain);
	free(text);
}

static void fits_80_columns(void **state)
{
	const struct summary_options opts = { .top = SUMMARY_TOP, .by = GROUP_BY_REASON };
	const char *line, *next;

	(void)state;
	summary(&opts, 6);
	for (line = text; (next = strchr(line, '\n')); line = next + 1)
		assert_in_range(next - line, 0, 80);
	free(text);
}

static void says_that_nothing_was_seen(void **state)
{
	const struct summary_options opts = { .top = SUMMARY_TOP, .by = GROUP_BY_NONE };

	(void)state;
	summary(&opts, 0);
	expect("ended         none seen\n\nevents        0 over 0.0us\n");
	expect("TIME_WAIT     none seen\nloss          overwritten 0");
	free(text);
}

static void tells_what_had_no_ring(void **state)
{
	const struct summary_options opts = { .top = SUMMARY_TOP, .by = GROUP_BY_NONE };
	const struct summary_options json = {
		.top = SUMMARY_TOP, .by = GROUP_BY_NONE, .selection.json = true,
	};
	struct item losses[] = {
		{ .type = ITEM_LOST, .cpu = 1, .count = 3 },
		{ .type = ITEM_LOST, .cpu = CPU_NO_RING, .count = 8 },
	};

	(void)state;
	summary_of(losses, 2, &opts);
	expect("loss          overwritten 3, missed 0, unmatched 0, no ring 8\n");
	free(text);
	summary_of(losses, 2, &json);
	expect("\"lost\":11,");
	expect("\"unreached\":0,");
	expect("\"no_ring\":8");
	free(text);
}

static void leaves_the_other_family_out(void **state)
{
	const struct summary_options opts = {
		.top = SUMMARY_TOP, .selection.families = FAMILY_6,
	};

	(void)state;
	summary(&opts, 6);
	expect("events        0 ");
	free(text);
}

/* The filter chooses ended and open TIME_WAITs; all steps measure them. */
static void takes_in_what_its_filter_matches(void **state)
{
	struct summary_options opts = { .top = SUMMARY_TOP, .by = GROUP_BY_COMM };
	char ended[] = "reason expired", open[] = "not state close";
	char *argv[] = { ended };
	struct filter_error error;
	struct filter *filter;

	(void)state;
	assert_true(filter_parse(1, argv, &filter, &error));
	opts.selection.filter = filter;
	summary(&opts, 6);
	expect("events        1 ");
	expect("TIME_WAIT     1 ended, 1 of them measured");
	expect("still open    0\n");
	filter_free(filter);
	free(text);
	argv[0] = open;
	assert_true(filter_parse(1, argv, &filter, &error));
	opts.selection.filter = filter;
	summary(&opts, 6);
	expect("events        3 ");
	expect("still open    1, the oldest for 7.000s\n");
	assert_null(strstr(text, "ended by"));
	filter_free(filter);
	free(text);
}

static struct json_object *member(struct json_object *obj, const char *key)
{
	struct json_object *value = NULL;

	if (!json_object_object_get_ex(obj, key, &value))
		fail_msg("no member '%s'", key);
	return value;
}

static int64_t number(struct json_object *obj, const char *key)
{
	return json_object_get_int64(member(obj, key));
}

static void prints_json_that_parses(void **state)
{
	const struct summary_options opts = {
		.selection.json = true, .top = SUMMARY_TOP, .by = GROUP_BY_RPORT,
	};
	struct json_object *obj, *tw, *fw2, *group;
	char *rest;

	(void)state;
	summary(&opts, 6);
	rest = text;
	obj = json_tokener_parse(strsep(&rest, "\n"));
	group = json_tokener_parse(strsep(&rest, "\n"));
	assert_non_null(obj);
	assert_non_null(group);
	assert_string_equal(rest, "");
	tw = member(obj, "time_wait");
	assert_int_equal(number(tw, "ended"), 2);
	assert_int_equal(number(tw, "measured"), 1);
	assert_int_equal(number(tw, "start_not_seen"), 1);
	assert_string_equal(json_object_get_string(member(tw, "p999_ms")),
			    "60500.000");
	assert_int_equal(number(member(tw, "ends"), "expired"), 1);
	assert_int_equal(number(tw, "open"), 1);
	assert_string_equal(json_object_get_string(member(tw, "oldest_ms")),
			    "7000.000");
	assert_int_equal(json_object_array_length(member(tw, "histogram")), 1);
	fw2 = member(obj, "fin_wait2");
	assert_int_equal(number(fw2, "born"), 1);
	assert_null(member(fw2, "mean_ms"));
	assert_int_equal(number(obj, "lost"), 5);
	assert_int_equal(number(obj, "uncertain"), 1);
	assert_string_equal(json_object_get_string(member(group, "key")),
			    "443");
	assert_int_equal(number(group, "ended"), 2);
	json_object_put(obj);
	json_object_put(group);
	free(text);
}

static void prints_a_line_an_interval(void **state)
{
	struct summary_options opts = {
		.interval_ns = SEC, .selection.count = 2,
	};
	const char *line;

	(void)state;
	summary(&opts, 9);
	assert_int_equal(script.at, 8);
	assert_ptr_equal(strstr(text, "TIME         FIN RST-SENT RST-RCVD TIMEOUT  OTHER  TW-IN TW-OUT TW-OPEN   LOST\n"),
			 text);
	line = strchr(text, '\n') + 1 + strlen("00:00:00");
	assert_ptr_equal(strstr(line, "       2        0        0       0      0      2      2       1      5\n"),
			 line);
	line = strchr(line, '\n') + 1 + strlen("00:00:00");
	assert_ptr_equal(strstr(line, "       0        0        0       0      0      0      0       1      0\n"),
			 line);
	assert_int_equal(count_of("\n"), 3);
	free(text);
	/* The source ends first: a last line is printed. */
	opts.selection.count = 0;
	summary(&opts, 7);
	assert_int_equal(count_of("\n"), 3);
	free(text);
}

/* The objects of an interval have the same, and how everything ended. */
static void prints_an_object_an_interval(void **state)
{
	struct summary_options opts = {
		.interval_ns = SEC, .selection.count = 2, .selection.json = true,
	};
	struct json_object *obj;

	(void)state;
	summary(&opts, 9);
	assert_int_equal(count_of("\n"), 2);
	obj = json_tokener_parse(strtok(text, "\n"));
	assert_string_equal(json_object_get_string(member(obj, "type")), "interval");
	assert_null(member(obj, "interval_ms"));
	assert_int_equal(number(obj, "ended"), 2);
	assert_int_equal(number(member(obj, "how"), "fin"), 2);
	assert_int_equal(number(member(obj, "how"), "killed"), 0);
	assert_int_equal(number(member(obj, "time_wait"), "open"), 1);
	json_object_put(obj);
	obj = json_tokener_parse(strtok(NULL, "\n"));
	assert_int_equal(number(obj, "ended"), 0);
	json_object_put(obj);
	free(text);
	opts.selection.json = false;
	opts.selection.csv = true;
	summary(&opts, 9);
	assert_int_equal(count_of("\n"), 3);
	expect("type,time,interval_ms,events,ended,how.unknown,how.fin,");
	expect(",,5,2,0,2,");
	free(text);
}

/* Ends of two processes, one of which resets: each has its group. */
static void tells_how_connections_ended(void **state)
{
	struct summary_options opts = { .top = SUMMARY_TOP, .selection.json = true };
	struct tcpfin_event aborts[3];
	struct item list[3];
	struct json_object *obj, *end;
	unsigned int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		aborts[i] = fixture_task(fixture_event(TCPFIN_KIND_STATE, i + 1, TCP_ESTABLISHED,
						       TCP_CLOSE, i * SEC), 7, "haproxy");
		aborts[i].reason = TCPFIN_REASON_ABORTED;
		aborts[i].detail = TCPFIN_CAUSE_LINGER0;
		aborts[i].flags |= TCPFIN_F_RST;
		list[i] = (struct item)SCRIPT_EVENT(&aborts[i]);
	}
	aborts[2] = fixture_event(TCPFIN_KIND_STATE, 3, TCP_ESTABLISHED, TCP_CLOSE, 2 * SEC);
	aborts[2].reason = TCPFIN_REASON_RST_RCVD;
	aborts[2].lport = 80;
	aborts[2].rport = 40000;
	summary_of(list, 3, &opts);
	obj = json_tokener_parse(text);
	end = json_object_array_get_idx(member(obj, "ended"), 0);
	assert_string_equal(json_object_get_string(member(end, "how")), "rst-sent");
	assert_string_equal(json_object_get_string(member(end, "cause")), "linger-0");
	assert_string_equal(json_object_get_string(member(end, "comm")), "haproxy");
	assert_string_equal(json_object_get_string(member(end, "destination")),
			    "192.0.2.7:443");
	assert_int_equal(number(end, "ended"), 2);
	assert_string_equal(json_object_get_string(member(end, "per_second")), "1.000");
	end = json_object_array_get_idx(member(obj, "ended"), 1);
	assert_string_equal(json_object_get_string(member(end, "destination")), ":80");
	assert_null(member(end, "comm"));
	json_object_put(obj);
	free(text);
	opts.selection.json = false;
	opts.top = 1;
	summary_of(list, 3, &opts);
	expect("rst-sent linger-0        2       1.0     haproxy         192.0.2.7:443\n"
	       "(1 other)                1       0.5     -               -\n");
	free(text);
}

/* A TIME_WAIT that ended after 0.3 s, in a ring that holds no more than that. */
static void marks_what_cannot_be_long(void **state)
{
	const struct summary_options opts = { .top = SUMMARY_TOP, .by = GROUP_BY_RPORT };
	const struct summary_options json = { .selection.json = true };
	struct tcpfin_event wait[2] = {
		fixture_event(TCPFIN_KIND_TW_BIRTH, 1, TCP_FIN_WAIT2, TCP_TIME_WAIT, SEC),
		fixture_event(TCPFIN_KIND_TW_DEATH, 1, TCP_TIME_WAIT, TCP_CLOSE,
			      SEC + 300 * MS),
	};
	struct item list[] = { SCRIPT_EVENT(&wait[0]), SCRIPT_EVENT(&wait[1]) };

	(void)state;
	wait[1].reason = TCPFIN_REASON_SYN_REUSE;
	summary_of(list, 2, &opts);
	assert_ptr_equal(strstr(text, "too short     these steps are of 300.000ms, and a TIME_WAIT lasts 60 s: "),
			 text);
	expect("              min     300.000ms\n");
	expect("              p99     300.000ms ?\n");
	expect("COUNT   MIN       MEAN ?    P50 ?     P99 ?     MAX ?     OPEN   rport\n");
	free(text);
	summary_of(list, 2, &json);
	expect("\"held_ms\":300.000,\"cut_short\":true,");
	free(text);
	wait[1].time_ns = 61 * SEC;
	summary_of(list, 2, &opts);
	assert_null(strstr(text, "too short"));
	assert_null(strstr(text, "?"));
	free(text);
}

static void status_prints_the_rings(void **state)
{
	const struct selection text_wanted = { 0 };
	const struct selection json_wanted = { .json = true };
	const struct selection csv_wanted = { .csv = true };
	struct json_object *obj, *ring, *probe;
	struct source *src;
	struct fixture_rings fixture;
	unsigned int i;
	size_t size;
	FILE *out;

	(void)state;
	fixture_open(&fixture, 3, 64);
	fixture.rings[1].cpu = 77;
	fixture.rings[2].used = 0;
	fixture.header->no_ring = 23;
	for (i = 0; i < 100; i++)
		fixture_put(&fixture, 1, fixture_event(1, 1, 1, 4, i));
	strcpy(fixture.header->probe[0].symbol, "tcp_set_state");
	strcpy(fixture.header->probe[0].shows, "the steps");
	memset(fixture.header->probe[1].symbol, 'x', 40);
	memset(fixture.header->version, '\n', sizeof(fixture.header->version));
	fixture.header->probe[0].hooked = 1;
	fixture.header->probe[1].missed = 17;
	strcpy(fixture.header->probe[2].symbol, "inet_twsk_kill");
	strcpy(fixture.header->probe[2].shows, "the end");
	fixture.header->probe[2].hooked = 1;
	fixture.header->probe[2].unreached = 5;
	src = fixture_source(&fixture, true, false);

	out = open_memstream(&text, &size);
	assert_int_equal(status_command.view(src, &text_wanted, out), 0);
	fclose(out);
	expect("module     \\x0a\\x0a");
	expect("\ntcp_set_state                    yes     0        the steps\n");
	expect("xxxxxxxx NO      17       \n");
	expect("\ninet_twsk_kill                   yes     0        hooked, but not reached (calls: 5): the end\n");
	expect("\n0      0            0            0\n"
	       "77     100          64           36\n");
	expect("\nrings      3 (2 used, 1 spare), 64 records each, 0.0 MiB\n");
	expect("\nno ring    23: load the module again");
	free(text);

	out = open_memstream(&text, &size);
	assert_int_equal(status_command.view(src, &csv_wanted, out), 0);
	fclose(out);
	expect("type,symbol,shows,hooked,missed,unreached,cpu,recorded,kept,overwritten\n"
	       "probe,tcp_set_state,the steps,true,0,0,,,,\n");
	expect("\nprobe,inet_twsk_kill,the end,true,0,5,,,,\n");
	expect("\nring,,,,,,77,100,64,36\n");
	free(text);

	out = open_memstream(&text, &size);
	assert_int_equal(status_command.view(src, &json_wanted, out), 0);
	fclose(out);
	obj = json_tokener_parse(text);
	assert_non_null(obj);
	ring = json_object_array_get_idx(member(obj, "ring"), 1);
	assert_int_equal(number(obj, "rings"), 3);
	assert_int_equal(number(obj, "rings_used"), 2);
	assert_int_equal(number(obj, "no_ring"), 23);
	assert_int_equal(json_object_array_length(member(obj, "ring")), 2);
	assert_int_equal(number(ring, "cpu"), 77);
	assert_int_equal(number(ring, "recorded"), 100);
	assert_int_equal(number(ring, "kept"), 64);
	assert_int_equal(number(ring, "overwritten"), 36);
	assert_int_equal(json_object_array_length(member(obj, "probe")), 3);
	probe = json_object_array_get_idx(member(obj, "probe"), 2);
	assert_int_equal(number(probe, "unreached"), 5);
	json_object_put(obj);
	free(text);
	source_close(src);
	fixture_close(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prints_text),
		cmocka_unit_test(colours_shift_nothing),
		cmocka_unit_test(fits_80_columns),
		cmocka_unit_test(says_that_nothing_was_seen),
		cmocka_unit_test(tells_what_had_no_ring),
		cmocka_unit_test(leaves_the_other_family_out),
		cmocka_unit_test(takes_in_what_its_filter_matches),
		cmocka_unit_test(prints_json_that_parses),
		cmocka_unit_test(prints_a_line_an_interval),
		cmocka_unit_test(prints_an_object_an_interval),
		cmocka_unit_test(tells_how_connections_ended),
		cmocka_unit_test(marks_what_cannot_be_long),
		cmocka_unit_test(status_prints_the_rings),
	};

	return RUN_TESTS(tests);
}
