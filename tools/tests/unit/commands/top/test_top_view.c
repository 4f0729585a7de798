// SPDX-License-Identifier: GPL-2.0
/* The layout of "top", and its keys. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "commands/top/layout.h"
#include "fixtures.h"

static struct tcpfin_header header;
static struct top_frame frame;
static struct top_view view;
static struct top_page page;

static struct top_row *add_row(struct top_list *list, uint64_t cookie,
			       uint8_t state, uint64_t age_ns)
{
	struct top_row *row = &list->row[list->count++];

	memset(row, 0, sizeof(*row));
	row->netns = 1;
	row->sock = (struct held_socket){
		.cookie = cookie, .state = state, .age_ns = age_ns,
		.exact = true, .family = AF_INET, .lport = 8080,
		.rport = (uint16_t)(40000 + cookie), .pid = 100,
		.raddr = { 192, 0, 2, 7 }, .comm = "server",
	};
	list->all = list->count;
	return row;
}

/* Three waiting sockets, oldest first, and two ended ones, latest first. */
static int set_up(void **state)
{
	struct top_row *row;

	(void)state;
	memset(&frame, 0, sizeof(frame));
	frame.names = &header;
	frame.now_ns = 1000 * SEC;
	frame.wall_ns = 1000 * SEC;
	frame.first_ns = 900 * SEC;
	frame.live = true;
	frame.ports = optional_of(true, 28232);
	frame.minis = optional_of(true, 500);
	frame.max_tw_buckets = optional_of(true, 1000);
	row = add_row(&frame.waiting, 1, TCP_CLOSE_WAIT, 7500 * SEC);
	row->sock.exact = false;
	row = add_row(&frame.waiting, 2, TCP_FIN_WAIT2, 75 * SEC);
	row->by_owner = true;
	memcpy(row->sock.comm, "a client", 9);
	row = add_row(&frame.waiting, 3, TCP_CLOSE_WAIT, 2 * SEC);
	row->sock.pid = 0;
	row = add_row(&frame.ended, 4, 0, 0);
	row->ended_ns = 999 * SEC;
	row->how = HOW_FIN;
	row->time_wait = optional_of(true, 60500 * MS);
	row = add_row(&frame.ended, 5, 0, 0);
	row->ended_ns = 990 * SEC;
	row->how = HOW_RST_RCVD;
	top_view_init(&view);
	view.rows = TOP_ROWS_MIN;
	view.columns = TOP_COLUMNS_MIN;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	free(view.text);
	return 0;
}

static void lay_out(void)
{
	top_arrange(&view, &frame);
	top_layout(&frame, &view, &page);
}

/* The row that contains @want; it must exist. */
static unsigned int find(const char *want)
{
	unsigned int i;

	for (i = 0; i < page.count; i++)
		if (strstr(page.row[i], want))
			return i;
	for (i = 0; i < page.count; i++)
		print_message("%s\n", page.row[i]);
	fail_msg("no row with '%s'", want);
	return 0;
}

static bool has(const char *what)
{
	unsigned int i;

	for (i = 0; i < page.count; i++)
		if (strstr(page.row[i], what))
			return true;
	return false;
}

static void press(int key)
{
	assert_int_equal(top_take_key(&view, key), TOP_NOTHING);
	lay_out();
}

static void expect_selected(uint64_t cookie)
{
	const struct top_row *row = top_selected(&view);

	assert_non_null(row);
	assert_int_equal(row->sock.cookie, cookie);
}

static void shows_who_waits(void **state)
{
	(void)state;
	lay_out();
	assert_string_equal(page.row[find("~2h05m")],
		"CLOSE_WAIT   ~2h05m server          100        8080 192.0.2.7:40001");
	assert_string_equal(page.row[find("1m15s")],
		"FIN_WAIT2     1m15s a client        (100)      8080 192.0.2.7:40002");
	assert_string_equal(page.row[find("2.0s")],
		"CLOSE_WAIT     2.0s -               -          8080 192.0.2.7:40003");
	frame.waiting.row[0].sock.age_ns = 0;
	lay_out();
	find("CLOSE_WAIT        - server");
}

static void shows_what_ended(void **state)
{
	(void)state;
	view.ended = true;
	lay_out();
	find("ended last, latest first: 2 of 2");
	assert_string_equal(page.row[find("fin      ")],
		"fin                  1.0s    60.5s server   100       8080 192.0.2.7:40004");
	find("rst-received        10.0s        -");
}

static void shows_states_and_rates(void **state)
{
	(void)state;
	frame.now[TCP_TIME_WAIT] = optional_of(true, 499);
	frame.counts.in[TCP_TIME_WAIT] = 1300;
	frame.before.in[TCP_TIME_WAIT] = 300;
	frame.counts.ended[HOW_FIN] = 20;
	frame.counts.ended[HOW_TIMEOUT] = 30;
	frame.before.ended[HOW_TIMEOUT] = 29;
	frame.counts.in[TCP_ESTABLISHED] = 5;
	lay_out();
	find("TIME_WAIT         499        -        -");
	frame.span_ns = 2 * SEC;
	lay_out();
	find("TIME_WAIT         499    500.0      0.0");
	/* Steps that are not recorded have no rate. */
	find("ESTABLISHED         -        -      0.0   timeout                   30      0.5");
	find("FIN_WAIT1           -      0.0      0.0   fin                       20     10.0");
	frame.opened = true;
	lay_out();
	find("ESTABLISHED         -      2.5");
}

static void puts_rare_ways_together(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < HOWS; i++)
		frame.counts.ended[i] = 100 - i;
	lay_out();
	find("   not known                100");
	find("   other ways               637");
}

static void shows_places(void **state)
{
	(void)state;
	lay_out();
	assert_int_equal(page.style[find("500 of 1000, 50%")], TOP_STYLE_PLAIN);
	find("[####################....................]");
	frame.minis.value = 800;
	lay_out();
	assert_int_equal(page.style[find("800 of 1000")],
			 TOP_STYLE_WARNING);
	frame.minis.value = 950;
	lay_out();
	assert_int_equal(page.style[find("950 of 1000")], TOP_STYLE_CRITICAL);
	frame.max_tw_buckets = optional_of(false, 0);
	lay_out();
	find("TIME_WAIT places  950 of -");
}

static void shows_why_time_wait_ended(void **state)
{
	struct reason_counts *ends = &frame.counts.steps.tw_ends;

	(void)state;
	lay_out();
	find("TIME_WAIT ended   none yet");
	frame.span_ns = SEC;
	ends->by_reason[TCPFIN_REASON_EXPIRED] = 900;
	ends->by_reason[TCPFIN_REASON_CALLER] = 2;
	ends->by_caller[1] = 2;
	memcpy(header.caller[1], "some\nfunction", 14);
	lay_out();
	find("expired 900 (900.0/s), some\\x0afunction 2 (2.0/s)");
}

static void shows_loss(void **state)
{
	(void)state;
	lay_out();
	assert_int_equal(page.style[find("lost: overwritten 0, ")],
			 TOP_STYLE_PLAIN);
	frame.losses.missed = 7;
	frame.elsewhere = 3;
	lay_out();
	assert_int_equal(page.style[find("missed 7, unmatched 0, forgotten 0; elsewhere 3 steps")],
			 TOP_STYLE_WARNING);
	frame.losses = (struct losses){ .unreached = 6 };
	frame.elsewhere = 0;
	lay_out();
	assert_int_equal(page.style[find("lost: overwritten 0, missed 0, unmatched 0, unreached 6, forgotten 0")],
			 TOP_STYLE_WARNING);
	frame.losses = (struct losses){ .lost = 9, .no_ring = 4 };
	lay_out();
	assert_int_equal(page.style[find("lost: overwritten 5, missed 0, unmatched 0, no ring 4, ")],
			 TOP_STYLE_WARNING);
	frame.stopped = true;
	lay_out();
	assert_int_equal(page.style[find("kprobes are switched off")],
			 TOP_STYLE_CRITICAL);
	frame.gone = true;
	lay_out();
	find("the module was unloaded");
}

static void shows_ports(void **state)
{
	struct destination *dest = &frame.dest[0];

	(void)state;
	lay_out();
	find("     -  28232    -      -  none");
	frame.dests = 1;
	frame.dest_of[0] = frame.ports;
	dest->ports = 27000;
	dest->time_wait = 26000;
	dest->key = (struct destination_key){
		.family = AF_INET, .laddr = { 10, 0, 0, 1 },
		.raddr = { 192, 0, 2, 7 }, .rport = 443,
	};
	lay_out();
	assert_int_equal(page.style[find(" 27000  28232   95  26000  192.0.2.7:443 from 10.0.0.1")],
			 TOP_STYLE_CRITICAL);
	/* The ports of another network namespace may not be known. */
	frame.dests = 2;
	frame.dest[1] = *dest;
	frame.dest_of[1] = optional_of(false, 0);
	lay_out();
	find(" 27000      -    -  26000  192.0.2.7:443");
	frame.dests = 1;
	/* A recording does not tell which sockets are open. */
	frame.live = false;
	frame.dest_of[0] = optional_of(false, 0);
	lay_out();
	find("     -      -    -  26000  192.0.2.7:443");
}

/* With several network namespaces each line tells its own; one without right is told. */
static void shows_namespaces(void **state)
{
	struct netns list[3] = {
		{ .inode = 1, .name = "a\nlonger name" }, { .inode = 4026532000 },
	};
	const struct netns_list all = { .list = list, .count = 2 };

	(void)state;
	frame.namespaces = &all;
	frame.places_netns = 4026532000;
	frame.waiting.row[1].netns = 4026532000;
	frame.ended.row[0].netns = 7;
	lay_out();
	find("500 of 1000, 50% 4026532000");
	assert_false(has("not seen"));
	assert_string_equal(page.row[find("STATE           AGE")],
		"STATE           AGE C-COMM   PID       NETNS      LPORT REMOTE");
	assert_string_equal(page.row[find("~2h05m")],
		"CLOSE_WAIT   ~2h05m server   100       a\\x0alonge  8080 192.0.2.7:40001");
	assert_string_equal(page.row[find("1m15s")],
		"FIN_WAIT2     1m15s a client (100)     4026532000  8080 192.0.2.7:40002");
	view.ended = true;
	lay_out();
	assert_string_equal(page.row[find("HOW  ")],
		"HOW                   AGO       TW C-COMM   PID      NETNS      REMOTE");
	assert_string_equal(page.row[find("fin      ")],
		"fin                  1.0s    60.5s server   100      7          192.0.2.7:40004");
	/* Where both addresses have room, so have whole names. */
	view.ended = false;
	view.columns = 115;
	lay_out();
	find("FIN_WAIT2     1m15s a client        (100)     4026532000 0.0.0.0:8080           192.0.2.7:40002");
	view.columns = 114;
	lay_out();
	find("FIN_WAIT2     1m15s a client (100)     4026532000  8080 192.0.2.7:40002");
	frame.dests = 1;
	frame.dest[0].key = (struct destination_key){
		.family = AF_INET, .raddr = { 192, 0, 2, 7 }, .rport = 443,
		.netns = 1,
	};
	frame.unseen = 1;
	frame.unseen_netns = 4026532000;
	strcpy(frame.why_not, "no right");
	list[1].pid = 77;
	strcpy(list[1].comm, "nginx");
	lay_out();
	find("192.0.2.7:443 from 0.0.0.0 in a\\x0alonge");
	assert_int_equal(page.style[find("not seen: 1 of 2 network namespaces, of nginx (pid 77) (4026532000): no right")],
			 TOP_STYLE_WARNING);
	find("lost: ");
	assert_int_equal(page.count, view.rows);
	/* Of the only one it stands in place of what was lost. */
	frame.namespaces = NULL;
	lay_out();
	assert_int_equal(page.style[find("no right")], TOP_STYLE_CRITICAL);
	assert_false(has("NETNS"));
}

/* The whole page on the smallest screen, and on a large one. */
static void fills_the_screen(void **state)
{
	unsigned int i, n;

	(void)state;
	for (i = 0; i < 100; i++)
		add_row(&frame.waiting, 10 + i, TCP_CLOSE_WAIT, SEC)->sock
			.family = AF_INET6;
	frame.dests = FACTS_WORST_MAX;
	for (n = 24; n <= 60; n += 9) {
		view.rows = n;
		lay_out();
		assert_int_equal(page.count, n);
		find("PORTS");
		assert_int_equal(page.style[n - 1], TOP_STYLE_KEYS);
		assert_true(view.page >= 5);
		for (i = 0; i < n; i++)
			assert_true(strlen(page.row[i]) <= view.columns);
	}
	view.rows = 23;
	lay_out();
	assert_int_equal(page.count, 1);
	find("too small: 80x23, it takes 80x24");
	view.rows = 24;
	view.columns = 79;
	lay_out();
	find("too small");
}

static void tells_what_is_not_shown(void **state)
{
	unsigned int i;

	(void)state;
	lay_out();
	assert_false(has("not shown"));
	for (i = 0; i < 40; i++)
		add_row(&frame.waiting, 10 + i, TCP_CLOSE_WAIT, SEC);
	frame.dests = FACTS_WORST_MAX;
	lay_out();
	assert_int_equal(view.page, 5);
	find("oldest first: 43 of 43 (38 not shown)");
	assert_int_equal(FACTS_WORST_MAX, 10);
	find("DESTINATION (7 not shown)");
	view.rows = 0;
	view.columns = 0;
	lay_out();
	find("oldest first: 43 of 43 (23 not shown)");
	assert_false(has("DESTINATION ("));
}

/* A wide screen has a longer bar, whole names, and both ends of a connection. */
static void uses_a_wide_screen(void **state)
{
	struct top_row *row = &frame.ended.row[0];

	(void)state;
	memcpy(frame.waiting.row[0].sock.laddr, (uint8_t[]){ 10, 0, 0, 1 }, 4);
	memcpy(row->sock.laddr, (uint8_t[]){ 10, 0, 0, 1 }, 4);
	memcpy(row->sock.comm, "fifteen letters", 16);
	view.columns = 120;
	lay_out();
	find("[########################################........................................] 500 of 1000");
	assert_string_equal(page.row[find("~2h05m")],
		"CLOSE_WAIT   ~2h05m server          100       10.0.0.1:8080                  192.0.2.7:40001");
	assert_string_equal(page.row[find("STATE           AGE")],
		"STATE           AGE C-COMM          PID       LOCAL                          REMOTE");
	press('\t');
	assert_string_equal(page.row[find("fin      ")],
		"fin                  1.0s    60.5s fifteen letters 100      10.0.0.1:8080                  192.0.2.7:40004");
	find("HOW                   AGO       TW C-COMM          PID      LOCAL ");
}

/* --batch: no limit of rows, and no keys. */
static void prints_without_a_screen(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < 100; i++)
		add_row(&frame.waiting, 10 + i, TCP_CLOSE_WAIT, SEC);
	view.rows = 0;
	view.columns = 0;
	lay_out();
	assert_int_equal(page.count, 12 + 2 + 2 + 20);
	for (i = 0; i < page.count; i++)
		assert_int_not_equal(page.style[i], TOP_STYLE_SELECTED);
	assert_false(has("quit"));
}

/* Names of processes are escaped. */
static void escapes_names(void **state)
{
	struct top_row *row = &frame.waiting.row[0];
	unsigned int i, j;

	(void)state;
	memset(row->sock.comm, 0x1b, sizeof(row->sock.comm));
	row->sock.state = 200;
	view.states = UINT32_MAX;
	frame.waiting.row[1].sock.family = 77;
	lay_out();
	find("\\x1b\\x1b");
	for (i = 0; i < page.count; i++)
		for (j = 0; page.row[i][j]; j++)
			assert_in_range(page.row[i][j], ' ', '~');
}

static void sorts(void **state)
{
	(void)state;
	lay_out();
	expect_selected(1);
	assert_string_equal(top_sort_name(&view), "oldest first");
	press('r');
	expect_selected(3);
	assert_string_equal(top_sort_name(&view), "youngest first");
	press('r');
	press('s');
	expect_selected(2);
	find("by process");
	press('s');
	expect_selected(1);
	find("by remote address");
	press('s');
	expect_selected(1);
	press('r');
	expect_selected(2);
	find("by state");
}

static void chooses_states(void **state)
{
	(void)state;
	lay_out();
	find("CLOSE_WAIT and FIN_WAIT2, oldest first: 3 of 3");
	press('f');
	find("CLOSE_WAIT, oldest first: 2 of 3");
	assert_false(has("40002"));
	press('f');
	find("FIN_WAIT2, oldest first: 1 of 3");
	assert_false(has("40001"));
	press('f');
	find("3 of 3");
	press('\t');
	find("ended last");
	press('\t');
	find("3 of 3");
}

/* The selection stays with the connection when the list changes. */
static void selection_stays(void **state)
{
	(void)state;
	lay_out();
	press(TOP_KEY_DOWN);
	expect_selected(2);
	assert_int_equal(page.style[find("40002")], TOP_STYLE_SELECTED);
	assert_int_equal(page.style[find("40001")], TOP_STYLE_PLAIN);
	add_row(&frame.waiting, 9, TCP_CLOSE_WAIT, 9999 * SEC);
	lay_out();
	expect_selected(2);
	/* The selected connection is gone: the next one is selected. */
	frame.waiting.row[1].sock.cookie = 50;
	lay_out();
	expect_selected(50);
	press('k');
	press('k');
	press('k');
	expect_selected(9);
	press(TOP_KEY_END);
	expect_selected(3);
	press('j');
	expect_selected(3);
	frame.waiting.count = 0;
	lay_out();
	assert_null(top_selected(&view));
	press('j');
}

/* Waiting connections of two programs, one of them in two processes. */
static void groups_by_process(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < 3; i++)
		add_row(&frame.waiting, 20 + i, TCP_CLOSE_WAIT, (90 + i) * SEC)->sock.pid =
			200 + i / 2;
	press('g');
	find("by process, most first: 6 of 6");
	find("STATE               COUNT  OLDEST C-COMM          PID");
	find("CLOSE_WAIT              5   2h05m server          4 pids");
	find("FIN_WAIT2               1   1m15s a client        (100)");
	expect_selected(1);
	press('j');
	expect_selected(2);
	press('r');
	find("by process, fewest first");
	expect_selected(2);
	press('g');
	find("AGE C-COMM");
	press('g');
	press('\t');
	find("HOW                 COUNT  LATEST C-COMM          PID");
	find("fin                     1    1.0s server          100");
	find("rst-received            1   10.0s server          100");
}

static void scrolls(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < 50; i++)
		add_row(&frame.waiting, 10 + i, TCP_CLOSE_WAIT, SEC);
	lay_out();
	assert_int_equal(view.page, 7);
	press(TOP_KEY_PAGE_DOWN);
	expect_selected(14);
	find("40014");
	assert_false(has(":40001"));
	press(TOP_KEY_HOME);
	find(":40001");
	press(TOP_KEY_END);
	find(":40059");
	/* A higher screen scrolls back rather than show empty rows. */
	view.rows = 44;
	lay_out();
	find(":40059");
	assert_int_equal(view.first + view.page, 53);
}

static void takes_a_filter(void **state)
{
	const char *at = "dport = :443";

	(void)state;
	press('/');
	for (; *at; at++)
		press(*at);
	press('x');
	press(TOP_KEY_BACKSPACE);
	press(0x80);
	assert_string_equal(page.row[page.count - 1], "filter: dport = :443_");
	/* Letters are text of the filter, not commands. */
	press('q');
	press(TOP_KEY_BACKSPACE);
	assert_int_equal(top_take_key(&view, TOP_KEY_ENTER), TOP_FILTER);
	/* Until the caller has applied it, it is not called the filter. */
	lay_out();
	assert_false(has("filter: dport"));
	memcpy(view.filter, view.input, sizeof(view.filter));
	lay_out();
	find("oldest first: 3 of 3, filter: dport = :443");
	press('/');
	press('6');
	snprintf(view.message, sizeof(view.message), "no such port");
	lay_out();
	assert_int_equal(page.style[find("filter: dport = :4436_  no such port")],
			 TOP_STYLE_WARNING);
	find("oldest first: 3 of 3, filter: dport = :443");
	assert_int_equal(top_take_key(&view, TOP_KEY_ESCAPE), TOP_FILTER);
	assert_string_equal(view.input, "");
	snprintf(view.message, sizeof(view.message), "this is wrong");
	lay_out();
	assert_int_equal(page.style[find("this is wrong")], TOP_STYLE_WARNING);
	press('j');
	assert_false(has("wrong"));
}

static void shows_text(void **state)
{
	char *lines = malloc(1024);
	unsigned int i, len = 0;

	(void)state;
	for (i = 0; i < 60; i++)
		len += (unsigned int)sprintf(lines + len, "line %u\n", i);
	top_show_text(&view, lines);
	lay_out();
	find("line 0");
	find("line 22");
	assert_false(has("line 23"));
	press(TOP_KEY_DOWN);
	assert_false(has("line 0"));
	find("line 23");
	press(TOP_KEY_END);
	find("line 59");
	assert_int_equal(find("line 59"), 22);
	press(TOP_KEY_DOWN);
	assert_int_equal(find("line 59"), 22);
	press('q');
	find("CLOSE_WAIT and FIN_WAIT2");
}

static void wishes(void **state)
{
	(void)state;
	lay_out();
	assert_int_equal(top_take_key(&view, 'q'), TOP_QUIT);
	assert_int_equal(top_take_key(&view, '?'), TOP_HELP);
	assert_int_equal(top_take_key(&view, TOP_KEY_ENTER), TOP_LADDER);
	press('p');
	find("PAUSED");
	press(' ');
	assert_false(has("PAUSED"));
}

static void writes_ages(void **state)
{
	static const struct {
		uint64_t ns;
		const char *want;
	} ages[] = {
		{ 0, "0ms" }, { 999 * MS, "999ms" }, { 59950 * MS, "59.9s" },
		{ 60 * SEC, "1m00s" }, { 3599 * SEC, "59m59s" },
		{ 3600 * SEC, "1h00m" }, { 86399 * SEC, "23h59m" },
		{ 86400 * SEC, "1d00h" }, { 999 * 86400 * SEC, "999d00h" },
	};
	char buf[SPAN_TEXT_MAX];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ages) / sizeof(ages[0]); i++)
		assert_string_equal(top_age_text(ages[i].ns, buf),
				    ages[i].want);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(shows_who_waits),
		TEST(shows_what_ended),
		TEST(shows_states_and_rates),
		TEST(puts_rare_ways_together),
		TEST(shows_places),
		TEST(shows_why_time_wait_ended),
		TEST(shows_loss),
		TEST(shows_ports),
		TEST(shows_namespaces),
		TEST(fills_the_screen),
		TEST(tells_what_is_not_shown),
		TEST(uses_a_wide_screen),
		TEST(prints_without_a_screen),
		TEST(escapes_names),
		TEST(sorts),
		TEST(chooses_states),
		TEST(selection_stays),
		TEST(groups_by_process),
		TEST(scrolls),
		TEST(takes_a_filter),
		TEST(shows_text),
		TEST(wishes),
		TEST(writes_ages),
	};

	return RUN_TESTS(tests);
}
