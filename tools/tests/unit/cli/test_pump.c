// SPDX-License-Identifier: GPL-2.0
/* The pump: which callbacks it calls, when, and what ends it. */
#include <fcntl.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "cli/blind_spots.h"
#include "cli/pump.h"
#include "fixtures.h"

static struct script script;
static struct tcpfin_event ev[3];
static struct item items[8];
/* A letter for each call of a callback. */
static char calls[64];
static unsigned int enough_after, prints_left;
/* Events that follow each other without a call of the source */
static struct rec_event burst[3];
static unsigned int burst_size, batches;
/* Does the source stand for the rings? */
static bool live;

static void note(char letter)
{
	calls[strlen(calls)] = letter;
}

static void on_events(void *data, struct item *item)
{
	assert_ptr_equal(data, calls);
	batches++;
	do {
		assert_int_equal(item->type, ITEM_EVENT);
		note('e');
	} while (source_more(&script.src, item));
}

static void on_loss(void *data, const struct item *item)
{
	(void)data;
	note(item->type == ITEM_LOST ? 'l' : 'm');
}

static void on_idle(void *data)
{
	(void)data;
	note('i');
}

static bool on_print(void *data)
{
	(void)data;
	note('p');
	return --prints_left;
}

static bool is_enough(void *data)
{
	(void)data;
	return strlen(calls) == enough_after;
}

static void on_end(void *data)
{
	(void)data;
	note('.');
}

static void run(const enum item_type *types, size_t count, struct pump pump,
		const char *want)
{
	size_t i;

	for (i = 0; i < count; i++)
		items[i] = (struct item){ .type = types[i], .count = 1,
					  .event = &ev[0] };
	script_init(&script, items, count);
	script.now_ns = 100 * SEC;
	script.src.live = live;
	script.src.run = burst;
	script.src.run_end = burst + burst_size;
	memset(calls, 0, sizeof(calls));
	pump.name = "test";
	pump.src = &script.src;
	pump.data = calls;
	pump.events = on_events;
	pump.loss = on_loss;
	pump.idle = on_idle;
	pump.end = on_end;
	pump_run(&pump);
	assert_string_equal(calls, want);
}

static void hands_out_all_items(void **state)
{
	static const enum item_type types[] = {
		ITEM_EVENT, ITEM_LOST, ITEM_IDLE, ITEM_MISSED, ITEM_EVENT,
	};

	(void)state;
	run(types, 5, (struct pump){ 0 }, "elime.");
}

static void hands_out_a_run_at_once(void **state)
{
	static const enum item_type types[] = { ITEM_LOST, ITEM_EVENT };

	(void)state;
	burst_size = 3;
	batches = 0;
	run(types, 2, (struct pump){ 0 }, "eeele.");
	assert_int_equal(batches, 2);
	burst_size = 0;
}

static void stops_when_it_is_enough(void **state)
{
	static const enum item_type types[] = {
		ITEM_EVENT, ITEM_EVENT, ITEM_EVENT,
	};

	(void)state;
	enough_after = 2;
	run(types, 3, (struct pump){ .enough = is_enough }, "ee");
}

/* The script's clock goes on by what a wait may last: a second at most. */
static void prints_at_the_interval(void **state)
{
	static const enum item_type types[] = {
		ITEM_IDLE, ITEM_IDLE, ITEM_IDLE, ITEM_IDLE, ITEM_EVENT,
	};

	(void)state;
	prints_left = 100;
	run(types, 5, (struct pump){ .print = on_print,
				     .interval_ns = 2 * SEC }, "piipiie.");
	run(types, 5, (struct pump){ .print = on_print,
				     .interval_ns = SEC, .for_ns = 2 * SEC },
	    "pipiiie.");
	prints_left = 2;
	run(types, 5, (struct pump){ .print = on_print, .interval_ns = SEC },
	    "pip");
}

/* Run with a terminal as stderr, and return what it shows. */
static const char *on_terminal(const enum item_type *types, size_t count,
			       struct pump pump, const char *want)
{
	static char text[512];
	int in, out, usual = dup(STDERR_FILENO);
	ssize_t len;

	assert_int_equal(openpty(&in, &out, NULL, NULL, NULL), 0);
	fcntl(in, F_SETFL, O_NONBLOCK);
	dup2(out, STDERR_FILENO);
	live = true;
	run(types, count, pump, want);
	live = false;
	dup2(usual, STDERR_FILENO);
	len = read(in, text, sizeof(text) - 1);
	text[len < 0 ? 0 : len] = '\0';
	close(in);
	close(out);
	close(usual);
	return text;
}

/* Once, while nothing has come, from the rings, on a terminal. */
static void tells_that_it_watches(void **state)
{
	static const enum item_type types[] = { ITEM_IDLE, ITEM_IDLE, ITEM_EVENT };
	static const enum item_type event_first[] = { ITEM_EVENT, ITEM_IDLE };

	(void)state;
	assert_string_equal(on_terminal(types, 3, (struct pump){ 0 }, "iie."),
			    "tcpfin test: watching; Ctrl-C ends\r\n");
	assert_string_equal(on_terminal(types, 3, (struct pump){ .hint = "a hint" },
					"iie."),
			    "tcpfin test: watching; Ctrl-C ends; a hint\r\n");
	assert_string_equal(on_terminal(event_first, 2, (struct pump){ 0 }, "ei."),
			    "");
}

/* A probe that is not reached is told when that is found, and once. */
static void a_blind_spot_is_told_once(void **state)
{
	FILE *usual = stderr;
	char *text;
	size_t size;

	(void)state;
	memset(&script, 0, sizeof(script));
	script.src.live = true;
	strcpy(script.src.header.probe[1].symbol, "inet_twsk_kill");
	strcpy(script.src.header.probe[1].shows, "the end\n");
	script.src.header.probe[1].hooked = 1;
	stderr = open_memstream(&text, &size);
	blind_spots_tell_new("watch", &script.src);
	script.src.header.probe[1].unreached = 3;
	blind_spots_tell_new("watch", &script.src);
	blind_spots_tell_new("watch", &script.src);
	fclose(stderr);
	stderr = usual;
	assert_string_equal(text, "tcpfin watch: not seen on this kernel: the end\\x0a (inet_twsk_kill is hooked, but not reached)\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hands_out_all_items),
		cmocka_unit_test(hands_out_a_run_at_once),
		cmocka_unit_test(stops_when_it_is_enough),
		cmocka_unit_test(prints_at_the_interval),
		cmocka_unit_test(tells_that_it_watches),
		cmocka_unit_test(a_blind_spot_is_told_once),
	};

	return RUN_TESTS(tests);
}
