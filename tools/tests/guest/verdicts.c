// SPDX-License-Identifier: GPL-2.0
/*
 * Every scenario of a teardown, with the verdict of "tcpfin handshakes --json":
 * compares every member with golden files. One recording gives four sets of verdicts:
 *
 *	paired		from all events
 *	client, server	from the events of one end only
 *	two hosts	from two recordings of one end each, changed as if they
 *			came from two machines: must equal "paired"
 *
 * Labels stand for values that vary (normalize.h). This file checks the values that
 * the labels hide: addresses, namespaces and processes of the connection, the length
 * of TIME_WAIT, and the bytes sent during the half-close.
 *
 * Usage: verdicts [FOLDER [RUN [SKIP]]]	compare with the golden files in FOLDER;
 *				RUN and SKIP are patterns, with * and ?, of the
 *				names of tests
 *	  verdicts --write FOLDER	write golden files to an empty FOLDER, for
 *				scripts/test golden
 */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "golden.h"
#include "normalize.h"
#include "program.h"
#include "split_recording.h"
#include "test_conn.h"

#define RECORDING	"/tmp/recording"
#define ENDS		2
/* Host name of the guest. */
#define GUEST		"tcpfin"

/* How long end @end must be in a state, in seconds. */
struct span {
	int end;
	const char *state;
	double least;
	double most;
};

struct scenario {
	const char *name;
	int family;
	bool veth;
	uint16_t port;
	void (*run)(struct test_conn *t);
	struct span span[2];
	/* Can this kernel do it? NULL if every kernel can. */
	bool (*can)(void);
};

/* Recordings of one end each. */
static const char *const end_files[ENDS] = { "/tmp/client", "/tmp/server" };
static const char *const end_names[ENDS] = { "client", "server" };

static void record_scenario(const struct scenario *scenario,
			    struct test_conn *t)
{
	struct reader recorder = { 0 };
	char want[80];

	/* The recorder of a failed test may still write the old file. */
	unlink(RECORDING);
	reader_follow(&recorder, "record -w " RECORDING);
	test_conn_open(t, scenario->family, scenario->veth, scenario->port);
	scenario->run(t);
	events_read(&t->events);
	reader_stop(&recorder);
	events_excuse_missed(&t->events);
	snprintf(want, sizeof(want),
		 "tcpfin record: %zu events written, 0 lost, 0 missed\n",
		 t->events.count);
	assert_string_equal(recorder.text[1], want);
}

/* Write a recording of one end, including that of a second connection. */
static void split_end(const struct test_conn *t, int end, struct split split)
{
	const uint64_t cookies[] = {
		t->pair.cookie[end], t->other.cookie[end],
	};

	split.cookies = cookies;
	split.count = t->other.cookie[end] ? 2 : 1;
	split_recording(RECORDING, end_files[end], &split);
}

/* Index of an end of the connection under test; -1 for an end of another one. */
static int which_end(const struct test_conn *t, struct json_object *end)
{
	char cookie[24];
	int i;

	for (i = 0; i < ENDS; i++) {
		snprintf(cookie, sizeof(cookie), "%lx", t->pair.cookie[i]);
		if (!strcmp(string(end, "cookie"), cookie))
			return i;
	}
	return -1;
}

static void want_address(struct json_object *end, const char *addr_key,
			 const char *port_key,
			 const struct sockaddr_storage *addr)
{
	const struct sockaddr_in6 *in6 = (const void *)addr;
	const struct sockaddr_in *in = (const void *)addr;
	char text[INET6_ADDRSTRLEN];
	bool v6 = addr->ss_family == AF_INET6;

	inet_ntop(addr->ss_family, v6 ? (const void *)&in6->sin6_addr :
					(const void *)&in->sin_addr,
		  text, sizeof(text));
	want_string(end, addr_key, text);
	want_number(end, port_key, ntohs(in->sin_port));
}

static void check_identity(const struct test_conn *t, struct json_object *end,
			   int which)
{
	want_string(end, "family",
		    t->addr[which].ss_family == AF_INET6 ? "inet6" : "inet");
	if (strcmp(string(end, "host"), GUEST))
		want_string(end, "host", end_names[which]);
	want_number(end, "netns", t->netns[which]);
	want_address(end, "laddr", "lport", &t->addr[which]);
	want_address(end, "raddr", "rport", &t->addr[!which]);
	if (member(end, "owner_pid"))
		want_number(end, "owner_pid", getpid());
}

static void want_span(struct json_object *end, const char *path, double least,
		      double most)
{
	double seen = json_object_get_double(member(end, path)) / 1000;

	if (!member(end, path) || seen < least || seen > most)
		fail_msg("%s: %f to %f s expected, %s ms seen", path, least,
			 most, json_object_to_json_string(member(end, path)));
}

/* Check waits that ended by their timer; check_spans() checks the others. */
static void check_waits(struct json_object *end)
{
	struct json_object *wait = member(end, "time_wait");
	struct json_object *how = member(end, "how");

	if (wait && member(wait, "end") && !number(wait, "extended") &&
	    !strcmp(string(wait, "end"), "expired")) {
		want_span(end, "time_wait.ms", TIME_WAIT_MIN, TIME_WAIT_MAX);
		want_span(end, "states_ms.TIME_WAIT", TIME_WAIT_MIN,
			  TIME_WAIT_MAX);
	}
	if (how && !strcmp(string(end, "how"), "fin-wait-2-timeout"))
		want_span(end, "states_ms.FIN_WAIT2", TIME_WAIT_MIN, 1e9);
}

static void check_spans(const struct scenario *scenario,
			struct json_object *end, int which)
{
	const struct span *span;
	char path[64];
	int i;

	for (i = 0; i < 2 && scenario->span[i].state; i++) {
		span = &scenario->span[i];
		if (span->end != which)
			continue;
		snprintf(path, sizeof(path), "states_ms.%s", span->state);
		want_span(end, path, span->least, span->most);
	}
}

/*
 * An end that was in CLOSE_WAIT knows how many bytes were sent during the half-close,
 * an end that received the second FIN how many arrived: both must be the bytes that
 * the scenario sent.
 */
static void check_half_close(const struct test_conn *t,
			     struct json_object *verdict,
			     struct json_object *end)
{
	struct json_object *wave3 =
		json_object_array_get_idx(member(verdict, "waves"), 2);

	if (!t->half_close_bytes)
		return;
	if (member(end, "states_ms.CLOSE_WAIT"))
		want_number(verdict, "half_close.bytes_sent",
			    t->half_close_bytes);
	if (!member(end, "states_ms.FIN_WAIT2"))
		return;
	if (member(wave3, "received_ns"))
		want_number(verdict, "half_close.bytes_received",
			    t->half_close_bytes);
	else
		want_null(verdict, "half_close.bytes_received");
}

/* The end's time of day must be that of the guest's clock, in every recording. */
static void check_clock(struct json_object *end)
{
	struct timespec wall, mono;
	struct tm tm = { 0 };
	int64_t ago;

	if (strcmp(string(end, "host"), GUEST))
		return;
	clock_gettime(CLOCK_REALTIME, &wall);
	clock_gettime(CLOCK_MONOTONIC, &mono);
	assert_non_null(strptime(string(end, "end"), "%Y-%m-%dT%H:%M:%S", &tm));
	ago = mono.tv_sec - (int64_t)(number(end, "end_ns") / 1000000000);
	assert_in_range(timegm(&tm) + ago - wall.tv_sec + 1, 0, 2);
}

static void check_verdict(const struct scenario *scenario,
			  const struct test_conn *t, struct json_object *verdict)
{
	struct json_object *ends = member(verdict, "ends");
	size_t i;

	for (i = 0; i < json_object_array_length(ends); i++) {
		struct json_object *end = json_object_array_get_idx(ends, i);
		int which = which_end(t, end);

		check_waits(end);
		check_clock(end);
		if (which < 0)
			continue;
		check_identity(t, end, which);
		check_spans(scenario, end, which);
		check_half_close(t, verdict, end);
	}
}

/* The normalized verdicts on some recordings, after the checks. */
static struct json_object *judge(const struct scenario *scenario,
				 const struct test_conn *t, const char *files)
{
	struct json_object *list = json_object_new_array();
	struct reader r = { 0 };
	char command[80];
	const char *why;
	size_t i;

	snprintf(command, sizeof(command), "handshakes --json %s", files);
	reader_run_json(&r, command);
	for (i = 0; i < r.objects; i++) {
		check_verdict(scenario, t, r.object[i]);
		why = normalize_verdict(r.object[i]);
		if (why)
			fail_msg("%s: %s: %s", files, why, r.text[0]);
		json_object_array_add(list, json_object_get(r.object[i]));
	}
	reader_free(&r);
	return list;
}

static void add_one_sided(const struct scenario *scenario,
			  const struct test_conn *t, struct json_object *all)
{
	const struct split same = { 0 };
	char files[80];
	int i;

	for (i = 0; i < ENDS; i++) {
		split_end(t, i, same);
		snprintf(files, sizeof(files), "-r %s", end_files[i]);
		json_object_object_add(all, end_names[i],
				       judge(scenario, t, files));
	}
}

/* Replace the invented host name of each end by the name of the guest. */
static void rename_hosts(struct json_object *list)
{
	size_t i, j;

	for (i = 0; i < json_object_array_length(list); i++) {
		struct json_object *ends =
			member(json_object_array_get_idx(list, i), "ends");

		for (j = 0; j < json_object_array_length(ends); j++) {
			struct json_object *end =
				json_object_array_get_idx(ends, j);

			assert_string_not_equal(string(end, "host"), GUEST);
			json_object_object_add(end, "host",
				json_object_new_string(GUEST));
		}
	}
}

/* Clocks of two machines do not tell whether an end went on after a RST. */
static void excuse_injected(struct json_object *paired, struct json_object *seen)
{
	size_t i;

	for (i = 0; i < json_object_array_length(seen); i++) {
		struct json_object *want = json_object_array_get_idx(paired, i);
		struct json_object *got = json_object_array_get_idx(seen, i);

		if (!json_object_get_boolean(member(want, "injected")))
			continue;
		want_bool(got, "injected", false);
		want_null(got, "cause");
		json_object_object_add(got, "injected", json_object_new_boolean(true));
		json_object_object_add(got, "cause",
				       json_object_get(member(want, "cause")));
	}
}

static void check_two_hosts(const struct scenario *scenario,
			    const struct test_conn *t, struct json_object *paired)
{
	const struct split client = { .host = "client", .boot = 'x',
				      .later_ns = 1234567000 };
	const struct split server = { .host = "server", .boot = 'y' };
	struct json_object *seen;

	split_end(t, 0, client);
	split_end(t, 1, server);
	seen = judge(scenario, t, "-r /tmp/client -r /tmp/server");
	rename_hosts(seen);
	excuse_injected(paired, seen);
	golden_compare("paired", paired, seen);
	json_object_put(seen);
}

static void test_scenario(void **state)
{
	const struct scenario *scenario = *state;
	struct json_object *paired, *all;
	struct test_conn t;

	if (scenario->can && !scenario->can()) {
		golden_skip(scenario->name);
		skip();
	}
	all = json_object_new_object();
	record_scenario(scenario, &t);
	paired = judge(scenario, &t, "-r " RECORDING);
	json_object_object_add(all, "paired", paired);
	add_one_sided(scenario, &t, all);
	check_two_hosts(scenario, &t, paired);
	golden_check(scenario->name, scenario->family == AF_INET6, all);
	json_object_put(all);
	test_conn_cleanup(&t);
}

static void test_golden_files_used(void **state)
{
	(void)state;
	golden_check_unused();
}

/* A scenario's name is that of its golden file. */
static const struct scenario scenarios[] = {
	{ .name = "orphan-close", .run = scenario_orphan_close },
	{ .name = "orphan-close-veth", .veth = true,
	  .run = scenario_orphan_close },
	{ .name = "server-first", .run = scenario_server_first },
	{ .name = "half-close", .run = scenario_half_close,
	  .span = { { 0, "FIN_WAIT2", 1, 1.1 },
		    { 1, "CLOSE_WAIT", 1, 1.1 } } },
	{ .name = "half-close-veth", .veth = true, .run = scenario_half_close,
	  .span = { { 0, "FIN_WAIT2", 1, 1.1 },
		    { 1, "CLOSE_WAIT", 1, 1.1 } } },
	{ .name = "half-close-in-flight", .veth = true,
	  .run = scenario_half_close_in_flight,
	  .span = { { 0, "FIN_WAIT1", 0.1, 0.11 } } },
	{ .name = "both-close", .run = scenario_both_close },
	{ .name = "both-close-veth", .veth = true, .run = scenario_both_close },
	{ .name = "simultaneous", .run = scenario_simultaneous },
	{ .name = "simultaneous-veth", .veth = true,
	  .run = scenario_simultaneous },
	{ .name = "unsent-fin", .run = scenario_unsent_fin },
	{ .name = "attached", .run = scenario_attached,
	  .span = { { 0, "FIN_WAIT2", 110, 110.5 } } },
	{ .name = "lost-fin", .veth = true, .run = scenario_lost_fin },
	{ .name = "lost-ack", .veth = true, .run = scenario_lost_ack },

	{ .name = "linger-reset", .run = scenario_linger_reset },
	{ .name = "linger-reset-veth", .veth = true,
	  .run = scenario_linger_reset },
	{ .name = "unread-reset", .run = scenario_unread_reset },
	{ .name = "unread-reset-veth", .veth = true,
	  .run = scenario_unread_reset },
	{ .name = "disconnect", .run = scenario_disconnect },
	{ .name = "close-wait-unread", .run = scenario_close_wait_unread },
	{ .name = "close-wait-linger", .run = scenario_close_wait_linger },
	{ .name = "last-ack-linger", .veth = true,
	  .run = scenario_last_ack_linger },
	{ .name = "data-in-fin-wait1", .veth = true,
	  .run = scenario_data_in_fin_wait1 },
	{ .name = "data-in-fin-wait2", .run = scenario_data_in_fin_wait2 },
	{ .name = "syn-in-fin-wait2", .run = scenario_syn_in_fin_wait2 },
	{ .name = "rst-in-fin-wait2", .run = scenario_rst_in_fin_wait2 },
	{ .name = "no-linger2", .run = scenario_no_linger2 },
	{ .name = "orphan-limit", .veth = true, .run = scenario_orphan_limit },
	{ .name = "gave-up", .veth = true, .run = scenario_gave_up },
	{ .name = "kill-established", .run = scenario_kill_established },
	{ .name = "fin-wait2-timeout", .run = scenario_fin_wait2_timeout,
	  .span = { { 0, "FIN_WAIT2", 60, 62.1 } } },
	{ .name = "fin-wait2-timeout-veth", .veth = true,
	  .run = scenario_fin_wait2_timeout,
	  .span = { { 0, "FIN_WAIT2", 60, 62.1 } } },
	{ .name = "late-data", .veth = true, .run = scenario_late_data,
	  .span = { { 0, "FIN_WAIT2", 60, 62.1 } } },
	{ .name = "fin-wait2-attached", .run = scenario_fin_wait2_attached,
	  .span = { { 0, "FIN_WAIT2", 160, 162.2 } } },
	{ .name = "fin-wait2-long", .run = scenario_fin_wait2_long,
	  .span = { { 0, "FIN_WAIT2", 80, 84.2 } } },
	{ .name = "refused", .run = scenario_refused },

	{ .name = "reuse-by-connect", .run = scenario_reuse_by_connect,
	  .span = { { 0, "TIME_WAIT", 2.5, 2.6 } } },
	{ .name = "reuse-by-bound-connect", .port = CLIENT_PORT,
	  .run = scenario_reuse_by_bound_connect,
	  .span = { { 0, "TIME_WAIT", 2.5, 2.6 } } },
	{ .name = "reuse-by-syn", .port = CLIENT_PORT,
	  .run = scenario_reuse_by_syn,
	  .span = { { 1, "TIME_WAIT", 2.5, 2.6 } } },
	{ .name = "killed-by-rst", .run = scenario_killed_by_rst },
	{ .name = "rfc1337", .run = scenario_rfc1337 },
	{ .name = "extended", .run = scenario_extended,
	  .span = { { 0, "TIME_WAIT", 90, 92.2 } } },
	{ .name = "killed", .run = scenario_killed,
	  .can = kernel_kills_minis },
	{ .name = "netns-gone", .run = scenario_netns_gone },
	{ .name = "refused-time-wait", .run = scenario_refused_time_wait },
	{ .name = "tproxy", .veth = true, .port = CLIENT_PORT,
	  .run = scenario_tproxy,
	  .span = { { 1, "TIME_WAIT", 2.5, 3.5 } } },
};

#define SCENARIOS	(sizeof(scenarios) / sizeof(scenarios[0]))

/* IPv4 over IPv6 sockets: must equal the golden file of IPv4. */
static struct scenario mapped = {
	.name = "orphan-close", .family = AF_UNSPEC,
	.run = scenario_orphan_close,
};

int main(int argc, char **argv)
{
	static struct CMUnitTest tests[2 * SCENARIOS + 2];
	static struct scenario variant[2 * SCENARIOS];
	static char name[2 * SCENARIOS][80];
	bool write = argc > 2 && !strcmp(argv[1], "--write");
	size_t i;

	if (!write && argc > 2)
		cmocka_set_test_filter(argv[2]);
	if (!write && argc > 3)
		cmocka_set_skip_filter(argv[3]);
	golden_open(write ? argv[2] : argc > 1 ? argv[1] : "golden", write);
	for (i = 0; i < 2 * SCENARIOS; i++) {
		variant[i] = scenarios[i / 2];
		variant[i].family = i & 1 ? AF_INET6 : AF_INET;
		snprintf(name[i], sizeof(name[i]), "%s, %s", variant[i].name,
			 i & 1 ? "IPv6" : "IPv4");
		tests[i].name = name[i];
		tests[i].test_func = test_scenario;
		tests[i].initial_state = &variant[i];
	}
	tests[i].name = "orphan-close, IPv4 over IPv6 sockets";
	tests[i].test_func = test_scenario;
	tests[i++].initial_state = &mapped;
	tests[i].name = "each golden file belongs to a scenario";
	tests[i].test_func = test_golden_files_used;
	return cmocka_run_group_tests_name("verdicts", tests, NULL, NULL);
}
