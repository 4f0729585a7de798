// SPDX-License-Identifier: GPL-2.0
/* Rules: each finding appears at its threshold, and not below. */
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "check.h"
#include "commands/doctor.h"
#include "diagnosis/rules.h"
#include "diagnosis/thresholds.h"
#include "finding_check.h"
#include "fixtures.h"

#define NOW	(1000 * SEC)

static struct examined whole;
static struct netns here = { .inode = 4026531840U, .own = true };
static struct examination e;
static struct facts *const facts = &whole.facts;
static struct findings *const found = &e.findings;
/* Only its header is looked at. */
static const struct source_ops no_ops;
static struct source source;
static struct held_socket held[64];

static int set_up(void **state)
{
	(void)state;
	memset(facts, 0, sizeof(*facts));
	memset(found, 0, sizeof(*found));
	memset(held, 0, sizeof(held));
	memset(&source, 0, sizeof(source));
	source.ops = &no_ops;
	memset(&e, 0, sizeof(e));
	source.live = true;
	e.opts.src = &source;
	e.list = &whole;
	e.count = e.netns.count = e.looked_at = 1;
	e.netns.list = &here;
	facts->where = &here;
	facts->now_ns = NOW;
	facts->older_ns = 60 * SEC;
	facts->is_live = true;
	facts->present.held = held;
	facts->present.ports = optional_of(true, 1000);
	facts->setting[FACTS_SET_TIMESTAMPS] = optional_of(true, 1);
	facts->setting[FACTS_SET_TW_REUSE] = optional_of(true, 0);
	return 0;
}

static void judge(void)
{
	memset(found, 0, sizeof(*found));
	rules_judge(facts, found);
}

static void expect_nothing(void)
{
	judge();
	if (found->count)
		fail_msg("nothing expected, seen: %s", found->list[0].what);
}

/* There must be one finding, of this kind; returns it. */
static const struct finding *expect(enum finding_kind trouble,
				    enum severity severity)
{
	judge();
	assert_int_equal(found->count, 1);
	assert_string_equal(finding_kind_name(found->list[0].kind),
			    finding_kind_name(trouble));
	assert_string_equal(severity_name(found->list[0].severity),
			    severity_name(severity));
	return &found->list[0];
}

static void hold(uint32_t pid, const char *comm, uint8_t state, uint64_t age)
{
	struct held_socket *h = &held[facts->present.nheld++];

	h->pid = pid;
	h->inode = 100 + (uint32_t)facts->present.nheld;
	h->fd = 5;
	h->state = state;
	h->age_ns = age;
	h->exact = true;
	h->family = AF_INET;
	memcpy(h->comm, comm, strnlen(comm, sizeof(h->comm)));
}

static void groups_by_holder(void **state)
{
	const struct finding *f;

	(void)state;
	hold(7, "one", TCP_CLOSE_WAIT, 100 * SEC);
	hold(8, "two", TCP_CLOSE_WAIT, 90 * SEC);
	hold(8, "two", TCP_CLOSE_WAIT, 300 * SEC);
	hold(7, "one", TCP_FIN_WAIT2, 80 * SEC);
	held_socket_sort(held, facts->present.nheld);
	judge();
	assert_int_equal(found->count, 3);
	f = &found->list[0];
	assert_string_equal(f->what,
		"two (pid 8) holds 2 connections in CLOSE_WAIT, the oldest for 300.000s");
	assert_int_equal(member(f, "count")->number, 2);
	assert_int_equal(member(f, "oldest_ms")->number, 300 * SEC);
	assert_string_equal(found->list[1].what,
		"one (pid 7) holds 1 connection in CLOSE_WAIT, the oldest for 100.000s");
	assert_string_equal(found->list[2].what,
		"one (pid 7) holds 1 connection in FIN_WAIT2, the oldest for 80.000s");
}

static void says_at_least(void **state)
{
	const struct finding *f;

	(void)state;
	hold(7, "one", TCP_CLOSE_WAIT, 61 * SEC);
	held[0].exact = false;
	f = expect(FINDING_CLOSE_WAIT, SEVERITY_WARNING);
	assert_non_null(strstr(f->what, "for at least 61.000s"));
	assert_true(member(f, "at_least")->number);
}

static void tells_queues_by_port(void **state)
{
	(void)state;
	hold(0, "", TCP_CLOSE_WAIT, 70 * SEC);
	hold(0, "", TCP_CLOSE_WAIT, 80 * SEC);
	hold(0, "", TCP_CLOSE_WAIT, 90 * SEC);
	held[0].inode = held[1].inode = 0;
	held[0].lport = 80;
	held[1].lport = 443;
	held_socket_sort(held, 3);
	judge();
	assert_int_equal(found->count, 3);
	assert_non_null(strstr(found->list[0].what, "port 80 holds 1 ") ?:
			strstr(found->list[0].what, "port 443 holds 1 ") ?:
			strstr(found->list[0].what, "not found holds 1 "));
	assert_false(member(&found->list[0], "pid")->known);
}

/* Programs after the ten with most sockets are only counted. */
static void limits_holders(void **state)
{
	unsigned int i, reported = 0;
	char comm[16];

	(void)state;
	for (i = 0; i < 13; i++) {
		snprintf(comm, sizeof(comm), "many%u", i);
		hold(10 + i, comm, TCP_CLOSE_WAIT, 70 * SEC);
	}
	hold(40, "most", TCP_CLOSE_WAIT, 70 * SEC);
	hold(40, "most", TCP_CLOSE_WAIT, 70 * SEC);
	held_socket_sort(held, facts->present.nheld);
	judge();
	assert_int_equal(found->count, THRESHOLD_EACH_MAX);
	assert_non_null(strstr(found->list[0].what, "most (pid 40) holds 2 "));
	for (i = 0; i < found->count; i++) {
		const struct finding *f = &found->list[i];

		if (!strcmp(f->evidence[f->nevidence - 1],
			    "4 more holders have 4 more"))
			reported++;
	}
	assert_int_equal(reported, 1);
}

/* A full list drops what is less severe, wherever that stands: not the last finding. */
static void tells_the_rest_where_the_list_is_full(void **state)
{
	const struct finding *f;
	unsigned int i, told = 0;
	char comm[16];

	(void)state;
	for (i = 0; i < FINDINGS_MAX; i++)
		findings_add(found, FINDING_LAST_ACK_LOST, i ? SEVERITY_CRITICAL :
			     SEVERITY_NOTE, 1);
	for (i = 0; i < THRESHOLD_EACH_MAX + 1; i++) {
		snprintf(comm, sizeof(comm), "holder%u", i);
		hold(i + 1, comm, TCP_CLOSE_WAIT, 100 * SEC);
	}
	rules_waiting(facts, found);
	for (f = found->list; f < found->list + found->count; f++)
		for (i = 0; i < f->nevidence; i++)
			if (strstr(f->evidence[i], "more holders")) {
				assert_int_equal(f->kind, FINDING_CLOSE_WAIT);
				told++;
			}
	assert_in_range(told, 0, 1);
}

/* Names with escape sequences, quotes and invalid UTF-8. */
static void escapes_names(void **state)
{
	struct json_object *obj;
	char *text, *line;
	size_t size;
	FILE *out;

	(void)state;
	hold(7, "\x1b[2J\n\xff\"\\%s%n\x01", TCP_CLOSE_WAIT, 61 * SEC);
	assert_non_null(strstr(expect(FINDING_CLOSE_WAIT, SEVERITY_WARNING)->what,
			"\\x1b[2J\\x0a\\xff\"\\x5c%s%n\\x01 (pid 7) holds"));
	out = open_memstream(&text, &size);
	doctor_json(&e, out);
	fclose(out);
	line = strchr(text, '\n');
	*line = '\0';
	obj = json_tokener_parse(text);
	assert_non_null(obj);
	assert_string_equal(json_object_get_string(
				json_object_object_get(obj, "comm")),
			    "\\x1b[2J\\x0a\\xff\"\\x5c%s%n\\x01");
	json_object_put(obj);
	obj = json_tokener_parse(line + 1);
	assert_non_null(obj);
	json_object_put(obj);
	free(text);
}

static void judges_orphans_in_fin_wait2(void **state)
{
	(void)state;
	facts->present.sockets = 1024;
	facts->present.fin_wait2s = 200;
	facts->present.fin_wait2_orphans = 55;
	expect_nothing();
	facts->present.fin_wait2_orphans = 56;
	expect(FINDING_FIN_WAIT2_ORPHANS, SEVERITY_NOTE);
	facts->present.sockets = 1025;
	expect_nothing();
}

static void judges_buckets(void **state)
{
	struct snmp_counter *minis = &facts->counter[FACTS_COUNT_MINIS];

	(void)state;
	minis->known = true;
	minis->value = 79;
	expect_nothing();
	facts->setting[FACTS_SET_MAX_TW_BUCKETS] = optional_of(true, 100);
	expect_nothing();
	minis->value = 80;
	expect(FINDING_TW_BUCKETS, SEVERITY_WARNING);
	minis->value = 94;
	expect(FINDING_TW_BUCKETS, SEVERITY_WARNING);
	minis->value = 95;
	expect(FINDING_TW_BUCKETS, SEVERITY_CRITICAL);
	minis->known = false;
	expect_nothing();
}

static void judges_refused(void **state)
{
	const struct finding *f;

	(void)state;
	facts->counter[FACTS_COUNT_TW_OVERFLOW].known = true;
	expect_nothing();
	facts->counter[FACTS_COUNT_TW_OVERFLOW].value = 5;
	expect(FINDING_TW_REFUSED, SEVERITY_NOTE);
	facts->history.counts.refused = 2;
	facts->history.counts.refused_ns = NOW - 3 * SEC;
	f = expect(FINDING_TW_REFUSED, SEVERITY_WARNING);
	assert_string_equal(f->what,
		"2 connections got no TIME_WAIT, the latest 3.000s ago");
	/* A recording has no kernel counters. */
	facts->counter[FACTS_COUNT_TW_OVERFLOW].known = false;
	facts->counter[FACTS_COUNT_TW_OVERFLOW].value = 0;
	facts->is_live = false;
	f = expect(FINDING_TW_REFUSED, SEVERITY_WARNING);
	assert_false(member(f, "since_boot")->known);
}

static void judges_orphan_limit(void **state)
{
	struct snmp_counter *orphans = &facts->counter[FACTS_COUNT_ORPHANS];

	(void)state;
	facts->setting[FACTS_SET_MAX_ORPHANS] = optional_of(true, 1000);
	orphans->known = true;
	orphans->value = 499;
	expect_nothing();
	orphans->value = 500;
	expect(FINDING_ORPHAN_LIMIT, SEVERITY_WARNING);
	orphans->value = 0;
	facts->counter[FACTS_COUNT_ABORT_MEMORY].value = 1;
	expect(FINDING_ORPHAN_LIMIT, SEVERITY_NOTE);
	facts->history.orphan_aborts = 1;
	expect(FINDING_ORPHAN_LIMIT, SEVERITY_WARNING);
}

static void judges_last_acks(void **state)
{
	(void)state;
	facts->history.counts.time_waits = 201;
	facts->history.counts.fins_again_conns = 2;
	facts->history.counts.fins_again = 9;
	expect_nothing();
	facts->history.counts.time_waits = 200;
	expect(FINDING_LAST_ACK_LOST, SEVERITY_NOTE);
}

static void judges_timeouts(void **state)
{
	struct timeouts *t = &facts->history.timeouts[TCPFIN_TIMEOUT_ZERO_WINDOW];
	const struct finding *f;

	(void)state;
	facts->history.ends = 101;
	*t = (struct timeouts){ .count = 1, .orphans = 1, .family = AF_INET };
	expect_nothing();
	facts->history.ends = 100;
	t->tries_max = 8;
	facts->setting[FACTS_SET_ORPHAN_RETRIES] = optional_of(true, 0);
	f = expect(FINDING_TIMEOUTS, SEVERITY_WARNING);
	assert_int_equal(member(f, "tries_max")->number, 8);
	assert_string_equal(member(f, "cause")->text, "zero-window");
	assert_string_equal(f->what,
		"1 connection was given up, 1 of them closed before: their peers did not read, so that the window stayed closed");
	/* Each cause is one finding. */
	facts->history.timeouts[TCPFIN_TIMEOUT_KEEPALIVE] = *t;
	judge();
	assert_int_equal(found->count, 2);
}

static struct reset_group *reset(unsigned int cause, uint64_t count)
{
	struct resets *r = &facts->history.resets;
	struct reset_group *g = &r->list[r->count++];

	*g = (struct reset_group){
		.cause = (uint8_t)cause, .count = count, .family = AF_INET,
		.raddr = { 192, 0, 2, 7 }, .port = 80, .last_ns = NOW - SEC,
		.owner = true, .pid = 9, .comm = "app",
	};
	return g;
}

static void has_evidence(const struct finding *f, const char *part)
{
	unsigned int i;

	for (i = 0; i < f->nevidence; i++)
		if (strstr(f->evidence[i], part))
			return;
	fail_msg("no '%s' in the evidence of '%s'", part, f->what);
}

/* What an end does by itself always matters if data were lost by it. */
static void judges_losses(void **state)
{
	const struct finding *f;
	struct reset_group *g;

	(void)state;
	facts->history.ends = 1000;
	facts->history.counts.last_ns = 10 * SEC;
	g = reset(TCPFIN_CAUSE_UNREAD_DATA, 1);
	f = expect(FINDING_DATA_LOST, SEVERITY_WARNING);
	assert_string_equal(f->what,
		"1 connection of app (pid 9), to 192.0.2.7:80: reset, since closed with data unread");
	has_evidence(f, "0.100 a second in 10.000s, the latest 1.000s ago");
	assert_false(member(f, "lost_bytes")->known);
	/* With SO_LINGER 0 it depends on whether bytes were lost. */
	g->cause = TCPFIN_CAUSE_LINGER0;
	expect_nothing();
	g->lost = g->lost_max = 100;
	g->losers = 1;
	f = expect(FINDING_DATA_LOST, SEVERITY_WARNING);
	has_evidence(f, "100 bytes are lost, of 1 connection, 100 at most of one");
	assert_int_equal(member(f, "lost_bytes")->number, 100);
}

static void judges_resets(void **state)
{
	const struct finding *f;
	struct reset_group *g;

	(void)state;
	facts->history.ends = 1000;
	g = reset(TCPFIN_CAUSE_LINGER0, 9);
	expect_nothing();
	g->count = 10;
	g->measured = 10;
	f = expect(FINDING_RESETS, SEVERITY_NOTE);
	has_evidence(f, "all that was written had arrived");
	assert_int_equal(member(f, "lost_bytes")->number, 0);
	assert_string_equal(member(f, "cause")->text, "linger-0");
	g->measured = 9;
	g->unacknowledged = 50;
	g->processes = true;
	f = expect(FINDING_RESETS, SEVERITY_NOTE);
	has_evidence(f, "50 bytes were sent and not acknowledged: whether they arrived is not known");
	assert_non_null(strstr(f->what, "app (several processes)"));
	assert_false(member(f, "pid")->known);
	assert_false(member(f, "lost_bytes")->known);
	/* Resets by peers, even if bytes that were never sent are lost with them. */
	g->cause = RESET_BY_PEER;
	g->losers = g->lost = 1;
	f = expect(FINDING_DATA_LOST, SEVERITY_NOTE);
	assert_string_equal(member(f, "cause")->text, "by-peer");
	g->count = 9;
	expect_nothing();
	g->cause = RESET_NO_SOCKET;
	g->count = 1000;
	expect(FINDING_DATA_LOST, SEVERITY_WARNING);
}

/* The end of TLS comes after close(): on such a port few bytes are no loss. */
static void knows_close_notify(void **state)
{
	const struct finding *f;
	struct reset_group *g;

	(void)state;
	facts->history.ends = 100;
	g = reset(TCPFIN_CAUSE_LATE_DATA, 100);
	f = expect(FINDING_DATA_LOST, SEVERITY_WARNING);
	assert_int_equal(f->nadvice, 1);
	g->served = true;
	g->port = 443;
	f = expect(FINDING_RESETS, SEVERITY_NOTE);
	has_evidence(f, "how many bytes was not seen");
	assert_int_equal(f->nadvice, 0);
	g->measured = g->losers = 100;
	g->lost = 2400;
	g->lost_max = 40;
	f = expect(FINDING_RESETS, SEVERITY_NOTE);
	has_evidence(f, "so few are a close_notify");
	g->lost_max = 41;
	expect(FINDING_DATA_LOST, SEVERITY_WARNING);
}

static void judges_listeners_that_were_closed(void **state)
{
	const struct finding *f;

	(void)state;
	facts->history.ends = 1000;
	reset(TCPFIN_CAUSE_NOT_ACCEPTED, 3)->served = true;
	f = expect(FINDING_NOT_ACCEPTED, SEVERITY_WARNING);
	assert_string_equal(f->what,
		"3 connections of app (pid 9), to port 80 from 192.0.2.7: never accepted: the listener was closed first");
	assert_int_equal(f->nadvice, 1);
	facts->setting[FACTS_SET_MIGRATE_REQ] = optional_of(true, 0);
	assert_int_equal(expect(FINDING_NOT_ACCEPTED, SEVERITY_WARNING)->nadvice, 2);
}

/* Losses come before larger groups that lost nothing. */
static void limits_resets(void **state)
{
	unsigned int i;

	(void)state;
	facts->history.ends = 1000;
	for (i = 0; i < THRESHOLD_EACH_MAX; i++)
		reset(TCPFIN_CAUSE_LINGER0, 100 + i);
	reset(TCPFIN_CAUSE_UNREAD_DATA, 1);
	judge();
	assert_int_equal(found->count, THRESHOLD_EACH_MAX);
	assert_int_equal(found->list[0].kind, FINDING_DATA_LOST);
	assert_int_equal(found->list[1].weight, 109);
	has_evidence(&found->list[THRESHOLD_EACH_MAX - 1], "100 more connections were reset");
}

static void puts_the_worst_first(void **state)
{
	(void)state;
	facts->history.counts.time_waits = facts->history.counts.fins_again_conns = 1;
	hold(7, "one", TCP_CLOSE_WAIT, 61 * SEC);
	facts->setting[FACTS_SET_MAX_TW_BUCKETS] = optional_of(true, 100);
	facts->counter[FACTS_COUNT_MINIS].known = true;
	facts->counter[FACTS_COUNT_MINIS].value = 100;
	judge();
	assert_int_equal(found->count, 3);
	assert_int_equal(found->list[0].kind, FINDING_TW_BUCKETS);
	assert_int_equal(found->list[1].kind, FINDING_CLOSE_WAIT);
	assert_int_equal(found->list[2].kind, FINDING_LAST_ACK_LOST);
}

static void fits_80_columns(void **state)
{
	char *text, *line, *end;
	size_t size;
	FILE *out;

	(void)state;
	facts->history.counts.time_waits = facts->history.counts.fins_again_conns = 1;
	facts->counter[FACTS_COUNT_TW_OVERFLOW].value = UINT64_MAX;
	hold(4194304, "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n", TCP_CLOSE_WAIT,
	     61 * SEC);
	reset(TCPFIN_CAUSE_UNREAD_DATA, UINT64_MAX);
	judge();
	out = open_memstream(&text, &size);
	doctor_text(&e, out);
	fclose(out);
	for (line = text; (end = strchr(line, '\n')); line = end + 1)
		if (end - line > 80)
			fail_msg("%.*s", (int)(end - line), line);
	free(text);
}

static void reports_that_there_is_no_problem(void **state)
{
	char *text;
	size_t size;
	FILE *out;

	(void)state;
	e.elsewhere = 3;
	judge();
	out = open_memstream(&text, &size);
	doctor_text(&e, out);
	fclose(out);
	assert_ptr_equal(strstr(text, "ok        no problems found\n"), text);
	assert_non_null(strstr(text, "(4026531840) only"));
	free(text);
}

/* "well" is said only of what the module records. */
static void says_what_the_module_leaves_out(void **state)
{
	char *text, *line, *end;
	size_t size;
	FILE *out;
	unsigned int i;

	(void)state;
	source.header.nports = TCPFIN_PORTS;
	for (i = 0; i < TCPFIN_PORTS; i++)
		source.header.ports[i] = (struct tcpfin_ports){ 60000 + 2 * i,
								60001 + 2 * i };
	source.left_out = 12345;
	judge();
	out = open_memstream(&text, &size);
	doctor_text(&e, out);
	fclose(out);
	assert_ptr_equal(strstr(text, "ok        no problems found with what is recorded\n"),
			 text);
	assert_non_null(strstr(text, "\n          only ports 60000-60001, 60002-60003,"));
	assert_non_null(strstr(text, "12345 records"));
	for (line = text; (end = strchr(line, '\n')); line = end + 1)
		assert_in_range(end - line, 1, 80);
	free(text);
	out = open_memstream(&text, &size);
	doctor_json(&e, out);
	fclose(out);
	assert_non_null(strstr(text, "\"netns\":null,\"changes\":0,\"left_out\":12345}"));
	free(text);
}

/* With a filter, findings on the whole machine are left out, and a note says so. */
static void says_what_a_filter_leaves_out(void **state)
{
	char *text, *line, *end;
	size_t size;
	FILE *out;

	(void)state;
	static const char *const any = "a filter";

	facts->filtered = true;
	e.opts.filter = (const void *)any;
	e.counts.events = 12;
	e.left_out = 8;
	e.sum.sockets = UINT32_MAX;
	judge();
	out = open_memstream(&text, &size);
	doctor_text(&e, out);
	fclose(out);
	assert_non_null(strstr(text,
			"12 recorded steps that match, of 20 over"));
	assert_non_null(strstr(text, "4294967295 sockets that match: "));
	assert_non_null(strstr(text, "not at limits and counts"));
	for (line = text; (end = strchr(line, '\n')); line = end + 1)
		assert_in_range(end - line, 1, 80);
	free(text);
}

#define TEST(test)	cmocka_unit_test_setup(test, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(groups_by_holder),
		TEST(tells_the_rest_where_the_list_is_full),
		TEST(says_at_least),
		TEST(tells_queues_by_port),
		TEST(limits_holders),
		TEST(escapes_names),
		TEST(judges_orphans_in_fin_wait2),
		TEST(judges_buckets),
		TEST(judges_refused),
		TEST(judges_orphan_limit),
		TEST(judges_last_acks),
		TEST(judges_timeouts),
		TEST(judges_losses),
		TEST(judges_resets),
		TEST(knows_close_notify),
		TEST(judges_listeners_that_were_closed),
		TEST(limits_resets),
		TEST(puts_the_worst_first),
		TEST(fits_80_columns),
		TEST(reports_that_there_is_no_problem),
		TEST(says_what_a_filter_leaves_out),
		TEST(says_what_the_module_leaves_out),
	};

	return RUN_TESTS(tests);
}
