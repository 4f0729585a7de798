// SPDX-License-Identifier: GPL-2.0
/* The output of "watch": exact columns, and parsed JSON. */
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "check.h"
#include "cli/command.h"
#include "commands/commands.h"
#include "fixtures.h"
#include "util/colour.h"

static char *text;
static struct script script;

static void watch(const struct item *items, size_t count,
		  const struct watch_options *opts)
{
	size_t size;
	FILE *out = open_memstream(&text, &size);

	script_init(&script, items, count);
	assert_int_equal(watch_command.view(&script.src, opts, out), 0);
	fclose(out);
}

/* The steps of an end that closes first. */
static struct tcpfin_event life[5];

static void make_life(void)
{
	life[0] =
		fixture_task(fixture_event(TCPFIN_KIND_STATE, 0x1a2b,
					   TCP_ESTABLISHED, TCP_FIN_WAIT1, SEC),
			     42, "curl");
	life[0].flags |= TCPFIN_F_SNDBUF | TCPFIN_F_OWNER;
	life[0].snd_nxt = 1000;
	life[0].snd_una = 900;
	life[0].rcv_nxt = 77;
	life[0].uid = 1000;
	life[1] = fixture_event(TCPFIN_KIND_STATE, 0x1a2b, TCP_FIN_WAIT1,
				TCP_FIN_WAIT2, SEC + 1234567);
	life[2] = fixture_event(TCPFIN_KIND_TW_BIRTH, 0x1a2b, TCP_FIN_WAIT2,
				TCP_TIME_WAIT, 2 * SEC);
	life[3] = fixture_event(TCPFIN_KIND_TW_EXTEND, 0x1a2b, TCP_TIME_WAIT,
				TCP_TIME_WAIT, 3 * SEC);
	life[4] = fixture_event(TCPFIN_KIND_TW_DEATH, 0x1a2b, TCP_TIME_WAIT,
				TCP_CLOSE, 63 * SEC);
	life[4].reason = TCPFIN_REASON_EXPIRED;
}

static void prints_a_life(void **state)
{
	const struct watch_options opts = { .selection.count = 0 };
	const struct item items[] = {
		SCRIPT_EVENT(&life[0]), SCRIPT_EVENT(&life[1]),
		SCRIPT_EVENT(&life[2]),
		{ .type = ITEM_LOST, .cpu = 3, .count = 12 },
		{ .type = ITEM_IDLE },
		SCRIPT_EVENT(&life[3]),
		{ .type = ITEM_MISSED, .count = 4 },
		SCRIPT_EVENT(&life[4]),
	};

	(void)state;
	make_life();
	watch(items, 8, &opts);
	assert_string_equal(text,
"C-COMM   LPORT RADDR           RPORT OLDSTATE    -> NEWSTATE     SPENT REASON\n"
"curl     40000 192.0.2.7       443   ESTABLISHED -> FIN_WAIT1        - -\n"
"curl     40000 192.0.2.7       443   FIN_WAIT1   -> FIN_WAIT2    1.2ms -\n"
"curl     40000 192.0.2.7       443   FIN_WAIT2   -> TIME_WAIT  998.7ms -\n"
"lost 12 (cpu 3)\n"
"curl     40000 192.0.2.7       443   TIME_WAIT   -> TIME_WAIT     1.0s -\n"
"missed 4\n"
"curl     40000 192.0.2.7       443   TIME_WAIT   -> CLOSE        61.0s expired\n");
	free(text);
}

/* With scope=all: the longest new state leaves the columns behind it in place. */
static void prints_steps_before_the_teardown(void **state)
{
	const struct watch_options opts = { 0 };
	struct tcpfin_event ev = fixture_event(TCPFIN_KIND_STATE, 7,
					       TCP_SYN_RECV, TCP_ESTABLISHED, SEC);
	const struct item items[] = { SCRIPT_EVENT(&ev) };

	(void)state;
	watch(items, 1, &opts);
	assert_string_equal(text,
"C-COMM   LPORT RADDR           RPORT OLDSTATE    -> NEWSTATE     SPENT REASON\n"
"-        40000 192.0.2.7       443   SYN_RECV   -> ESTABLISHED       - -\n");
	free(text);
}

static void prints_all_columns(void **state)
{
	const struct watch_options opts = { .extended = true };
	const struct item items[] = {
		SCRIPT_EVENT(&life[0]), SCRIPT_EVENT(&life[4]),
	};

	(void)state;
	make_life();
	life[0].cgroup = FIXTURE_CGROUP;
	life[4].cookie = UINT64_MAX;
	watch(items, 2, &opts);
	assert_string_equal(text,
"COOKIE   NETNS      C-PID     C-COMM           CONTAINER    UID   LADDR           LPORT RADDR           RPORT "
"OLDSTATE    -> NEWSTATE   MS      SND_NXT    SND_UNA    RCV_NXT    KIND       REASON             CGROUP\n"
"1a2b     1          42        curl             3f2a9c1b7d10 1000  10.0.0.1        40000 192.0.2.7       443   "
"ESTABLISHED -> FIN_WAIT1  -       1000       900        77         state      -                  "
FIXTURE_CGROUP_PATH "\n"
"ffffffffffffffff 1          -         -                -            -     "
"10.0.0.1        40000 192.0.2.7       443   "
"TIME_WAIT   -> CLOSE      -       1001       -          5001       tw-death   expired            -\n");
	free(text);
}

static void marks_a_remembered_owner(void **state)
{
	const struct watch_options opts = { .extended = true };
	const struct item items[] = {
		SCRIPT_EVENT(&life[0]), SCRIPT_EVENT(&life[1]),
		SCRIPT_EVENT(&life[4]),
	};

	(void)state;
	make_life();
	life[4] = fixture_task(life[4], 99, "other");
	watch(items, 3, &opts);
	assert_non_null(strstr(text, " 42        curl "));
	assert_non_null(strstr(text, " (42)      curl "));
	assert_non_null(strstr(text, " 99        other "));
	free(text);
}

/* Every column at its widest, for each reason that tcpfin names. */
static void longest_ipv4_line_fits_80_columns(void **state)
{
	const struct watch_options opts = { .selection.count = 2 };
	struct tcpfin_event ev[2];
	const struct item items[] = {
		SCRIPT_EVENT(&ev[0]), SCRIPT_EVENT(&ev[1]),
	};
	unsigned int reason;
	char *line, *next;

	(void)state;
	for (reason = 0; reason < TCPFIN_REASON_CALLER; reason++) {
		ev[0] = fixture_task(fixture_event(TCPFIN_KIND_STATE, 1,
						   TCP_SYN_SENT, TCP_ESTABLISHED,
						   1), 1, "0123456789abcdef");
		ev[1] = fixture_event(TCPFIN_KIND_STATE, 1, TCP_ESTABLISHED,
				      TCP_CLOSE_WAIT, 9999999 * MS);
		ev[1].reason = (uint8_t)reason;
		ev[1].lport = 65535;
		ev[1].rport = 65535;
		memset(ev[1].raddr, 255, sizeof(ev[1].raddr));
		watch(items, 2, &opts);
		for (line = text; (next = strchr(line, '\n')); line = next + 1)
			assert_in_range(next - line, 20, 80);
		if (reason == TCPFIN_REASON_SYN_REUSE)
			assert_non_null(strstr(text,
"01234567 65535 255.255.255.255 65535 ESTABLISHED -> CLOSE_WAIT   2h46m syn-reuse\n"));
		free(text);
	}
}

static void prints_ipv6_in_full(void **state)
{
	const struct watch_options opts = {
		.selection.families = FAMILY_6,
	};
	struct tcpfin_event ev;
	const struct item items[] = {
		SCRIPT_EVENT(&life[0]), SCRIPT_EVENT(&ev),
	};

	(void)state;
	make_life();
	ev = life[1];
	ev.family = AF_INET6;
	memset(ev.raddr, 0xfd, sizeof(ev.raddr));
	watch(items, 2, &opts);
	assert_string_equal(strchr(text, '\n'),
"\ncurl     40000 fdfd:fdfd:fdfd:fdfd:fdfd:fdfd:fdfd:fdfd 443   FIN_WAIT1   -> FIN_WAIT2  "
"  1.2ms -\n");
	free(text);
}

/* Without the colours the text is the same. */
static void colours_shift_no_columns(void **state)
{
	static const char *const columns[] = { NULL, "reason,oldstate,lport,spent" };
	const struct item items[] = {
		SCRIPT_EVENT(&life[0]), SCRIPT_EVENT(&life[2]),
		SCRIPT_EVENT(&life[4]),
	};
	struct watch_options opts = { 0 };
	char *plain;
	size_t i;

	(void)state;
	make_life();
	for (i = 0; i < 2; i++) {
		opts.columns = columns[i];
		watch(items, 3, &opts);
		plain = text;
		assert_null(strchr(plain, '\033'));
		assert_true(colour_parse("always"));
		watch(items, 3, &opts);
		assert_true(colour_parse("auto"));
		assert_int_equal(strncmp(text, "\033[1m", 4), 0);
		assert_non_null(strstr(text, "\033[36mESTABLISHED -> FIN_WAIT1 \033[0m "));
		assert_non_null(strstr(text, "\033[32mexpired"));
		fixture_remove_colours(text);
		assert_string_equal(text, plain);
		free(plain);
		free(text);
	}
}

/* -o chooses columns and their order, each once; the last one is not filled up. */
static void prints_chosen_columns(void **state)
{
	const struct item items[] = {
		SCRIPT_EVENT(&life[0]), SCRIPT_EVENT(&life[4]),
	};
	struct watch_options opts = {
		.columns = "Reason,newstate,SPENT,ms,cookie,lport,lport",
	};

	(void)state;
	make_life();
	watch(items, 2, &opts);
	assert_string_equal(text,
"REASON             OLDSTATE    -> NEWSTATE     SPENT MS      COOKIE   LPORT\n"
"-                  ESTABLISHED -> FIN_WAIT1        - -       1a2b     40000\n"
"expired            TIME_WAIT   -> CLOSE            - -       1a2b     40000\n");
	free(text);
	opts.columns = "new,lport,time";
	opts.selection.csv = true;
	watch(items, 2, &opts);
	assert_string_equal(text, "new,lport,time\n"
			    "FIN_WAIT1,40000,1970-01-01T00:00:01.000000Z\n"
			    "CLOSE,40000,1970-01-01T00:01:03.000000Z\n");
	free(text);
}

static void v4_shows_v4_mapped(void **state)
{
	const struct watch_options opts = {
		.selection.families = FAMILY_4,
	};
	struct tcpfin_event six;
	const struct item items[] = {
		SCRIPT_EVENT(&life[0]), SCRIPT_EVENT(&six),
	};

	(void)state;
	make_life();
	life[0].flags |= TCPFIN_F_V4MAPPED;
	six = life[0];
	six.family = AF_INET6;
	watch(items, 2, &opts);
	assert_non_null(strstr(text, "192.0.2.7"));
	assert_int_equal(strlen(strchr(text, '\n')),
			 strlen("\ncurl     40000 192.0.2.7       443   ESTABLISHED -> FIN_WAIT1  -       -\n"));
	free(text);
}

static void counts_only_what_it_shows(void **state)
{
	const struct watch_options opts = {
		.selection.count = 1, .relative = true,
	};
	const struct item items[] = {
		{ .type = ITEM_LOST, .count = 1 },
		SCRIPT_EVENT(&life[0]), SCRIPT_EVENT(&life[1]),
	};

	(void)state;
	make_life();
	watch(items, 3, &opts);
	assert_int_equal(script.at, 2);
	assert_non_null(strstr(text, "\nlost 1 (cpu 0)\n0.000000   curl "));
	free(text);
}

/* A step that the filter leaves out tells the owner, but does not count for -c. */
static void shows_what_its_filter_matches(void **state)
{
	struct watch_options opts = { .selection.count = 1 };
	char expression[] = "comm = curl and state time-wait";
	char *argv[] = { expression };
	const struct item items[] = {
		SCRIPT_EVENT(&life[0]), SCRIPT_EVENT(&life[1]),
		SCRIPT_EVENT(&life[2]), SCRIPT_EVENT(&life[4]),
	};
	struct filter_error error;
	struct filter *filter;

	(void)state;
	make_life();
	assert_true(filter_parse(1, argv, &filter, &error));
	opts.selection.filter = filter;
	watch(items, 4, &opts);
	assert_string_equal(strchr(text, '\n'), "\n"
"curl     40000 192.0.2.7       443   FIN_WAIT2   -> TIME_WAIT  998.7ms -\n");
	filter_free(filter);
	free(text);
}

static void puts_time_in_front(void **state)
{
	struct watch_options opts = { .relative = true };
	const struct item items[] = {
		SCRIPT_EVENT(&life[0]), SCRIPT_EVENT(&life[1]),
		SCRIPT_EVENT(&life[4]), SCRIPT_EVENT(&life[0]),
	};
	const char *line;

	(void)state;
	make_life();
	watch(items, 4, &opts);
	assert_non_null(strstr(text, "\n0.000000   curl "));
	assert_non_null(strstr(text, "\n0.001235   curl "));
	assert_non_null(strstr(text, "\n62.000000  curl "));
	free(text);
	opts.clock = true;
	watch(items, 1, &opts);
	assert_memory_equal(text, "TIME         C-COMM", 19);
	line = strchr(text, '\n') + 1;
	assert_int_equal(line[2], ':');
	assert_int_equal(line[8], '.');
	assert_memory_equal(line + 12, " curl ", 6);
	free(text);
}

/* Records of hostile bytes: numbers are printed, nothing breaks. */
static void survives_hostile_records(void **state)
{
	struct watch_options opts = { .extended = true };
	struct tcpfin_event ev;
	const struct item items[] = {
		SCRIPT_EVENT(&ev), SCRIPT_EVENT(&ev),
	};
	unsigned int byte;
	const char *p;

	(void)state;
	for (byte = 0; byte < 256; byte++) {
		memset(&ev, (int)byte, sizeof(ev));
		opts.selection.json = byte & 1;
		watch(items, 2, &opts);
		for (p = text; *p; p++)
			assert_true(*p == '\n' || (*p >= ' ' && *p <= '~'));
		free(text);
	}
}

static struct json_object *member(struct json_object *obj, const char *key)
{
	struct json_object *value = NULL;

	if (!json_object_object_get_ex(obj, key, &value))
		fail_msg("no member '%s'", key);
	return value;
}

static const char *string(struct json_object *obj, const char *key)
{
	return json_object_get_string(member(obj, key));
}

static void prints_json_that_parses(void **state)
{
	const struct watch_options opts = { .selection.json = true };
	const struct item items[] = {
		SCRIPT_EVENT(&life[0]), SCRIPT_EVENT(&life[1]),
		SCRIPT_EVENT(&life[4]),
	};
	struct json_object *obj[3];
	char *line, *rest;
	unsigned int i;

	(void)state;
	make_life();
	memcpy(life[0].comm, "a\"\\\n\xff\x01", 6);
	life[0].cgroup = FIXTURE_CGROUP;
	watch(items, 3, &opts);
	for (i = 0, rest = text; i < 3; i++) {
		line = strsep(&rest, "\n");
		obj[i] = json_tokener_parse(line);
		assert_non_null(obj[i]);
	}
	assert_string_equal(rest, "");
	assert_string_equal(string(obj[0], "type"), "state");
	assert_string_equal(string(obj[0], "cookie"), "1a2b");
	assert_string_equal(string(obj[0], "family"), "inet");
	assert_string_equal(string(obj[0], "laddr"), "10.0.0.1");
	assert_string_equal(string(obj[0], "raddr"), "192.0.2.7");
	assert_int_equal(json_object_get_int(member(obj[0], "lport")), 40000);
	assert_int_equal(json_object_get_int(member(obj[0], "rport")), 443);
	assert_string_equal(string(obj[0], "old"), "ESTABLISHED");
	assert_string_equal(string(obj[0], "new"), "FIN_WAIT1");
	assert_null(member(obj[0], "reason"));
	assert_null(member(obj[0], "ms"));
	assert_int_equal(json_object_get_uint64(member(obj[0], "mono_ns")),
			 SEC);
	assert_int_equal(json_object_get_int(member(obj[0], "snd_una")), 900);
	assert_int_equal(json_object_get_int(member(obj[0], "pid")), 42);
	assert_string_equal(string(obj[0], "comm"),
			    "a\"\\x5c\\x0a\\xff\\x01");
	assert_int_equal(json_object_get_int(member(obj[0], "uid")), 1000);
	assert_int_equal(json_object_get_int(member(obj[0], "cgroup")), FIXTURE_CGROUP);
	assert_string_equal(string(obj[0], "cgroup_path"), FIXTURE_CGROUP_PATH);
	assert_string_equal(string(obj[0], "container"), FIXTURE_CONTAINER);
	assert_null(member(obj[1], "pid"));
	assert_null(member(obj[1], "comm"));
	assert_null(member(obj[2], "snd_una"));
	assert_int_equal(json_object_get_int(member(obj[1], "cgroup")), FIXTURE_CGROUP);
	assert_int_equal(json_object_get_int(member(obj[1], "owner_pid")), 42);
	assert_string_equal(string(obj[1], "ms"), "1.234");
	assert_string_equal(string(obj[2], "type"), "tw-death");
	assert_string_equal(string(obj[2], "reason"), "expired");
	assert_null(member(obj[2], "ms"));
	for (i = 0; i < 3; i++)
		json_object_put(obj[i]);
	free(text);
}

static void prints_gaps_as_json(void **state)
{
	const struct watch_options opts = { .selection.json = true };
	const struct item items[] = {
		{ .type = ITEM_LOST, .cpu = 2, .count = 9 },
		{ .type = ITEM_LOST, .cpu = CPU_NO_RING, .count = 4 },
		{ .type = ITEM_MISSED, .count = UINT64_MAX },
	};

	(void)state;
	watch(items, 3, &opts);
	assert_string_equal(text,
"{\"type\":\"lost\",\"cpu\":2,\"count\":9}\n"
"{\"type\":\"lost\",\"cpu\":null,\"no_ring\":true,\"count\":4}\n"
"{\"type\":\"missed\",\"count\":18446744073709551615}\n");
	free(text);
}

static void a_full_disk_is_an_error(void **state)
{
	const struct watch_options opts = { .selection.count = 0 };
	const struct item items[] = { SCRIPT_EVENT(&life[0]) };
	FILE *out = fopen("/dev/full", "w");

	(void)state;
	make_life();
	script_init(&script, items, 1);
	assert_int_equal(watch_command.view(&script.src, &opts, out), 1);
	fclose(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prints_a_life),
		cmocka_unit_test(prints_steps_before_the_teardown),
		cmocka_unit_test(prints_all_columns),
		cmocka_unit_test(marks_a_remembered_owner),
		cmocka_unit_test(longest_ipv4_line_fits_80_columns),
		cmocka_unit_test(prints_ipv6_in_full),
		cmocka_unit_test(colours_shift_no_columns),
		cmocka_unit_test(prints_chosen_columns),
		cmocka_unit_test(v4_shows_v4_mapped),
		cmocka_unit_test(counts_only_what_it_shows),
		cmocka_unit_test(shows_what_its_filter_matches),
		cmocka_unit_test(puts_time_in_front),
		cmocka_unit_test(survives_hostile_records),
		cmocka_unit_test(prints_json_that_parses),
		cmocka_unit_test(prints_gaps_as_json),
		cmocka_unit_test(a_full_disk_is_an_error),
	};

	return RUN_TESTS(tests);
}
