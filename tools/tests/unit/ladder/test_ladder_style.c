// SPDX-License-Identifier: GPL-2.0
/* Styles of ladders, compared exactly, and the choice of connections. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "ladder_fixture.h"

static void draws_in_ascii(void **state)
{
	drawing.style.unicode = false;
	(void)state;
	drawing_lost_last_ack();
	drawing_expect(
"00:00:01.000  ended: fin  closed first: curl, pid 612\n"
"x = 3454665023, y = 3118697900\n"
"\n"
"10.0.0.1:40000                                                     192.0.2.7:443\n"
"curl, pid 612                                                     nginx, pid 598\n"
"\n"
"          ESTABLISHED |                                  | ESTABLISHED\n"
"                      |                                  |\n"
"        0   FIN_WAIT1 |---- 1 FIN seq=x -------------- ? |\n"
"            200.040ms |                                  |\n"
"200.000ms             |---- 1 FIN seq=x again ---------->| CLOSE_WAIT  200.020ms\n"
"                      |                                  | 99.980ms\n"
"200.040ms   FIN_WAIT2 |<--- 2 ACK ack=x+1 ---------------|\n"
"             99.980ms |                                  |\n"
"300.020ms   TIME_WAIT |<--- 3 FIN seq=y -----------------| LAST_ACK    300.000ms\n"
"              61.310s |                                  | 600.040ms\n"
"                      |.... 4 ACK ack=y+1 ............ ? |\n"
"                      |                                  |\n"
"                      | ? - 3 FIN seq=y again -----------|             500.000ms\n"
"                      |                                  |\n"
"900.030ms             |<--- 3 FIN seq=y again -----------|             900.000ms\n"
"                      |                                  |\n"
"                      |---- 4 ACK ack=y+1 again -------->+ CLOSE       900.040ms\n"
"                      |\n"
"  61.611s       CLOSE + expired\n"
"dotted: not seen, but what was seen implies it\n"
"?: not seen to arrive\n"
"TIME_WAIT started over: 1, for a FIN again: 1\n");
}

static void prints_absolute_numbers(void **state)
{
	drawing.style.absolute = true;
	(void)state;
	drawing_ordinary_close();
	drawing_expect(
"00:00:01.000  ended: fin  closed first: curl, pid 612\n"
"x = 3454665023, y = 3118697900\n"
"\n"
"10.0.0.1:40000                                                     192.0.2.7:443\n"
"curl, pid 612                                                     nginx, pid 598\n"
"\n"
"          ESTABLISHED │                                  │ ESTABLISHED\n"
"                      │                                  │\n"
"        0   FIN_WAIT1 ├──── 1 FIN seq=3454665023 ───────▶│ CLOSE_WAIT  10.6us\n"
"              305.2us │     2 ACK ack=3454665024 with    │ 287.0us\n"
"  305.2us   FIN_WAIT2 │◀─── 3 FIN seq=3118697900 ────────┤ LAST_ACK    297.6us\n"
"                3.6us │                                  │ 21.9us\n"
"  308.8us   TIME_WAIT ├──── 4 ACK ack=3118697901 ───────▶┴ CLOSE       319.5us\n"
"              60.610s │\n"
"  60.611s       CLOSE ┴ expired\n");
}

static void crosses_with_absolute_numbers(void **state)
{
	drawing.style.absolute = true;
	drawing.style.unicode = false;
	(void)state;
	drawing_crossing();
	drawing_expect(
"00:00:01.000  ended: fin  closed first: both\n"
"x = 3454665023, y = 3118697900\n"
"\n"
"10.0.0.1:40000                                                     192.0.2.7:443\n"
"curl, pid 612                                                     nginx, pid 598\n"
"\n"
"          ESTABLISHED |                                  | ESTABLISHED\n"
"                      |                                  |\n"
"                      | 1 FIN seq=3454665023             |\n"
"                      |             3 FIN seq=3118697900 |\n"
"        0   FIN_WAIT1 |---------------. .----------------| FIN_WAIT1   2.0us\n"
"              305.0us |                X                 | 304.0us\n"
"  305.0us     CLOSING |<--------------' '--------------->| CLOSING     306.0us\n"
"              300.0us |                                  | 300.0us\n"
"  605.0us   TIME_WAIT |<--- 2 ACK ack=3454665024 --------|\n"
"              60.610s |                                  |\n"
"                      |---- 4 ACK ack=3118697901 ------->| TIME_WAIT   606.0us\n"
"                      |                                  | 60.610s\n"
"  60.611s       CLOSE + expired                          |\n"
"                                                         |\n"
"                                                 expired + CLOSE       60.611s\n");
}

static void paints(void **state)
{
	drawing.style.colour = true;
	(void)state;
	drawing_reset();
	drawing_expect(
"\033[1m00:00:01.000  ended: rst-sent (linger-0)  closed first: none\033[0m\n"
"\n"
"10.0.0.1:40000                                                     192.0.2.7:443\n"
"curl, pid 612                                                                  -\n"
"\n"
"          \033[1mESTABLISHED \033[0m│                                  │ \033[1mESTABLISHED\033[0m\n"
"                      │                                  │\n"
"        \033[2m0       \033[0m\033[1mCLOSE \033[0m└\033[1;31m──── RST (linger-0) ─────────────▶\033[0m┴ \033[1mCLOSE       \033[0m\033[2m20.0us\033[0m\n");
}

static void escapes_names(void **state)
{
	struct tcpfin_event ev = drawing_of(0, STATE, ESTAB, FW1, 0);

	(void)state;
	drawing_put(fixture_task(ev, 4194304,
		       "\033[2J\n\xff\xfe\t\001\002\003\004\005\006\007\010"));
	drawing_step(0, STATE, FW1, FW2, MS);
	drawing_put(
		drawing_because(drawing_of(0, DEATH, FW2, TCP_CLOSE, 60 * SEC),
				TCPFIN_REASON_EXPIRED, 0));
	drawing_expect(
"00:00:01.000  ended: fin-wait-2-timeout  closed first:\n"
"\\x1b[2J\\x0a\\xff\\xfe\\x09\\x01\\x02\\x03\\x04\\x05\\x06\\x07\\x08, pid 4194304\n"
"x = 3454665023, y = -\n"
"\n"
"10.0.0.1:40000                                                     192.0.2.7:443\n"
"\\x1b[2J\\x0a\\xff\\xfe\\x09\\x01\\x02\\x03\\x04\\x05\\x06\\x07\\x08, pid 4194304\n"
"                                                              other end not seen\n"
"\n"
"          ESTABLISHED │                                  ┊ ?\n"
"                      │                                  ┊\n"
"        0   FIN_WAIT1 ├──── 1 FIN seq=x ────────────────▶┊\n"
"              1.000ms │                                  ┊\n"
"  1.000ms   FIN_WAIT2 │◀─── 2 ACK ack=x+1 ───────────────┊\n"
"              59.999s │                                  ┊\n"
"  60.000s       CLOSE ┴ expired                          ┊\n");
}

/* Below 80 columns the times have no room, and long lines are broken between words. */
static void fits_a_narrow_terminal(void **state)
{
	static const char narrow[] =
"00:00:01.000  ended: rst-sent (linger-0)  closed first: none\n"
"\n"
"10.0.0.1:40000                                 192.0.2.7:443\n"
"curl, pid 612                                              -\n"
"\n"
"ESTABLISHED │                                  │ ESTABLISHED\n"
"            │                                  │\n"
"      CLOSE └──── RST (linger-0) ─────────────▶┴ CLOSE\n";

	(void)state;
	drawing.style.columns = 60;
	drawing_reset();
	drawing_expect(narrow);
}

static void draws_no_narrower_than_60(void **state)
{
	(void)state;
	drawing.style.columns = 20;
	drawing_ordinary_close();
	drawing_expect(
"00:00:01.000  ended: fin  closed first: curl, pid 612\n"
"x = 3454665023, y = 3118697900\n"
"\n"
"10.0.0.1:40000                                 192.0.2.7:443\n"
"curl, pid 612                                 nginx, pid 598\n"
"\n"
"ESTABLISHED │                                  │ ESTABLISHED\n"
"            │                                  │\n"
"  FIN_WAIT1 ├──── 1 FIN seq=x ────────────────▶│ CLOSE_WAIT\n"
"    305.2us │                                  │ 287.0us\n"
"  FIN_WAIT2 │◀─── 2+3 FIN seq=y ACK ack=x+1 ───┤ LAST_ACK\n"
"      3.6us │                                  │ 21.9us\n"
"  TIME_WAIT ├──── 4 ACK ack=y+1 ──────────────▶┴ CLOSE\n"
"    60.610s │\n"
"      CLOSE ┴ expired\n");
}

static struct tcpfin_event long_ipv6(struct tcpfin_event ev)
{
	ev.family = AF_INET6;
	memset(ev.laddr, 0xfd, sizeof(ev.laddr));
	memset(ev.raddr, 0xfd, sizeof(ev.raddr));
	ev.laddr[15] = ev.cookie == 1 ? 1 : 2;
	ev.raddr[15] = ev.cookie == 1 ? 2 : 1;
	ev.netns = 4026531840U + (uint32_t)ev.cookie;
	return ev;
}

static void puts_long_addresses_on_own_lines(void **state)
{
	struct tcpfin_event ev;

	(void)state;
	ev = drawing_because(drawing_by(drawing_of(0, STATE, ESTAB, TCP_CLOSE, 0)),
		     TCPFIN_REASON_ABORTED, TCPFIN_CAUSE_UNREAD_DATA);
	ev.flags |= TCPFIN_F_RST;
	drawing_put(long_ipv6(ev));
	drawing_put(long_ipv6(drawing_because(
		drawing_of(1, STATE, ESTAB, TCP_CLOSE, 20 * US),
		TCPFIN_REASON_RST_RCVD, 0)));
	drawing_expect(
"00:00:01.000  ended: rst-sent (unread-data)  closed first: none\n"
"\n"
"[fdfd:fdfd:fdfd:fdfd:fdfd:fdfd:fdfd:fd01]:40000\n"
"                                   [fdfd:fdfd:fdfd:fdfd:fdfd:fdfd:fdfd:fd02]:443\n"
"curl, pid 612                                                                  -\n"
"netns 4026531841                                                netns 4026531842\n"
"\n"
"          ESTABLISHED │                                  │ ESTABLISHED\n"
"                      │                                  │\n"
"        0       CLOSE └──── RST (unread-data) ──────────▶┴ CLOSE       20.0us\n");
}

/* The container of an end stands below its process. */
static void names_containers(void **state)
{
	struct tcpfin_event ev;

	(void)state;
	ev = drawing_because(drawing_by(drawing_of(0, STATE, ESTAB, TCP_CLOSE, 0)),
			     TCPFIN_REASON_ABORTED, TCPFIN_CAUSE_UNREAD_DATA);
	ev.flags |= TCPFIN_F_RST | TCPFIN_F_OWNER;
	ev.cgroup = FIXTURE_CGROUP + 1;
	drawing_put(ev);
	ev = drawing_because(drawing_of(1, STATE, ESTAB, TCP_CLOSE, 20 * US),
			     TCPFIN_REASON_RST_RCVD, 0);
	ev.flags |= TCPFIN_F_OWNER;
	ev.cgroup = FIXTURE_CGROUP;
	drawing_put(ev);
	drawing_expect(
"00:00:01.000  ended: rst-sent (unread-data)  closed first: none\n"
"\n"
"10.0.0.1:40000                                                     192.0.2.7:443\n"
"curl, pid 612                                                                  -\n"
"                                                          container 3f2a9c1b7d10\n"
"\n"
"          ESTABLISHED │                                  │ ESTABLISHED\n"
"                      │                                  │\n"
"        0       CLOSE └──── RST (unread-data) ──────────▶┴ CLOSE       20.0us\n");
}

static void draws_an_open_connection(void **state)
{
	(void)state;
	drawing_put(drawing_by(drawing_of(0, STATE, ESTAB, FW1, 0)));
	drawing_step(1, STATE, ESTAB, CW, 10 * US);
	drawing_step(0, STATE, FW1, FW2, 30 * US);
	pairing_open(drawing.pairing, drawing_draw, NULL);
	drawing_expect(
"00:00:01.000  still closing  closed first: curl, pid 612\n"
"x = 3454665023, y = -\n"
"\n"
"10.0.0.1:40000                                                     192.0.2.7:443\n"
"curl, pid 612                                                                  -\n"
"\n"
"          ESTABLISHED │                                  │ ESTABLISHED\n"
"                      │                                  │\n"
"        0   FIN_WAIT1 ├──── 1 FIN seq=x ────────────────▶│ CLOSE_WAIT  10.0us\n"
"               30.0us │                                  │\n"
"   30.0us   FIN_WAIT2 │◀─── 2 ACK ack=x+1 ───────────────┤\n"
"                      ⋮                                  ⋮\n"
"still in FIN_WAIT2 for 98.999s: 10.0.0.1:40000\n"
"still in CLOSE_WAIT for 98.999s: 192.0.2.7:443\n");
}

static struct tcpfin_event life[7];

/* An ordinary close without its last event. */
static void make_life(void)
{
	life[0] = drawing_of(0, STATE, ESTAB, FW1, 0);
	life[1] = drawing_of(1, STATE, ESTAB, CW, 10 * US);
	life[2] = drawing_of(1, STATE, CW, TCP_LAST_ACK, 20 * US);
	life[3] = drawing_of(0, STATE, FW1, FW2, 30 * US);
	life[4] = drawing_of(0, BIRTH, FW2, TW, 31 * US);
	life[5] = drawing_of(1, STATE, TCP_LAST_ACK, TCP_CLOSE, 40 * US);
	life[6] = drawing_because(drawing_of(0, DEATH, TW, TCP_CLOSE, 60 * SEC),
			  TCPFIN_REASON_EXPIRED, 0);
}

static void run(const struct ladder_options *opts, size_t events)
{
	struct item items[8] = {
		{ .type = ITEM_LOST, .cpu = 3, .count = 12 },
	};
	struct script script;
	size_t i;

	make_life();
	for (i = 0; i < events; i++)
		items[1 + i] = (struct item)SCRIPT_EVENT(&life[i]);
	script_init(&script, items, 1 + events);
	assert_int_equal(ladder_command.view(&script.src, opts, drawing.out), 0);
	fflush(drawing.out);
}

static void draws_ended_connections_and_losses(void **state)
{
	const struct ladder_options opts = { .ended = true };

	(void)state;
	run(&opts, 7);
	assert_ptr_equal(strstr(drawing.text, "lost 12 (cpu 3)\n"), drawing.text);
	assert_non_null(strstr(drawing.text, "  ended: fin  closed first: 10.0.0.1:"));
	assert_non_null(strstr(drawing.text, "  60.000s       CLOSE + expired\n"));
}

static void draws_both_ends_of_an_open_connection(void **state)
{
	const struct ladder_options opts = { .selection.open = true };

	(void)state;
	run(&opts, 6);
	assert_non_null(strstr(drawing.text, "  closed, TIME_WAIT runs  closed first: "));
	assert_non_null(strstr(drawing.text, ">+ CLOSE       40.0us\n"));
}

static void draws_only_open_connections_if_asked(void **state)
{
	const struct ladder_options opts = { .selection.open = true };

	(void)state;
	run(&opts, 7);
	assert_string_equal(drawing.text, "lost 12 (cpu 3)\n");
}

static void draws_only_chosen_connections(void **state)
{
	struct ladder_options opts = {
		.ended = true, .selection.families = FAMILY_6,
	};

	(void)state;
	run(&opts, 7);
	assert_string_equal(drawing.text, "lost 12 (cpu 3)\n");
}

/* Play events of life[] from the rings, by their digits; "-" is a pause. */
static void run_live(const struct ladder_options *opts, const char *order)
{
	struct item items[10];
	struct script script;
	size_t n;

	make_life();
	for (n = 0; order[n]; n++)
		items[n] = order[n] == '-' ?
			   (struct item){ .type = ITEM_IDLE } :
			   (struct item)SCRIPT_EVENT(&life[order[n] - '0']);
	script_init(&script, items, n);
	script.src.live = true;
	script.now_ns = 2 * SEC;
	assert_int_equal(ladder_command.view(&script.src, opts, drawing.out), 0);
	fflush(drawing.out);
}

#define END_LINE	"\n00:01:01.000  TIME_WAIT of 10.0.0.1:40000 to 192.0.2.7:443 ended after 59.999s: expired\n"

static void draws_at_wave_4(void **state)
{
	const struct ladder_options opts = { .ended = true };

	(void)state;
	run_live(&opts, "012345-6");
	assert_non_null(strstr(drawing.text,
		"00:00:01.000  closed, TIME_WAIT runs  closed first: 10.0.0.1:40000\n"));
	assert_non_null(strstr(drawing.text,
		"still in TIME_WAIT for 999.969ms: 10.0.0.1:40000\n" END_LINE));
	assert_null(strstr(drawing.text, "ended: fin"));
}

/* An end whose peer was not seen need not wait for wave 4 to arrive. */
static void draws_the_only_end_at_once(void **state)
{
	const struct ladder_options opts = { .ended = true };

	(void)state;
	run_live(&opts, "034-6");
	assert_non_null(strstr(drawing.text, "  closed, TIME_WAIT runs  "));
	assert_non_null(strstr(drawing.text, END_LINE));
}

static unsigned int count(const char *what)
{
	const char *at = drawing.text;
	unsigned int n = 0;

	while ((at = strstr(at, what))) {
		at += strlen(what);
		n++;
	}
	return n;
}

/* The last ACK is under way in the first pause: the picture waits for it. */
static void waits_for_wave_4(void **state)
{
	const struct ladder_options opts = { .ended = true };

	(void)state;
	run_live(&opts, "01234-5--6");
	assert_int_equal(count("  closed, TIME_WAIT runs  "), 1);
	assert_int_equal(count("CLOSE       40.0us"), 1);
	assert_int_equal(count(END_LINE), 1);
}

/* TIME_WAIT is over before the next pause. */
static void draws_once_at_the_end(void **state)
{
	const struct ladder_options opts = { .ended = true };

	(void)state;
	run_live(&opts, "01234-56");
	assert_null(strstr(drawing.text, "TIME_WAIT runs"));
	assert_non_null(strstr(drawing.text, "  ended: fin  closed first: 10.0.0.1:"));
	assert_null(strstr(drawing.text, END_LINE));
}

/* Of a connection that is not chosen until TIME_WAIT has ended, all is drawn then. */
static void draws_late_what_is_chosen_late(void **state)
{
	char word[] = "reason", value[] = "expired";
	char *const words[] = { word, value };
	struct ladder_options opts = { .ended = true };
	struct filter_error error;

	(void)state;
	assert_true(filter_parse(2, words, &opts.selection.filter, &error));
	run_live(&opts, "012345-6");
	filter_free(opts.selection.filter);
	assert_non_null(strstr(drawing.text, "  ended: fin  closed first: 10.0.0.1:"));
	assert_null(strstr(drawing.text, END_LINE));
}

/* -c 1 is for the whole connection. */
static void counts_ended_connections(void **state)
{
	const struct ladder_options opts = {
		.ended = true, .selection.count = 1,
	};

	(void)state;
	run_live(&opts, "012345-6");
	assert_non_null(strstr(drawing.text, END_LINE));
}

static void explains_in_json(void **state)
{
	const struct ladder_options opts = {
		.ended = true, .selection.json = true,
	};
	struct json_object *obj, *list;

	(void)state;
	run_live(&opts, "012345-6");
	obj = json_tokener_parse(drawing.text);
	assert_true(json_object_object_get_ex(obj, "explanation", &list));
	assert_int_equal(json_object_array_length(list), 6);
	assert_ptr_equal(strstr(json_object_get_string(json_object_array_get_idx(list, 0)),
				"wave 1: 10.0.0.1:40000 closed first"),
			 json_object_get_string(json_object_array_get_idx(list, 0)));
	assert_true(json_object_object_get_ex(obj, "x", &list));
	json_object_put(obj);
}

static void explains_below_the_picture(void **state)
{
	const struct ladder_options opts = { .ended = true, .explain = true };

	(void)state;
	run_live(&opts, "012345-6");
	assert_non_null(strstr(drawing.text, "\n\nwave 1      10.0.0.1:40000 closed first"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, drawing_setup, drawing_teardown)
		TEST(draws_in_ascii),
		TEST(prints_absolute_numbers),
		TEST(crosses_with_absolute_numbers),
		TEST(paints),
		TEST(escapes_names),
		TEST(fits_a_narrow_terminal),
		TEST(draws_no_narrower_than_60),
		TEST(puts_long_addresses_on_own_lines),
		TEST(names_containers),
		TEST(draws_an_open_connection),
		TEST(draws_ended_connections_and_losses),
		TEST(draws_both_ends_of_an_open_connection),
		TEST(draws_only_open_connections_if_asked),
		TEST(draws_only_chosen_connections),
		TEST(draws_at_wave_4),
		TEST(draws_the_only_end_at_once),
		TEST(waits_for_wave_4),
		TEST(draws_once_at_the_end),
		TEST(draws_late_what_is_chosen_late),
		TEST(counts_ended_connections),
		TEST(explains_in_json),
		TEST(explains_below_the_picture),
	};

	return RUN_TESTS(tests);
}
