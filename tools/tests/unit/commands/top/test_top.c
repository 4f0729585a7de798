// SPDX-License-Identifier: GPL-2.0
/* The model of "top": its frames of given events. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "commands/top/live_sockets.h"
#include "commands/top/model.h"
#include "commands/top/top.h"
#include "fixtures.h"
#include "short_names.h"

static struct script script;
static struct source_ops ops;
static struct top_model *model;
static struct top_frame frame;
static char *text;
static bool late;

/* The sysctls of the machine of the events. */
static void settings(struct source *src, struct sysctl list[SYSCTLS])
{
	static const char values[] = "net.ipv4.tcp_max_tw_buckets=1000\n"
				     "net.ipv4.ip_local_port_range=32768 60999\n";

	(void)src;
	sysctl_parse_all(list, values, sizeof(values));
}

static int set_up(void **state)
{
	char why[NETNS_WHY_MAX];

	(void)state;
	script_init(&script, NULL, 0);
	ops = *script.src.ops;
	ops.sysctls = settings;
	script.src.ops = &ops;
	model = top_model_new(&script.src, NULL, why);
	memset(&frame, 0, sizeof(frame));
	return !model;
}

static int tear_down(void **state)
{
	(void)state;
	top_model_free(model);
	free(text);
	text = NULL;
	return 0;
}

static void put(struct tcpfin_event ev)
{
	const struct item item = {
		.type = ITEM_EVENT, .time_ns = ev.time_ns, .event = &ev,
	};

	top_take(model, &item);
}

static void step(uint8_t kind, uint64_t cookie, uint8_t old, uint8_t new,
		 uint64_t time_ns)
{
	put(fixture_event(kind, cookie, old, new, time_ns));
}

/* This end closes first, and is in TIME_WAIT 3 ms later. */
static void close_one(uint64_t cookie, uint64_t time_ns)
{
	step(STATE, cookie, TCP_ESTABLISHED, TCP_FIN_WAIT1, time_ns);
	step(TCPFIN_KIND_TW_BIRTH, cookie, TCP_FIN_WAIT1, TCP_FIN_WAIT2,
	     time_ns + MS);
	step(TCPFIN_KIND_TW_FLIP, cookie, TCP_FIN_WAIT2, TCP_TIME_WAIT,
	     time_ns + 3 * MS);
}

static void end_one(uint64_t cookie, uint8_t reason, uint64_t time_ns)
{
	struct tcpfin_event ev =
		fixture_event(TCPFIN_KIND_TW_DEATH, cookie, TCP_TIME_WAIT,
			      TCP_CLOSE, time_ns);

	ev.reason = reason;
	put(ev);
}

static void counts_states_and_steps(void **state)
{
	(void)state;
	close_one(1, SEC);
	close_one(2, 2 * SEC);
	step(STATE, 3, TCP_ESTABLISHED, TCP_FIN_WAIT1, 3 * SEC);
	top_renew(model, 3 * SEC, &frame);
	assert_int_equal(frame.now[TCP_TIME_WAIT].value, 2);
	assert_int_equal(frame.now[TCP_FIN_WAIT1].value, 1);
	assert_true(frame.now[TCP_CLOSING].known);
	assert_false(frame.now[TCP_ESTABLISHED].known);
	assert_int_equal(frame.minis.value, 2);
	assert_int_equal(frame.max_tw_buckets.value, 1000);
	assert_int_equal(frame.counts.in[TCP_FIN_WAIT2], 2);
	assert_int_equal(frame.counts.out[TCP_FIN_WAIT2], 2);
	assert_int_equal(frame.counts.out[TCP_ESTABLISHED], 3);
	assert_int_equal(frame.first_ns, SEC);
}

/* A mini-socket that replaces a socket in the same state is no step. */
static void same_state_is_no_step(void **state)
{
	(void)state;
	step(STATE, 1, TCP_FIN_WAIT1, TCP_FIN_WAIT2, SEC);
	step(TCPFIN_KIND_TW_BIRTH, 1, TCP_FIN_WAIT2, TCP_FIN_WAIT2, SEC + 1);
	step(TCPFIN_KIND_TW_EXTEND, 2, TCP_TIME_WAIT, TCP_TIME_WAIT, SEC + 2);
	top_renew(model, 3 * SEC, &frame);
	assert_int_equal(frame.counts.in[TCP_FIN_WAIT2], 1);
	assert_int_equal(frame.counts.out[TCP_FIN_WAIT2], 0);
	assert_int_equal(frame.counts.in[TCP_TIME_WAIT], 0);
	assert_int_equal(frame.counts.steps.fw2_born, 1);
}

/* The first frame of a recording covers all of it, the next what follows. */
static void rates_are_since_the_last_frame(void **state)
{
	(void)state;
	close_one(1, SEC);
	top_renew(model, 3 * SEC, &frame);
	assert_int_equal(frame.span_ns, 2 * SEC);
	assert_int_equal(frame.before.in[TCP_TIME_WAIT], 0);
	close_one(2, 4 * SEC);
	top_renew(model, 8 * SEC, &frame);
	assert_int_equal(frame.span_ns, 5 * SEC);
	assert_int_equal(frame.before.in[TCP_TIME_WAIT], 1);
	assert_int_equal(frame.counts.in[TCP_TIME_WAIT], 2);
}

/*
 * The verdict on an end waits a second for its peer. The connection is counted in the
 * frame that has the step out of TIME_WAIT, and not again in the next one.
 */
static void ends_and_steps_are_of_one_frame(void **state)
{
	(void)state;
	close_one(1, SEC);
	top_renew(model, 3 * SEC, &frame);
	end_one(1, TCPFIN_REASON_EXPIRED, 61 * SEC);
	top_renew(model, 61 * SEC + MS, &frame);
	assert_int_equal(frame.counts.out[TCP_TIME_WAIT], 1);
	assert_int_equal(frame.before.ended[HOW_FIN], 0);
	assert_int_equal(frame.counts.ended[HOW_FIN], 1);
	top_renew(model, 70 * SEC, &frame);
	assert_int_equal(frame.before.ended[HOW_FIN], 1);
	assert_int_equal(frame.counts.ended[HOW_FIN], 1);
}

static void counts_ends_by_reason(void **state)
{
	(void)state;
	close_one(1, SEC);
	close_one(2, SEC);
	close_one(3, SEC);
	end_one(1, TCPFIN_REASON_EXPIRED, 61 * SEC);
	end_one(2, TCPFIN_REASON_TW_REUSE, 62 * SEC);
	top_renew(model, 70 * SEC, &frame);
	assert_int_equal(frame.counts.ended[HOW_FIN], 2);
	assert_int_equal(frame.counts.steps.tw_ends.by_reason[TCPFIN_REASON_EXPIRED],
			 1);
	assert_int_equal(frame.counts.steps.tw_ends.by_reason[TCPFIN_REASON_TW_REUSE],
			 1);
	assert_int_equal(frame.ended.count, 2);
	assert_int_equal(frame.ended.row[0].sock.cookie, 2);
	assert_int_equal(frame.ended.row[0].ended_ns, 62 * SEC);
	assert_true(frame.ended.row[1].time_wait.known);
	assert_int_equal(frame.ended.row[1].time_wait.value, 60 * SEC - 3 * MS);
}

static void lists_the_oldest_first(void **state)
{
	(void)state;
	step(STATE, 1, TCP_ESTABLISHED, TCP_CLOSE_WAIT, 30 * SEC);
	put(fixture_task(fixture_event(STATE, 2, TCP_ESTABLISHED, TCP_FIN_WAIT1,
				       9 * SEC), 7, "curl"));
	step(STATE, 2, TCP_FIN_WAIT1, TCP_FIN_WAIT2, 10 * SEC);
	step(STATE, 3, TCP_ESTABLISHED, TCP_CLOSE_WAIT, 20 * SEC);
	step(STATE, 4, TCP_ESTABLISHED, TCP_CLOSE_WAIT, 21 * SEC);
	step(STATE, 4, TCP_CLOSE_WAIT, TCP_LAST_ACK, 22 * SEC);
	top_renew(model, 40 * SEC, &frame);
	assert_int_equal(frame.waiting.count, 3);
	assert_int_equal(frame.waiting.row[0].sock.cookie, 2);
	assert_int_equal(frame.waiting.row[0].sock.age_ns, 30 * SEC);
	assert_true(frame.waiting.row[0].sock.exact);
	assert_int_equal(frame.waiting.row[0].sock.pid, 7);
	assert_true(frame.waiting.row[0].by_owner);
	assert_int_equal(frame.waiting.row[1].sock.cookie, 3);
	assert_int_equal(frame.waiting.row[2].sock.cookie, 1);
	assert_int_equal(frame.waiting.row[2].sock.pid, 0);
}

/* After a loss it is not known whether the socket still exists. */
static void leaves_out_the_uncertain(void **state)
{
	const struct item lost = {
		.type = ITEM_LOST, .count = 3, .time_ns = 5 * SEC,
	};
	const struct item missed = {
		.type = ITEM_MISSED, .count = 2, .time_ns = 5 * SEC,
	};

	(void)state;
	step(STATE, 1, TCP_ESTABLISHED, TCP_CLOSE_WAIT, SEC);
	top_take(model, &lost);
	top_take(model, &missed);
	top_renew(model, 9 * SEC, &frame);
	assert_int_equal(frame.waiting.count, 0);
	assert_int_equal(frame.now[TCP_CLOSE_WAIT].value, 0);
	assert_int_equal(frame.counts.steps.lost, 3);
	assert_int_equal(frame.counts.steps.missed, 2);
}

static void lists_what_was_chosen(void **state)
{
	struct selection selection = { .families = FAMILY_6 };

	(void)state;
	step(STATE, 1, TCP_ESTABLISHED, TCP_CLOSE_WAIT, SEC);
	close_one(2, SEC);
	end_one(2, TCPFIN_REASON_EXPIRED, 61 * SEC);
	top_renew(model, 70 * SEC, &frame);
	assert_int_equal(frame.waiting.count, 1);
	assert_int_equal(frame.ended.count, 1);
	top_choose(model, &selection);
	top_relist(model, &frame);
	assert_int_equal(frame.waiting.count, 0);
	assert_int_equal(frame.ended.count, 0);
	/* Counts include sockets that the filter leaves out. */
	assert_int_equal(frame.now[TCP_CLOSE_WAIT].value, 1);
	assert_int_equal(frame.counts.ended[HOW_FIN], 1);
	top_choose(model, NULL);
	top_relist(model, &frame);
	assert_int_equal(frame.waiting.count, 1);
}

static void counts_ports_by_destination(void **state)
{
	struct tcpfin_event ev;

	(void)state;
	close_one(1, SEC);
	step(STATE, 2, TCP_ESTABLISHED, TCP_FIN_WAIT1, SEC);
	/* The server's end: the local port is not ephemeral. */
	ev = fixture_event(STATE, 3, TCP_ESTABLISHED, TCP_FIN_WAIT1, SEC);
	ev.lport = 443;
	ev.rport = 40000;
	put(ev);
	top_renew(model, 2 * SEC, &frame);
	assert_int_equal(frame.dests, 1);
	assert_int_equal(frame.dest[0].ports, 2);
	assert_int_equal(frame.dest[0].time_wait, 1);
	assert_int_equal(frame.dest[0].key.rport, 443);
}

static void expect_ladder(const struct top_row *row, const char *want)
{
	const struct ladder_style style = { 0 };
	size_t size;
	FILE *out;

	free(text);
	text = NULL;
	out = open_memstream(&text, &size);
	assert_true(top_ladder(model, row, &style, out));
	fclose(out);
	if (!strstr(text, want))
		fail_msg("no '%s' in:\n%s", want, text);
}

static void draws_ladders(void **state)
{
	const struct ladder_style style = { 0 };
	struct top_row gone;

	(void)state;
	step(STATE, 1, TCP_ESTABLISHED, TCP_CLOSE_WAIT, SEC);
	close_one(2, SEC);
	end_one(2, TCPFIN_REASON_EXPIRED, 61 * SEC);
	top_renew(model, 70 * SEC, &frame);
	expect_ladder(&frame.waiting.row[0], "CLOSE_WAIT");
	expect_ladder(&frame.ended.row[0], "TIME_WAIT");
	gone = frame.waiting.row[0];
	gone.sock.cookie = 99;
	assert_false(top_ladder(model, &gone, &style, stdout));
	gone = frame.ended.row[0];
	gone.place++;
	assert_false(top_ladder(model, &gone, &style, stdout));
}

/* The more sockets a machine has, the less often they are listed. */
static void listings_take_a_share(void **state)
{
	(void)state;
	assert_int_equal(live_sockets_next(SEC, 2 * MS, 400), SEC + 800 * MS);
	assert_int_equal(live_sockets_next(SEC, SEC, 800), 801 * SEC);
	assert_true(live_sockets_next(SEC, UINT64_MAX / 2, 800) == UINT64_MAX);
}

static void keeps_the_oldest(void **state)
{
	struct top_list *list = &frame.waiting;
	struct top_row row = { 0 };
	unsigned int i;

	(void)state;
	for (i = 1; i <= TOP_ROWS + 50; i++) {
		row.sock.cookie = i;
		/* In no order. */
		row.sock.age_ns = i * 97 % 1009;
		top_add(list, &row);
	}
	assert_int_equal(list->count, TOP_ROWS);
	assert_int_equal(list->all, TOP_ROWS + 50);
	for (i = 1; i < list->count; i++)
		assert_true(list->row[i - 1].sock.age_ns >=
			    list->row[i].sock.age_ns);
	row = list->row[3];
	row.sock.age_ns = 2000;
	top_add(list, &row);
	assert_true(list->row[0].sock.age_ns < 2000);
	row.sock.cookie = 5000;
	top_add(list, &row);
	assert_int_equal(list->row[0].sock.cookie, 5000);
	assert_int_equal(list->count, TOP_ROWS);
}

/* Run "tcpfin top" on the steps with these options. */
static void top(const struct top_options *opts)
{
	static struct tcpfin_event ev[4];
	static struct item items[4];
	size_t size;
	FILE *out;
	int i;

	for (i = 0; i < 4; i++) {
		ev[i] = fixture_event(STATE, (uint64_t)i + 1, TCP_ESTABLISHED,
				      TCP_CLOSE_WAIT, ((uint64_t)i + 1) * SEC);
		if (late && i == 3)
			ev[i].time_ns = UINT64_MAX / 2;
		items[i] = (struct item)SCRIPT_EVENT(&ev[i]);
	}
	script.items = items;
	script.count = 4;
	script.at = 0;
	script.now_ns = ev[3].time_ns;
	free(text);
	text = NULL;
	out = open_memstream(&text, &size);
	assert_int_equal(top_command.view(&script.src, opts, out), 0);
	fclose(out);
}

static unsigned int frames(void)
{
	const char *at = text;
	unsigned int n = 0;

	for (; (at = strstr(at, "tcpfin top  ")); at++)
		n++;
	return n;
}

static void prints_frames(void **state)
{
	struct top_options opts = { .batch = true };

	(void)state;
	top(&opts);
	assert_int_equal(frames(), 1);
	assert_non_null(strstr(text, "CLOSE_WAIT          4      1.3      0.0"));
	assert_null(strstr(text, "q quit"));
	/* Frames at 2 s, 3 s and 4 s, before the events of that time, and at the end. */
	opts.interval_ns = SEC;
	top(&opts);
	assert_int_equal(frames(), 4);
	assert_non_null(strstr(text, "CLOSE_WAIT          1      1.0      0.0"));
	assert_non_null(strstr(text, "\n\ntcpfin top  "));
	/* A long time without events does not give a frame for each second. */
	late = true;
	top(&opts);
	assert_int_equal(frames(), 5);
	assert_non_null(strstr(text, "CLOSE_WAIT          3      1.0      0.0"));
	assert_non_null(strstr(text, "CLOSE_WAIT          3      0.0      0.0"));
	late = false;
	opts.selection.count = 2;
	top(&opts);
	assert_int_equal(frames(), 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(counts_states_and_steps),
		TEST(same_state_is_no_step),
		TEST(rates_are_since_the_last_frame),
		TEST(ends_and_steps_are_of_one_frame),
		TEST(counts_ends_by_reason),
		TEST(lists_the_oldest_first),
		TEST(leaves_out_the_uncertain),
		TEST(lists_what_was_chosen),
		TEST(counts_ports_by_destination),
		TEST(draws_ladders),
		TEST(listings_take_a_share),
		TEST(keeps_the_oldest),
		TEST(prints_frames),
	};

	return RUN_TESTS(tests);
}
