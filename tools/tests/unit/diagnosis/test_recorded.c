// SPDX-License-Identifier: GPL-2.0
/* What "doctor" tells of sockets from recorded steps. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "diagnosis/recorded.h"
#include "diagnosis/rules.h"
#include "finding_check.h"
#include "fixtures.h"

static struct facts facts;
static struct snapshot snapshot;
static struct findings found;
static struct tracker *tracker;
static uint64_t cookie;

/* Ports 40000 to 40019, and room for 20 mini-sockets. */
static int set_up(void **state)
{
	static const struct sysctl settings[SYSCTLS] = {
		{ "tcp_fin_timeout", "60" }, { "tcp_max_tw_buckets", "20" },
		{ "tcp_tw_reuse", "0" }, { "tcp_rfc1337", "1" },
		{ "ip_local_port_range", "40000-40019" },
	};

	(void)state;
	memset(&facts, 0, sizeof(facts));
	memset(&snapshot, 0, sizeof(snapshot));
	memset(&found, 0, sizeof(found));
	tracker = tracker_new(1000, NULL);
	facts.older_ns = 60 * SEC;
	facts.now_ns = 100 * SEC;
	snapshot.facts = &facts;
	snapshot.tracker = tracker;
	recorded_begin(&snapshot, settings);
	return !tracker;
}

static int tear_down(void **state)
{
	(void)state;
	snapshot_end(&snapshot);
	free(facts.present.held);
	tracker_free(tracker);
	return 0;
}

static void feed(struct tcpfin_event ev)
{
	struct step step;

	tracker_event(tracker, 0, &ev, &step);
}

static unsigned int judge(void)
{
	recorded_sockets(&snapshot);
	rules_judge(&facts, &found);
	return found.count;
}

static void is_marked(const struct finding *f)
{
	assert_true(member(f, "from_steps")->number);
	assert_non_null(strstr(f->evidence[f->nevidence - 1], "judged from recorded steps"));
}

/* A server's end that got the peer's FIN and is not closed. */
static void leak(uint64_t time_ns)
{
	feed(fixture_far(TCPFIN_KIND_STATE, ++cookie, TCP_ESTABLISHED, TCP_CLOSE_WAIT,
			 time_ns));
}

/* A mini-socket of this client port and process, born at this time. */
static void time_wait(uint16_t port, uint16_t flags, const char *comm, uint64_t time_ns)
{
	struct tcpfin_event ev;

	ev = fixture_event(TCPFIN_KIND_STATE, ++cookie, TCP_ESTABLISHED, TCP_FIN_WAIT1,
			   time_ns - 1);
	ev.lport = port;
	feed(fixture_task(ev, 7, comm));
	ev = fixture_event(TCPFIN_KIND_TW_BIRTH, cookie, TCP_FIN_WAIT2, TCP_TIME_WAIT,
			   time_ns);
	ev.lport = port;
	ev.flags |= flags;
	feed(ev);
}

static void tells_leaks(void **state)
{
	const struct finding *f = &found.list[0];
	unsigned int i;

	(void)state;
	for (i = 0; i < 41; i++)
		leak((1 + i) * SEC);
	assert_int_equal(judge(), 1);
	assert_int_equal(f->kind, FINDING_CLOSE_WAIT);
	assert_int_equal(member(f, "count")->number, 40);
	assert_int_equal(member(f, "oldest_ms")->number, 99 * SEC);
	assert_int_equal(member(f, "lport")->number, 443);
	assert_false(member(f, "fd")->known);
	is_marked(f);
}

/* An end may have ended in steps that were lost. */
static void leaves_out_what_is_uncertain(void **state)
{
	const struct item lost = { .type = ITEM_LOST, .count = 1, .time_ns = 5 * SEC };

	(void)state;
	leak(SEC);
	leak(2 * SEC);
	tracker_loss(tracker, &lost);
	leak(6 * SEC);
	assert_int_equal(judge(), 1);
	assert_int_equal(member(&found.list[0], "count")->number, 1);
}

static void tells_who_waits_for_a_peer(void **state)
{
	struct tcpfin_event ev;

	(void)state;
	ev = fixture_event(TCPFIN_KIND_STATE, 1, TCP_ESTABLISHED, TCP_FIN_WAIT1, SEC);
	feed(fixture_task(ev, 7, "app"));
	feed(fixture_event(TCPFIN_KIND_STATE, 1, TCP_FIN_WAIT1, TCP_FIN_WAIT2, SEC));
	/* One without a process is the kernel's. */
	ev.cookie = 2;
	feed(ev);
	ev = fixture_event(TCPFIN_KIND_STATE, 2, TCP_FIN_WAIT1, TCP_FIN_WAIT2, SEC);
	ev.flags |= TCPFIN_F_ORPHAN;
	feed(ev);
	assert_int_equal(judge(), 1);
	assert_int_equal(found.list[0].kind, FINDING_FIN_WAIT2);
	assert_string_equal(found.list[0].what,
		"app (pid 7) holds 1 connection in FIN_WAIT2, the oldest for 99.000s");
}

static void tells_ports_and_places(void **state)
{
	const struct finding *f = found.list;
	uint16_t port;

	(void)state;
	for (port = 40000; port < 40016; port++)
		time_wait(port, TCPFIN_F_TIMESTAMPS, port % 4 ? "curl" : "wget", 90 * SEC);
	assert_int_equal(judge(), 2);
	assert_int_equal(f[0].kind, FINDING_TW_BUCKETS);
	assert_int_equal(member(&f[0], "used")->number, 16);
	is_marked(&f[0]);
	assert_int_equal(f[1].kind, FINDING_PORTS);
	assert_int_equal(member(&f[1], "taken")->number, 16);
	assert_string_equal(member(&f[1], "reuse")->text, "helps");
	assert_string_equal(member(&f[1], "comm")->text, "curl");
	assert_int_equal(member(&f[1], "by_comm")->number, 12);
	is_marked(&f[1]);
}

static void tells_ports_that_bind_chose(void **state)
{
	uint16_t port;

	(void)state;
	facts.setting[FACTS_SET_MAX_TW_BUCKETS].known = false;
	for (port = 40000; port < 40016; port++)
		time_wait(port, TCPFIN_F_TIMESTAMPS | TCPFIN_F_BOUND, "worker", 90 * SEC);
	assert_int_equal(judge(), 1);
	assert_int_equal(found.list[0].kind, FINDING_BOUND_PORTS);
	assert_int_equal(member(&found.list[0], "bound")->number, 16);
}

/* Recordings of older modules do not tell what connect() looks at. */
static void guesses_nothing_of_ports(void **state)
{
	uint16_t port;

	(void)state;
	facts.setting[FACTS_SET_MAX_TW_BUCKETS].known = false;
	for (port = 40000; port < 40016; port++)
		time_wait(port, 0, "curl", 90 * SEC);
	assert_int_equal(judge(), 1);
	assert_string_equal(member(&found.list[0], "reuse")->text,
			    "peer-timestamps-unknown");
}

/* Each network namespace has ports and places of its own. */
static void tells_namespaces_apart(void **state)
{
	struct tcpfin_event ev;
	unsigned int i;

	(void)state;
	for (i = 0; i < 30; i++) {
		ev = fixture_event(TCPFIN_KIND_TW_BIRTH, ++cookie, TCP_FIN_WAIT2,
				   TCP_TIME_WAIT, 90 * SEC);
		ev.lport = (uint16_t)(40000 + i % 15);
		ev.netns = 1 + i % 2;
		feed(ev);
	}
	assert_int_equal(judge(), 0);
}

#define TEST(test)	cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(tells_leaks),
		TEST(leaves_out_what_is_uncertain),
		TEST(tells_who_waits_for_a_peer),
		TEST(tells_ports_and_places),
		TEST(tells_ports_that_bind_chose),
		TEST(guesses_nothing_of_ports),
		TEST(tells_namespaces_apart),
	};

	return RUN_TESTS(tests);
}
