// SPDX-License-Identifier: GPL-2.0
/* The counts and examples of a report, and its page. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "commands/report/model.h"
#include "commands/report/report.h"
#include "format/html.h"
#include "ladder_fixture.h"

static struct report *report;
static struct pairing *pairing;
static struct script script;
static char *text;
static size_t size;

static void on_end(void *data, const struct verdict *v)
{
	(void)data;
	if (!v->open)
		report_verdict(report, v, 100 * SEC);
}

static void on_open(void *data, const struct verdict *v)
{
	(void)data;
	report_verdict(report, v, 100 * SEC);
}

static int setup(void **state)
{
	(void)state;
	report = report_new(1000 * SEC, true);
	pairing = pairing_new(1000, SEC, on_end, NULL);
	return !report || !pairing;
}

static int teardown(void **state)
{
	(void)state;
	pairing_free(pairing);
	report_free(report);
	return 0;
}

static void put(struct tcpfin_event ev)
{
	const struct item item = {
		.type = ITEM_EVENT, .time_ns = ev.time_ns, .event = &ev,
	};

	report_event(report, &item, pairing_take(pairing, &item));
}

static void finish(uint64_t now_ns)
{
	pairing_open(pairing, on_open, NULL);
	pairing_finish(pairing);
	report_finish(report, now_ns);
}

static struct tcpfin_event at(uint64_t cookie, uint8_t kind, uint8_t old,
			      uint8_t new, uint64_t time_ns)
{
	return fixture_event(kind, cookie, old, new, time_ns);
}

/* An end closes first at @from, and its TIME_WAIT ends at @to. */
static void close_first(uint64_t cookie, uint64_t from, uint64_t to,
			uint8_t reason)
{
	put(at(cookie, STATE, ESTAB, FW1, from));
	put(at(cookie, STATE, FW1, FW2, from + MS));
	put(at(cookie, BIRTH, FW2, FW2, from + MS));
	put(at(cookie, FLIP, FW2, TW, from + 3 * MS));
	if (to)
		put(drawing_because(at(cookie, DEATH, TW, TCP_CLOSE, to),
				    reason, 0));
}

static void counts_outcomes(void **state)
{
	(void)state;
	close_first(1, SEC, 61 * SEC, TCPFIN_REASON_EXPIRED);
	close_first(2, 62 * SEC, 0, 0);
	put(drawing_because(at(3, STATE, ESTAB, TCP_CLOSE, 63 * SEC),
			    TCPFIN_REASON_RST_RCVD, 0));
	put(at(4, STATE, ESTAB, CW, 64 * SEC));
	finish(70 * SEC);
	assert_int_equal(report->connections, 4);
	assert_int_equal(report->outcome[OUTCOME_FIN], 1);
	assert_int_equal(report->outcome[OUTCOME_WAITING], 1);
	assert_int_equal(report->outcome[OUTCOME_RESET], 1);
	assert_int_equal(report->outcome[OUTCOME_OPEN], 1);
	assert_int_equal(report->closer[CLOSER_LOCAL], 2);
	assert_int_equal(report->closer[CLOSER_REMOTE], 1);
	assert_int_equal(report->closer[CLOSER_NONE], 1);
}

static void tallies_by_reason(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < 3; i++)
		close_first(1 + i, SEC + i, 61 * SEC + i,
			    TCPFIN_REASON_EXPIRED);
	close_first(9, 62 * SEC, 63 * SEC, TCPFIN_REASON_TW_REUSE);
	finish(70 * SEC);
	assert_int_equal(report->tallies, 2);
	assert_int_equal(report->tally[0].count, 3);
	assert_int_equal(report->tally[0].reason, TCPFIN_REASON_EXPIRED);
	assert_int_equal(report->tally[1].reason, TCPFIN_REASON_TW_REUSE);
	assert_int_equal(report->counts.tw_ends.by_reason[TCPFIN_REASON_TW_REUSE],
			 1);
}

/* Reasons may be any byte: those without an entry of their own share one. */
static void keeps_tallies_few(void **state)
{
	uint64_t all, i;

	(void)state;
	for (i = 0; i < 256; i++)
		close_first(1 + i, SEC + i, 2 * SEC + i, (uint8_t)i);
	finish(70 * SEC);
	assert_int_equal(report->tallies, REPORT_TALLIES_MAX);
	all = report->tally_rest;
	for (i = 0; i < report->tallies; i++)
		all += report->tally[i].count;
	assert_int_equal(all, 256);
}

static void measures_spans(void **state)
{
	(void)state;
	close_first(1, SEC, 61 * SEC + 3 * MS, TCPFIN_REASON_EXPIRED);
	close_first(2, SEC, 3 * SEC + 3 * MS, TCPFIN_REASON_TW_REUSE);
	put(at(3, STATE, ESTAB, CW, 62 * SEC));
	put(at(3, STATE, CW, TCP_LAST_ACK, 64 * SEC));
	put(at(4, STATE, ESTAB, CW, 65 * SEC));
	finish(70 * SEC);
	assert_int_equal(report->time_wait.dist.count, 1);
	assert_int_equal(report->time_wait.dist.max_ns, 60 * SEC);
	assert_int_equal(report->cut_short.dist.max_ns, 2 * SEC);
	/* CLOSE_WAIT is a half-close, too. */
	assert_int_equal(report->half_close.dist.count, 3);
	assert_int_equal(report->half_close.dist.min_ns, 2 * MS);
	assert_int_equal(report->close_wait.dist.max_ns, 2 * SEC);
	assert_int_equal(report->close_wait.open, 1);
	assert_int_equal(report->close_wait.oldest.value, 35 * SEC);
}

static void does_not_measure_what_it_did_not_see(void **state)
{
	(void)state;
	put(drawing_because(at(1, DEATH, TW, TCP_CLOSE, 5 * SEC),
			    TCPFIN_REASON_EXPIRED, 0));
	finish(70 * SEC);
	assert_int_equal(report->time_wait.dist.count, 0);
	assert_int_equal(report->time_wait.cut, 1);
	assert_int_equal(report->slowest.count, 0);
	assert_int_equal(report->partial, 1);
}

/* Whether a mini-socket has ended is not known: it is in no other count. */
static void counts_mini_sockets_at_once(void **state)
{
	struct population p;

	(void)state;
	close_first(1, SEC, 0, 0);
	close_first(2, SEC, SEC + 5 * MS, TCPFIN_REASON_TW_REUSE);
	close_first(3, 9 * SEC, 9 * SEC + 5 * MS, TCPFIN_REASON_TW_REUSE);
	finish(600 * SEC);
	population_make(&report->timeline, true, true, &p);
	assert_int_equal(p.peak, 2);
	assert_int_equal(p.tw[0], 1);
}

/* Mini-sockets from before the loss may have ended: they leave the count. */
static void counts_anew_after_a_gap(void **state)
{
	const struct item gap = {
		.type = ITEM_LOST, .count = 5, .time_ns = 2 * SEC,
	};

	(void)state;
	close_first(1, SEC, 0, 0);
	report_gap(report, &gap);
	close_first(2, 3 * SEC, 0, 0);
	put(at(1, DEATH, TW, TCP_CLOSE, 4 * SEC));
	assert_int_equal(report->minis, 1);
	put(at(2, DEATH, TW, TCP_CLOSE, 5 * SEC));
	assert_int_equal(report->minis, 0);
}

static void doubts_after_a_gap(void **state)
{
	const struct item gap = {
		.type = ITEM_LOST, .count = 5, .time_ns = 50 * SEC,
	};

	(void)state;
	close_first(1, SEC, 0, 0);
	pairing_take(pairing, &gap);
	report_gap(report, &gap);
	finish(70 * SEC);
	assert_int_equal(report->counts.lost, 5);
	assert_int_equal(report->uncertain, 1);
	assert_int_equal(report->outcome[OUTCOME_UNKNOWN], 1);
	assert_int_equal(report->outcome[OUTCOME_WAITING], 0);
	assert_int_equal(report->time_wait.open, 0);
}

/* Ends by a RST, without an earlier step, have no duration. */
static void keeps_the_slowest(void **state)
{
	const uint8_t reasons[] = {
		TCPFIN_REASON_EXPIRED, TCPFIN_REASON_TW_REUSE,
		TCPFIN_REASON_SYN_REUSE, TCPFIN_REASON_RST_RCVD,
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < 40; i++) {
		uint64_t from = SEC + i * SEC, late = (1 + i * 7 % 40) * MS;

		put(at(1 + i, STATE, ESTAB, FW1, from));
		put(at(1 + i, STATE, FW1, FW2, from + late));
		put(at(1 + i, BIRTH, FW2, TW, from + late));
		put(drawing_because(at(1 + i, DEATH, TW, TCP_CLOSE, from + SEC),
				    reasons[i % 4], 0));
	}
	finish(70 * SEC);
	assert_int_equal(report->slowest.count, SLOWEST_MAX);
	assert_int_equal(report->slowest.list[0]->took_ns, 40 * MS);
	for (i = 1; i < report->slowest.count; i++) {
		assert_true(report->slowest.list[i]->took_ns <=
			    report->slowest.list[i - 1]->took_ns);
		if (i > 1)
			assert_false(report->slowest.list[i]->key ==
				     report->slowest.list[i - 1]->key &&
				     report->slowest.list[i]->key ==
				     report->slowest.list[i - 2]->key);
	}
}

/* Examples are copies, since the tracker reuses its memory. */
static void keeps_copies(void **state)
{
	const struct example *k;

	(void)state;
	put(fixture_task(at(1, STATE, ESTAB, FW1, SEC), 7, "curl"));
	put(at(1, STATE, FW1, FW2, 2 * SEC));
	put(at(1, BIRTH, FW2, TW, 2 * SEC));
	put(drawing_because(at(1, DEATH, TW, TCP_CLOSE, 62 * SEC),
			    TCPFIN_REASON_EXPIRED, 0));
	finish(70 * SEC);
	pairing_free(pairing);
	pairing = NULL;
	assert_int_equal(report->slowest.count, 1);
	k = report->slowest.list[0];
	assert_ptr_equal(k->plan.v, &k->v);
	assert_ptr_equal(k->v.end[0], &k->conn[0]);
	assert_ptr_equal(k->plan.side[0].conn, &k->conn[0]);
	assert_string_equal(k->plan.side[0].conn->comm, "curl");
	assert_int_equal(k->plan.side[0].states, 5);
}

static void sorts_roads_by_rarity(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < 5; i++)
		close_first(1 + i, SEC + i, 61 * SEC, TCPFIN_REASON_EXPIRED);
	for (i = 0; i < 3; i++)
		put(drawing_because(
			at(20 + i, STATE, ESTAB, TCP_CLOSE, 62 * SEC),
			TCPFIN_REASON_RST_RCVD, 0));
	put(drawing_because(at(30, STATE, ESTAB, TCP_CLOSE, 63 * SEC),
			    TCPFIN_REASON_KILLED, 0));
	finish(70 * SEC);
	assert_int_equal(report->variants.count, 2);
	assert_int_equal(report->variants.list[0].count, 1);
	assert_int_equal(report->variants.list[0].example->v.how,
			 HOW_KILLED);
	assert_int_equal(report->variants.list[1].count, 3);
}

/* Nothing can change its variant any more. */
static void takes_the_road_of_what_waits(void **state)
{
	(void)state;
	put(at(1, STATE, ESTAB, FW1, SEC));
	put(at(1, RETRANS, FW1, FW1, 2 * SEC));
	put(at(1, STATE, FW1, FW2, 3 * SEC));
	put(at(1, BIRTH, FW2, TW, 3 * SEC));
	put(at(2, STATE, ESTAB, FW1, SEC));
	put(at(2, RETRANS, FW1, FW1, 2 * SEC));
	close_first(3, 4 * SEC, 0, 0);
	finish(10 * SEC);
	assert_int_equal(report->variants.count, 1);
	assert_int_equal(report->variants.list[0].count, 1);
	assert_int_equal(report->variants.list[0].example->conn[0].cookie, 1);
}

static void keeps_the_oddest_of_a_road(void **state)
{
	unsigned int i, j;

	(void)state;
	for (i = 0; i < 3; i++) {
		put(at(1 + i, STATE, ESTAB, CW, SEC));
		put(at(1 + i, STATE, CW, TCP_LAST_ACK, 2 * SEC));
		for (j = 0; j < 1 + (i == 1) * 4U; j++)
			put(at(1 + i, RETRANS, TCP_LAST_ACK, TCP_LAST_ACK,
			       3 * SEC + j));
		put(drawing_because(at(1 + i, STATE, TCP_LAST_ACK, TCP_CLOSE,
				       9 * SEC), TCPFIN_REASON_TIMEOUT, RETRANSMISSIONS(5)));
	}
	finish(70 * SEC);
	assert_int_equal(report->variants.count, 1);
	assert_int_equal(report->variants.list[0].count, 3);
	assert_int_equal(report->variants.list[0].repeats, 5);
	assert_int_equal(report->variants.list[0].example->conn[0].cookie, 2);
}

/* The first of the module's probes */
static struct tcpfin_probe probe;

static void page(const struct item *items, size_t count, const char *filter)
{
	const struct selection selection = { 0 };
	FILE *out = open_memstream(&text, &size);

	script_init(&script, items, count);
	script.src.header.probe[0] = probe;
	script.now_ns = 70 * SEC;
	assert_int_equal(report_run(&script.src, &selection, filter, out), 0);
	fclose(out);
}

static void expect(const char *want)
{
	if (!strstr(text, want))
		fail_msg("no '%s' on the page", want);
}

static void expect_no(const char *what)
{
	if (strstr(text, what))
		fail_msg("'%s' on the page", what);
}

static void finds_what_doctor_finds(void **state)
{
	struct tcpfin_event ev =
		fixture_task(drawing_because(at(1, STATE, ESTAB, TCP_CLOSE, SEC),
					     TCPFIN_REASON_ABORTED,
					     TCPFIN_CAUSE_UNREAD_DATA), 7, "api");
	const struct item items[] = { SCRIPT_EVENT(&ev) };

	(void)state;
	ev.flags |= TCPFIN_F_RST;
	page(items, 1, "");
	expect("1 connection of api (pid 7), to 192.0.2.7:443: reset, since closed with data unread");
	expect("From the recorded steps alone");
	free(text);
}

/* What closes for over a minute is told apart, and the process that leaks is named. */
static void tells_who_does_not_close(void **state)
{
	struct tcpfin_event leak = fixture_task(at(1, STATE, ESTAB, CW, SEC), 112,
						"api-gateway");
	struct tcpfin_event young = fixture_task(at(2, STATE, ESTAB, CW, 60 * SEC), 7,
						 "worker");
	const struct item items[] = { SCRIPT_EVENT(&leak), SCRIPT_EVENT(&young) };

	(void)state;
	page(items, 2, "");
	expect("<li class=\"tile o-open\"><b>1</b><span>still closing</span>");
	expect("<li class=\"tile o-old\"><b>1</b><span>closing for over a minute</span>");
	expect("in CLOSE_WAIT: api-gateway, pid 112 has not closed it");
	expect("<th scope=\"row\" class=\"mono\">api-gateway</th><td><span class=\"chip o-old\"></span>1</td><td>69.000s</td>");
	expect("<th scope=\"row\" class=\"mono\">worker</th><td><span class=\"chip o-open\"></span>1</td><td>10.000s</td>");
	free(text);
}

/* Each process and each destination has a row, of both kinds of ends. */
static void counts_who_and_where_to(void **state)
{
	const struct end_group *group;
	const struct group_row *row;

	(void)state;
	put(fixture_task(drawing_because(at(1, STATE, ESTAB, TCP_CLOSE, SEC),
					 TCPFIN_REASON_RST_RCVD, 0), 7, "envoy"));
	put(fixture_task(at(2, STATE, ESTAB, CW, 2 * SEC), 8, "leaky"));
	put(fixture_task(drawing_because(at(3, STATE, ESTAB, TCP_CLOSE, 3 * SEC),
					 TCPFIN_REASON_RST_RCVD, 0), 9, "envoy"));
	finish(100 * SEC);
	row = group_table_next(report->processes, NULL);
	group = row->key;
	assert_string_equal(group->comm, "leaky");
	assert_int_equal(row->open, 1);
	assert_int_equal(row->oldest_ns, 98 * SEC);
	row = group_table_next(report->processes, row);
	group = row->key;
	assert_string_equal(group->comm, "envoy");
	assert_int_equal(row->ended, 2);
	assert_int_equal(row->ends[HOW_RST_RCVD], 2);
	assert_null(group_table_next(report->processes, row)->key);
	row = group_table_next(report->destinations, NULL);
	assert_int_equal(row->ended, 2);
	assert_int_equal(row->open, 1);
	assert_null(group_table_next(report->destinations, row)->key);
}

static void makes_a_page_of_nothing(void **state)
{
	(void)state;
	page(NULL, 0, "");
	expect("No connection ended");
	expect("</html>\n");
	expect_no("nan");
	expect_no("inf%");
	free(text);
}

/* Names from events and the command line are escaped as text. */
static void escapes_names(void **state)
{
	struct tcpfin_event ev =
		fixture_task(at(1, STATE, ESTAB, CW, SEC), 7, "<b>\"'&\x1b\xff");
	const struct item items[] = { SCRIPT_EVENT(&ev) };

	(void)state;
	page(items, 1, "comm = <i>\xc3");
	expect("&lt;b&gt;&quot;&#39;&amp;\\x1b\\xff, pid 7");
	expect("comm = &lt;i&gt;\\xc3");
	expect_no("<b>\"");
	expect_no("<i>");
	free(text);
}

static void tells_what_probes_do_not_see(void **state)
{
	(void)state;
	probe = (struct tcpfin_probe){
		.symbol = "inet_twsk_kill", .shows = "some ends", .hooked = 1,
	};
	page(NULL, 0, "");
	expect("Nothing was lost");
	free(text);
	probe.unreached = 4;
	page(NULL, 0, "");
	expect_no("Nothing was lost");
	expect("some ends (inet_twsk_kill is hooked, but not reached)</li>\n");
	free(text);
	probe.unreached = 0;
	probe.hooked = 0;
	page(NULL, 0, "");
	expect_no("Nothing was lost");
	expect("some ends (inet_twsk_kill is not hooked)</li>\n");
	free(text);
	probe = (struct tcpfin_probe){ 0 };
}

static const char *limit;

static void sysctls(struct source *src, struct sysctl list[SYSCTLS])
{
	unsigned int i;

	(void)src;
	for (i = 0; i < SYSCTLS; i++) {
		list[i].name = i ? "tcp_rfc1337" : "tcp_max_tw_buckets";
		snprintf(list[i].value, sizeof(list[i].value), "%s",
			 i ? "0" : limit);
	}
}

/* A page on one connection in TIME_WAIT, with this tcp_max_tw_buckets. */
static void page_with_limit(const char *value)
{
	struct tcpfin_event ev = at(1, BIRTH, FW2, TW, SEC);
	const struct item item = SCRIPT_EVENT(&ev);
	const struct selection selection = { 0 };
	struct source_ops ops;
	FILE *out = open_memstream(&text, &size);

	limit = value;
	script_init(&script, &item, 1);
	ops = *script.src.ops;
	ops.sysctls = sysctls;
	script.src.ops = &ops;
	script.now_ns = 2 * SEC;
	assert_int_equal(report_run(&script.src, &selection, "", out), 0);
	fclose(out);
}

static void shows_the_limit(void **state)
{
	(void)state;
	page_with_limit("2");
	expect("50.0% of the limit, 2");
	expect("class=\"limit\"");
	free(text);
	page_with_limit("1000");
	expect("0.1% of the limit, 1,000");
	expect_no("class=\"limit\"");
	free(text);
	/* The limits of two machines. */
	page_with_limit("2/3");
	expect("limit not known");
	free(text);
}

static void allows_nothing_from_elsewhere(void **state)
{
	(void)state;
	page(NULL, 0, "");
	expect("content=\"default-src 'none'; style-src 'sha256-");
	expect_no("unsafe");
	expect_no("http:");
	expect_no("https:");
	expect_no(" src=");
	expect_no("@import");
	expect_no(" style=");
	free(text);
}

static void tells_each_wave_in_words(void **state)
{
	struct tcpfin_event ev =
		fixture_task(drawing_because(at(1, STATE, ESTAB, TCP_CLOSE, SEC),
					     TCPFIN_REASON_ABORTED,
					     TCPFIN_CAUSE_REPAIR), 7, "<b>");
	const struct item items[] = { SCRIPT_EVENT(&ev) };

	(void)state;
	page(items, 1, "");
	expect("<dt>end</dt><dd>There was no FIN, and none of the four waves. The end of &lt;b&gt;, in ESTABLISHED,");
	free(text);
}

static void is_ascii(void **state)
{
	struct tcpfin_event ev =
		fixture_task(at(1, STATE, ESTAB, CW, SEC), 7, "\xf0\x9f\x98");
	const struct item items[] = { SCRIPT_EVENT(&ev) };
	size_t i;

	(void)state;
	page(items, 1, "");
	for (i = 0; i < size; i++)
		assert_true(text[i] == '\n' || text[i] == '\t' ||
			    (text[i] >= ' ' && text[i] <= '~'));
	free(text);
}

/* Records with random bytes in every field. */
static void survives_nonsense(void **state)
{
	static struct tcpfin_event ev[2000];
	static struct item items[2000];
	unsigned int i, j;
	uint32_t x = 1;

	(void)state;
	for (i = 0; i < 2000; i++) {
		for (j = 0; j < sizeof(ev[i]); j++) {
			x = x * 1664525 + 1013904223;
			((unsigned char *)&ev[i])[j] = (unsigned char)(x >> 24);
		}
		ev[i].kind = (uint8_t)(1 + i % 7);
		ev[i].old_state &= 15;
		ev[i].new_state &= 15;
		ev[i].cookie = 1 + i % 97;
		ev[i].netns = 1;
		items[i] = (struct item)SCRIPT_EVENT(&ev[i]);
	}
	page(items, 2000, "");
	expect("</html>\n");
	assert_in_range(size, 1, 1 << 20);
	free(text);
}

static void escapes_text(void **state)
{
	FILE *out = open_memstream(&text, &size);

	(void)state;
	html_text(out, "a<b>&\"'\n\x7f\xc3");
	fclose(out);
	assert_string_equal(text,
		"a&lt;b&gt;&amp;&quot;&#39;&#xFFFD;&#xFFFD;&#xFFFD;");
	free(text);
}

static void writes_numbers_for_people(void **state)
{
	char count[HTML_COUNT_MAX], share[HTML_SHARE_MAX];

	(void)state;
	assert_string_equal(html_count_text(0, count), "0");
	assert_string_equal(html_count_text(999, count), "999");
	assert_string_equal(html_count_text(1000, count), "1,000");
	assert_string_equal(html_count_text(UINT64_MAX, count),
			    "18,446,744,073,709,551,615");
	assert_string_equal(html_share_text(0, 0, share), "-");
	assert_string_equal(html_share_text(0, 3, share), "0%");
	assert_string_equal(html_share_text(3, 3, share), "100%");
	assert_string_equal(html_share_text(1, 1000000, share), "<0.1%");
	assert_string_equal(html_share_text(999999, 1000000, share), ">99.9%");
	assert_string_equal(html_share_text(1, 3, share), "33.3%");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
		TEST(counts_outcomes),
		TEST(counts_who_and_where_to),
		TEST(tallies_by_reason),
		TEST(keeps_tallies_few),
		TEST(measures_spans),
		TEST(does_not_measure_what_it_did_not_see),
		TEST(counts_mini_sockets_at_once),
		TEST(counts_anew_after_a_gap),
		TEST(doubts_after_a_gap),
		TEST(keeps_the_slowest),
		TEST(keeps_copies),
		TEST(sorts_roads_by_rarity),
		TEST(takes_the_road_of_what_waits),
		TEST(keeps_the_oddest_of_a_road),
		TEST(finds_what_doctor_finds),
		cmocka_unit_test(tells_who_does_not_close),
		cmocka_unit_test(makes_a_page_of_nothing),
		cmocka_unit_test(escapes_names),
		cmocka_unit_test(tells_what_probes_do_not_see),
		cmocka_unit_test(shows_the_limit),
		cmocka_unit_test(allows_nothing_from_elsewhere),
		cmocka_unit_test(tells_each_wave_in_words),
		cmocka_unit_test(is_ascii),
		cmocka_unit_test(survives_nonsense),
		cmocka_unit_test(escapes_text),
		cmocka_unit_test(writes_numbers_for_people),
	};

	return RUN_TESTS(tests);
}
