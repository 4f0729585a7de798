// SPDX-License-Identifier: GPL-2.0
/* "export --prometheus": counts and their format. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "export_run.h"
#include "format/prometheus.h"
#include "stats/histogram.h"

static const struct export_options plain;

static void counts_ends_by_outcome(void **state)
{
	(void)state;
	export_run_closer(1, SEC);
	export_run_other(1, SEC);
	export_run_end(fixture_event(TCPFIN_KIND_STATE, 9, TCP_ESTABLISHED, TCP_CLOSE,
				     SEC), TCPFIN_REASON_RST_RCVD);
	export_run_metrics(plain);
	export_run_expect("# TYPE tcpfin_ends_total counter\n");
	export_run_expect("tcpfin_ends_total{outcome=\"fin\",closer=\"local\"} 1\n");
	export_run_expect("tcpfin_ends_total{outcome=\"fin\",closer=\"remote\"} 1\n");
	export_run_expect("tcpfin_ends_total{outcome=\"rst-received\",closer=\"none\"} 1\n");
	export_run_expect("tcpfin_ends_total{outcome=\"killed\",closer=\"both\"} 0\n");
	export_run_expect_no("outcome=\"open\"");
	export_run_expect(
		"tcpfin_time_wait_ends_total{reason=\"expired\"} 1\n");
	export_run_expect("tcpfin_events_total 8\n");
}

static void a_reason_that_nobody_knows_is_other(void **state)
{
	(void)state;
	export_run_end(fixture_event(TCPFIN_KIND_TW_DEATH, 1, TCP_TIME_WAIT, TCP_CLOSE,
				     SEC), 77);
	export_run_end(fixture_event(TCPFIN_KIND_TW_DEATH, 2, TCP_TIME_WAIT, TCP_CLOSE,
				     SEC), TCPFIN_REASON_CALLER);
	export_run_metrics(plain);
	export_run_expect("tcpfin_time_wait_ends_total{reason=\"other\"} 2\n");
}

static void spans_are_cumulative(void **state)
{
	(void)state;
	export_run_closer(1, SEC);
	export_run_closer(5, 2 * SEC);
	export_run_other(1, SEC);
	export_run_metrics(plain);
	export_run_expect("# TYPE tcpfin_time_wait_duration_seconds histogram\n");
	export_run_expect("tcpfin_time_wait_duration_seconds_bucket{le=\"60.25\"} 0\n");
	/* 60.5 s belongs to the bucket with this upper bound. */
	export_run_expect("tcpfin_time_wait_duration_seconds_bucket{le=\"60.5\"} 2\n");
	export_run_expect("tcpfin_time_wait_duration_seconds_bucket{le=\"+Inf\"} 2\n");
	export_run_expect("tcpfin_time_wait_duration_seconds_sum 121.000000000\n");
	export_run_expect("tcpfin_time_wait_duration_seconds_count 2\n");
	export_run_expect("tcpfin_half_close_duration_seconds_sum 0.000001000\n");
	export_run_expect("tcpfin_close_wait_duration_seconds_bucket{le=\"0.0001\"} 0\n");
	export_run_expect("tcpfin_close_wait_duration_seconds_bucket{le=\"0.0005\"} 1\n");
}

/* A TIME_WAIT whose begin was not seen is counted, without a length. */
static void an_unmeasured_wait_has_no_length(void **state)
{
	(void)state;
	export_run_end(fixture_event(TCPFIN_KIND_TW_DEATH, 1, TCP_TIME_WAIT, TCP_CLOSE,
				     SEC), TCPFIN_REASON_EXPIRED);
	export_run_metrics(plain);
	export_run_expect(
		"tcpfin_time_wait_ends_total{reason=\"expired\"} 1\n");
	export_run_expect("tcpfin_time_wait_duration_seconds_count 0\n");
}

static void what_is_open_is_a_gauge(void **state)
{
	(void)state;
	export_run_event(fixture_event(TCPFIN_KIND_STATE, 1, TCP_ESTABLISHED,
				       TCP_CLOSE_WAIT, 10 * SEC));
	export_run_event(fixture_event(TCPFIN_KIND_STATE, 2, TCP_ESTABLISHED,
				       TCP_CLOSE_WAIT, 20 * SEC));
	export_run_metrics(plain);
	export_run_expect("# TYPE tcpfin_open_ends gauge\n");
	export_run_expect("tcpfin_open_ends{state=\"CLOSE_WAIT\"} 2\n");
	export_run_expect("tcpfin_open_ends_oldest_age_seconds{state=\"CLOSE_WAIT\"} 60.000000000\n");
	export_run_expect("tcpfin_open_ends{state=\"TIME_WAIT\"} 0\n");
}

static void loss_is_counted(void **state)
{
	(void)state;
	export_run_event(fixture_event(TCPFIN_KIND_STATE, 1, TCP_ESTABLISHED,
				       TCP_CLOSE_WAIT, SEC));
	export_run_item((struct item){ .type = ITEM_LOST, .count = 7,
					.time_ns = 2 * SEC });
	export_run_item((struct item){ .type = ITEM_LOST, .cpu = CPU_NO_RING,
					.count = 2, .time_ns = 2 * SEC });
	export_run_item((struct item){ .type = ITEM_MISSED, .count = 3,
					.time_ns = 2 * SEC });
	export_run_metrics(plain);
	export_run_expect("tcpfin_events_lost_total 9\n");
	export_run_expect("tcpfin_events_no_ring_total 2\n");
	export_run_expect("tcpfin_probe_calls_missed_total 3\n");
	export_run_expect("tcpfin_open_ends_uncertain 1\n");
	export_run_expect("tcpfin_open_ends{state=\"CLOSE_WAIT\"} 0\n");
}

static void gives_time_outs_their_cause(void **state)
{
	struct tcpfin_event ev = fixture_event(TCPFIN_KIND_STATE, 1, TCP_FIN_WAIT1,
					       TCP_CLOSE, SEC);

	(void)state;
	ev.detail = RETRANSMISSIONS(9);
	export_run_end(ev, TCPFIN_REASON_TIMEOUT);
	ev.cookie = 2;
	ev.detail = 77;
	export_run_end(ev, TCPFIN_REASON_TIMEOUT);
	export_run_metrics(plain);
	export_run_expect("# TYPE tcpfin_timeouts_total counter\n");
	export_run_expect("tcpfin_timeouts_total{cause=\"retransmission\"} 1\n");
	export_run_expect("tcpfin_timeouts_total{cause=\"unknown\"} 1\n");
	export_run_expect("tcpfin_timeouts_total{cause=\"keepalive\"} 0\n");
	export_run_expect("tcpfin_aborts_total{cause=\"unknown\"} 0\n");
}

/* The module of the next run has this probe. */
static void probe(unsigned int i, const char *symbol, bool hooked, uint64_t unreached)
{
	struct tcpfin_probe *p = &export_run.probe[i];

	snprintf(p->symbol, sizeof(p->symbol), "%s", symbol);
	p->hooked = hooked;
	p->unreached = unreached;
}

static void tells_what_probes_do_not_see(void **state)
{
	(void)state;
	probe(0, "tcp_set_state", true, 0);
	probe(1, "inet_twsk_kill", true, 4);
	probe(2, "tcp:tcp_retransmit_skb", false, 0);
	/* A recording of an older module has some symbols twice. */
	probe(3, "inet_twsk_kill", true, 9);
	export_run_metrics(plain);
	export_run_expect("# TYPE tcpfin_probe_calls_unreached_total counter\n");
	export_run_expect("tcpfin_probe_calls_unreached_total{probe=\"tcp_set_state\"} 0\n");
	export_run_expect("tcpfin_probe_calls_unreached_total{probe=\"inet_twsk_kill\"} 4\n");
	export_run_expect_no("} 9\n");
	export_run_expect("tcpfin_probe_hooked{probe=\"inet_twsk_kill\"} 1\n");
	export_run_expect("tcpfin_probe_hooked{probe=\"tcp:tcp_retransmit_skb\"} 0\n");
}

/* A TIME_WAIT that began before the run is measured; earlier ends are not counted. */
static void a_run_counts_from_its_beginning(void **state)
{
	struct export_options opts = { .interval_ns = SEC };

	(void)state;
	export_run_closer(1, SEC);
	export_run_closer(5, 20 * SEC);
	export_run_item((struct item){ .type = ITEM_LOST, .count = 7,
					.time_ns = 69 * SEC });
	export_run_metrics(opts);
	export_run_expect(
		"tcpfin_ends_total{outcome=\"fin\",closer=\"local\"} 1\n");
	export_run_expect("tcpfin_time_wait_duration_seconds_count 1\n");
	export_run_expect("tcpfin_events_total 1\n");
	export_run_expect("tcpfin_events_lost_total 0\n");
	export_run_expect(
		"tcpfin_counting_since_timestamp_seconds 1070.000000000\n");
}

static void a_run_writes_again_and_again(void **state)
{
	struct export_options opts = {
		.interval_ns = SEC, .selection.count = 2,
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < 5; i++)
		export_run_item((struct item){ .type = ITEM_IDLE });
	export_run_metrics(opts);
	/* Written at once, and again after a second. */
	assert_int_equal(export_run.script.at, 2);
	export_run_expect("tcpfin_events_total 0\n");
}

static struct tcpfin_event to_port(struct tcpfin_event ev, uint16_t port)
{
	ev.rport = port;
	return ev;
}

static void groups_beyond_the_cap_are_other(void **state)
{
	struct export_options opts = {
		.by = GROUP_BY_DESTINATION, .cap = 2,
	};
	uint16_t i;

	(void)state;
	for (i = 0; i < 5; i++)
		export_run_end(to_port(fixture_event(TCPFIN_KIND_STATE, 1 + i,
						     TCP_ESTABLISHED, TCP_CLOSE, SEC),
				       1 + i % 3), TCPFIN_REASON_RST_RCVD);
	export_run_metrics(opts);
	export_run_expect("tcpfin_group_ends_total{destination=\"192.0.2.7:1\",outcome=\"rst-received\"} 2\n");
	export_run_expect("tcpfin_group_ends_total{destination=\"192.0.2.7:2\",outcome=\"rst-received\"} 2\n");
	export_run_expect("tcpfin_group_ends_total{destination=\"other\",outcome=\"rst-received\"} 1\n");
	export_run_expect_no("192.0.2.7:3");
}

static void without_by_there_is_no_address(void **state)
{
	(void)state;
	export_run_closer(1, SEC);
	export_run_metrics(plain);
	export_run_expect_no("192.0.2.7");
	export_run_expect_no("tcpfin_group");
}

static struct tcpfin_event named(uint64_t cookie, const char *comm)
{
	return fixture_task(fixture_event(TCPFIN_KIND_STATE, cookie,
					  TCP_ESTABLISHED, TCP_CLOSE, SEC), 7,
			    comm);
}

/* A process named like the group of all others, or with quotes, stays one label. */
static void hostile_names_stay_in_their_label(void **state)
{
	struct export_options opts = { .by = GROUP_BY_COMM };

	(void)state;
	export_run_end(named(1, "other"), TCPFIN_REASON_RST_RCVD);
	export_run_end(named(2, "a\"} 1\n#\\"), TCPFIN_REASON_RST_RCVD);
	export_run_metrics(opts);
	export_run_expect("{comm=\"other\",outcome=\"rst-received\"} 1\n");
	export_run_expect("{comm=\"a\\\"} 1\\\\x0a#\\\\x5c\",outcome=\"rst-received\"} 1\n");
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Prometheus refuses a file in which a series appears twice. */
static void no_series_appears_twice(void **state)
{
	struct export_options opts = { .by = GROUP_BY_COMM };
	char *lines[4096], *line, *rest;
	size_t n = 0, i;

	(void)state;
	export_run_closer(1, SEC);
	export_run_end(named(5, "other"), TCPFIN_REASON_RST_RCVD);
	export_run_end(named(6, "unknown"), TCPFIN_REASON_RST_RCVD);
	export_run_end(fixture_event(TCPFIN_KIND_STATE, 7, TCP_ESTABLISHED, TCP_CLOSE,
				     SEC), TCPFIN_REASON_RST_RCVD);
	export_run_metrics(opts);
	rest = export_run.text;
	while ((line = strsep(&rest, "\n"))) {
		if (!*line || *line == '#')
			continue;
		*strrchr(line, ' ') = '\0';
		assert_true(n < 4096);
		lines[n++] = line;
	}
	assert_true(n > 100);
	qsort(lines, n, sizeof(lines[0]), compare);
	for (i = 1; i < n; i++)
		assert_string_not_equal(lines[i - 1], lines[i]);
}

static void labels_are_escaped(void **state)
{
	const struct prom_metric m = { "m", "gauge", "help" };
	const struct prom_label labels[] = {
		{ "a", "\"\\\n" }, { "b", "" }, { NULL, NULL },
	};
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	prom_number(out, &m, labels, UINT64_MAX);
	fclose(out);
	assert_string_equal(text,
		"m{a=\"\\\"\\\\\\n\",b=\"\"} 18446744073709551615\n");
	free(text);
}

static void bounds_rise(void **state)
{
	const struct histogram_bounds *all[] = {
		&histogram_bounds_time_wait, &histogram_bounds_wide,
	};
	size_t i, j;
	double text;

	(void)state;
	for (i = 0; i < 2; i++) {
		for (j = 0; j < all[i]->count; j++) {
			text = atof(all[i]->bound[j].text) * 1e9;
			assert_true(text > (double)all[i]->bound[j].ns - 0.5 &&
				    text < (double)all[i]->bound[j].ns + 0.5);
			assert_true(!j || all[i]->bound[j].ns >
					  all[i]->bound[j - 1].ns);
		}
	}
}

static void the_sum_keeps_its_nanoseconds(void **state)
{
	struct histogram h = { .bounds = &histogram_bounds_wide };
	unsigned int i;

	(void)state;
	for (i = 0; i < 3; i++)
		histogram_add(&h, 999999999);
	histogram_add(&h, UINT64_MAX);
	assert_int_equal(h.sum_s, UINT64_MAX / SEC + 3);
	assert_int_equal(h.sum_ns, 709551612);
	assert_int_equal(h.count[histogram_bounds_wide.count], 1);
	assert_int_equal(h.all, 4);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, export_run_setup, export_run_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(counts_ends_by_outcome),
		TEST(a_reason_that_nobody_knows_is_other),
		TEST(spans_are_cumulative),
		TEST(an_unmeasured_wait_has_no_length),
		TEST(what_is_open_is_a_gauge),
		TEST(loss_is_counted),
		TEST(gives_time_outs_their_cause),
		TEST(tells_what_probes_do_not_see),
		TEST(a_run_counts_from_its_beginning),
		TEST(a_run_writes_again_and_again),
		TEST(groups_beyond_the_cap_are_other),
		TEST(without_by_there_is_no_address),
		TEST(hostile_names_stay_in_their_label),
		TEST(no_series_appears_twice),
		cmocka_unit_test(labels_are_escaped),
		cmocka_unit_test(bounds_rise),
		cmocka_unit_test(the_sum_keeps_its_nanoseconds),
	};

	return RUN_TESTS(tests);
}
