// SPDX-License-Identifier: GPL-2.0
/* The output of "handshakes": exact columns, and parsed JSON. */
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "check.h"
#include "cli/command.h"
#include "commands/commands.h"
#include "fixtures.h"
#include "short_names.h"

#define STEPS	8

static struct tcpfin_event steps[STEPS];
static struct item items[STEPS];
static struct script script;
static char *text;

/* An ordinary close with 100 bytes in the half-closed direction. */
static void make_close(void)
{
	steps[0] = fixture_task(fixture_event(STATE, 1, TCP_ESTABLISHED,
					      TCP_FIN_WAIT1, 1 * SEC), 42, "curl");
	steps[1] = fixture_far(STATE, 2, TCP_ESTABLISHED, TCP_CLOSE_WAIT,
			       1 * SEC + MS);
	steps[2] = fixture_event(STATE, 1, TCP_FIN_WAIT1, TCP_FIN_WAIT2,
				 1 * SEC + 2 * MS);
	steps[3] = fixture_task(fixture_far(STATE, 2, TCP_CLOSE_WAIT, TCP_LAST_ACK,
					    2 * SEC), 99, "nginx");
	steps[4] = fixture_event(TCPFIN_KIND_TW_BIRTH, 1, TCP_FIN_WAIT2,
				 TCP_TIME_WAIT, 2 * SEC + 2 * MS);
	steps[5] = fixture_far(STATE, 2, TCP_LAST_ACK, TCP_CLOSE,
			       2 * SEC + 3 * MS);
	steps[6] = fixture_event(TCPFIN_KIND_TW_EXTEND, 1, TCP_TIME_WAIT,
				 TCP_TIME_WAIT, 3 * SEC);
	steps[6].flags |= TCPFIN_F_FIN;
	steps[7] = fixture_event(TCPFIN_KIND_TW_DEATH, 1, TCP_TIME_WAIT,
				 TCP_CLOSE, 63 * SEC);
	steps[7].reason = TCPFIN_REASON_EXPIRED;
	steps[2].rcv_nxt = FIXTURE_PEER_FIN - 100;
	steps[1].write_seq = FIXTURE_PEER_FIN - 100;
	steps[1].snd_nxt = FIXTURE_PEER_FIN - 100;
	steps[3].detail = TCPFIN_LAST_ACK_ALONE;
}

static void show(size_t from, size_t count,
		 const struct handshakes_options *opts)
{
	size_t i, size;
	FILE *out = open_memstream(&text, &size);

	for (i = 0; i < STEPS; i++)
		items[i] = (struct item){
			.type = ITEM_EVENT, .event = &steps[i],
			.time_ns = steps[i].time_ns,
		};
	script_init(&script, items + from, count);
	script.now_ns = 10 * SEC;
	assert_int_equal(handshakes_command.view(&script.src, opts, out), 0);
	fclose(out);
}

static void expect(const char *want)
{
	assert_string_equal(text, want);
	free(text);
}

static void puts_both_ends_on_a_line(void **state)
{
	const struct handshakes_options opts = { .selection.count = 0 };

	(void)state;
	make_close();
	show(0, STEPS, &opts);
	expect(
"C-COMM   LPORT RADDR           RPORT CLOSER    HALF      TW HOW\n"
"curl     40000 192.0.2.7       443   local     1.0s   60.9s fin\n");
}

static void shows_one_end_as_it_saw_it(void **state)
{
	const struct handshakes_options opts = { .selection.count = 0 };

	(void)state;
	make_close();
	steps[0] = steps[1];
	steps[1] = steps[3];
	steps[2] = steps[5];
	show(0, 3, &opts);
	expect(
"C-COMM   LPORT RADDR           RPORT CLOSER    HALF      TW HOW\n"
"nginx    443   10.0.0.1        40000 remote 999.0ms       - fin\n");
}

static void shows_all_columns(void **state)
{
	const struct handshakes_options opts = { .extended = true };

	(void)state;
	make_close();
	show(0, STEPS, &opts);
	assert_non_null(strstr(text, " 99        nginx            -            local  1000.0  60998.0 1000       5000       2.000   3.000   100       100       no     0    1     1   expired   fin                -                  -\n"));
	free(text);
}

static void shows_containers(void **state)
{
	const struct handshakes_options opts = { .extended = true };

	(void)state;
	make_close();
	steps[0].flags |= TCPFIN_F_OWNER;
	steps[0].cgroup = 7;
	steps[1].flags |= TCPFIN_F_OWNER;
	steps[1].cgroup = FIXTURE_CGROUP;
	show(0, STEPS, &opts);
	assert_non_null(strstr(text, " nginx            3f2a9c1b7d10 local "));
	assert_non_null(strstr(text, " -\n"));
	free(text);
	steps[0].cgroup = FIXTURE_CGROUP;
	show(0, STEPS, &opts);
	assert_non_null(strstr(text, " curl             3f2a9c1b7d10 "));
	assert_non_null(strstr(text, " " FIXTURE_CGROUP_PATH "\n"));
	free(text);
}

static void says_what_is_missing(void **state)
{
	const struct handshakes_options opts = { .extended = true };

	(void)state;
	make_close();
	show(6, 2, &opts);
	assert_non_null(strstr(text, " -         -                -            -      -       -       1000       5000       -       -       -         -         -      0    1     1   expired   fin                partial            -\n"));
	free(text);
}

static void open_connections_have_an_age(void **state)
{
	const struct handshakes_options opts = { .selection.open = true };

	(void)state;
	make_close();
	show(0, 3, &opts);
	expect(
"C-COMM   LPORT RADDR           RPORT CLOSER STATE       PEERSTATE       AGE\n"
"curl     40000 192.0.2.7       443   local  FIN_WAIT2   CLOSE_WAIT     8.9s\n");
	show(0, 6, &opts);
	expect(
"C-COMM   LPORT RADDR           RPORT CLOSER STATE       PEERSTATE       AGE\n"
"curl     40000 192.0.2.7       443   local  TIME_WAIT   CLOSE          7.9s\n");
	show(0, STEPS, &opts);
	expect(
"C-COMM   LPORT RADDR           RPORT CLOSER STATE       PEERSTATE       AGE\n");
}

static void prints_chosen_columns(void **state)
{
	struct handshakes_options opts = { .columns = "how,x,c-comm,tw" };

	(void)state;
	make_close();
	show(0, STEPS, &opts);
	expect("HOW                X          C-COMM                TW\n"
	       "fin                1000       curl               60.9s\n");
	opts.columns = "ends.1.lport,how";
	opts.selection.csv = true;
	show(0, STEPS, &opts);
	expect("ends.1.lport,how\n443,fin\n");
}

/* A connection is shown at the first pause in which TIME_WAIT runs, and once. */
static void need_not_wait_for_time_wait(void **state)
{
	const struct handshakes_options opts = { .now = true };
	struct item events[STEPS + 1];
	size_t i, size;
	FILE *out;

	(void)state;
	make_close();
	for (i = 0; i <= STEPS; i++)
		events[i] = (struct item)SCRIPT_EVENT(&steps[i < 6 ? i : i - 1]);
	events[6] = (struct item){ .type = ITEM_IDLE };
	script_init(&script, events, STEPS + 1);
	script.now_ns = 10 * SEC;
	out = open_memstream(&text, &size);
	assert_int_equal(handshakes_command.view(&script.src, &opts, out), 0);
	fclose(out);
	expect(
"C-COMM   LPORT RADDR           RPORT CLOSER    HALF      TW HOW\n"
"curl     40000 192.0.2.7       443   local     1.0s    runs fin\n");
}

static void longest_ipv4_line_fits_80_columns(void **state)
{
	const struct handshakes_options opts = { .selection.count = 0 };
	char *line, *next;
	unsigned int i;

	(void)state;
	make_close();
	for (i = 0; i < 2; i++) {
		steps[i] = steps[2 * i];
		memset(steps[i].raddr, 255, 4);
		steps[i].lport = 65535;
		steps[i].rport = 65535;
	}
	memcpy(steps[0].comm, "0123456789abcdef", 16);
	steps[2] = fixture_event(TCPFIN_KIND_TW_DEATH, 1, TCP_FIN_WAIT2,
				 TCP_CLOSE, 9999999 * MS);
	steps[2].reason = TCPFIN_REASON_EXPIRED;
	show(0, 3, &opts);
	assert_non_null(strstr(text, " fin-wait-2-timeout\n"));
	for (line = text; (next = strchr(line, '\n')); line = next + 1)
		assert_in_range(next - line, 20, 80);
	free(text);
}

/* How and cause stand together where they fit; the longest ones do not. */
static void shows_the_cause(void **state)
{
	static const struct {
		uint8_t cause;
		const char *want;
	} cases[] = {
		{ TCPFIN_CAUSE_LINGER0, " rst-sent linger-0\n" },
		{ TCPFIN_CAUSE_UNREAD_DATA, " rst-sent unread-data\n" },
		{ TCPFIN_CAUSE_LATE_DATA, "- data-after-close\n" },
		{ TCPFIN_CAUSE_NONE, " rst-sent\n" },
	};
	const struct handshakes_options opts = { .selection.count = 0 };
	const char *line;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		steps[0] = fixture_event(STATE, 1, TCP_ESTABLISHED, TCP_CLOSE, SEC);
		steps[0].reason = TCPFIN_REASON_ABORTED;
		steps[0].flags |= TCPFIN_F_RST;
		steps[0].detail = cases[i].cause;
		show(0, 1, &opts);
		line = strchr(text, '\n') + 1;
		if (!strstr(line, cases[i].want))
			fail_msg("no '%s' in %s", cases[i].want, line);
		assert_in_range(strlen(line), 1, 81);
		free(text);
	}
}

static void chooses_by_how_and_cause(void **state)
{
	static const struct {
		char expression[32];
		bool want;
	} cases[] = {
		{ "how = rst-sent", true }, { "cause = linger-0", true },
		{ "how != rst-sent", false }, { "cause = keepalive", false },
		{ "uid = 0", true }, { "uid = 7", false },
	};
	struct handshakes_options opts = { .selection.count = 0 };
	struct filter_error error;
	size_t i;

	(void)state;
	steps[0] = fixture_event(STATE, 1, TCP_ESTABLISHED, TCP_CLOSE, SEC);
	steps[0].reason = TCPFIN_REASON_ABORTED;
	steps[0].flags |= TCPFIN_F_RST | TCPFIN_F_OWNER;
	steps[0].detail = TCPFIN_CAUSE_LINGER0;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *argv[] = { (char *)cases[i].expression };

		assert_true(filter_parse(1, argv, &opts.selection.filter, &error));
		show(0, 1, &opts);
		if (!!strstr(text, "rst-sent") != cases[i].want)
			fail_msg("'%s': %s", cases[i].expression, text);
		filter_free(opts.selection.filter);
		free(text);
	}
}

static struct json_object *member(struct json_object *obj, const char *key)
{
	struct json_object *value;

	assert_true(json_object_object_get_ex(obj, key, &value));
	return value;
}

static void prints_json_that_parses(void **state)
{
	const struct handshakes_options opts = { .selection.json = true };
	struct json_object *obj, *wave, *end;

	(void)state;
	make_close();
	steps[0].comm[0] = '"';
	steps[0].comm[1] = '\xff';
	show(0, STEPS, &opts);
	obj = json_tokener_parse(text);
	assert_non_null(obj);
	assert_string_equal(json_object_get_string(member(obj, "closer")),
			    "local");
	wave = json_object_array_get_idx(member(obj, "waves"), 1);
	assert_string_equal(json_object_get_string(member(wave, "seen")),
			    "received");
	assert_null(member(wave, "sent_ns"));
	assert_int_equal(json_object_get_int64(member(wave, "ack")),
			 FIXTURE_FIN + 1);
	assert_int_equal(json_object_get_int(member(wave, "rel_ack")), 1);
	end = json_object_array_get_idx(member(obj, "ends"), 0);
	assert_string_equal(json_object_get_string(member(end, "owner_comm")),
			    "\"\\xffrl");
	assert_int_equal(json_object_array_length(member(obj, "ends")), 2);
	json_object_put(obj);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(puts_both_ends_on_a_line),
		cmocka_unit_test(shows_one_end_as_it_saw_it),
		cmocka_unit_test(shows_all_columns),
		cmocka_unit_test(shows_containers),
		cmocka_unit_test(says_what_is_missing),
		cmocka_unit_test(open_connections_have_an_age),
		cmocka_unit_test(prints_chosen_columns),
		cmocka_unit_test(need_not_wait_for_time_wait),
		cmocka_unit_test(longest_ipv4_line_fits_80_columns),
		cmocka_unit_test(shows_the_cause),
		cmocka_unit_test(chooses_by_how_and_cause),
		cmocka_unit_test(prints_json_that_parses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
