// SPDX-License-Identifier: GPL-2.0
/*
 * Every road to its end, and the verdict of "tcpfin handshakes --json" on it:
 * all of it, against golden files. From one recording come four sets of
 * verdicts:
 *
 *	paired		from all events
 *	client, server	from the events of one end only
 *	two hosts	from two recordings, each of one end, as if they came from
 *			two machines: the same as paired
 *
 * Whatever varies is a label there (normal.h). What the labels hide is checked
 * here: addresses, namespaces and processes are the road's, TIME_WAIT is as long
 * as it has to be, and a half-close has the bytes that the road sent in it.
 *
 *	verdicts [FOLDER [ROADS [BUT]]]	compare with those there; only these roads,
 *					but not those, with * and ?
 *	verdicts --write FOLDER		write new ones to an empty folder, for
 *					scripts/test golden
 */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "golden.h"
#include "normal.h"
#include "program.h"
#include "split.h"
#include "trial.h"

#define RECORDING	"/tmp/recording"
#define ENDS		2
/* The name of the machine. */
#define GUEST		"tcpfin"

/* A state that an end has to be in for this long, in seconds. */
struct span {
	int end;
	const char *state;
	double least;
	double most;
};

struct road {
	const char *name;
	int family;
	bool veth;
	uint16_t port;
	void (*drive)(struct trial *t);
	struct span span[2];
	/* Where not every kernel can do it. */
	bool (*can)(void);
};

/* The files and what they are split by. */
static const char *const end_files[ENDS] = { "/tmp/client", "/tmp/server" };
static const char *const end_names[ENDS] = { "client", "server" };

static void record_road(const struct road *road, struct trial *t)
{
	struct reader recorder = { 0 };
	char want[80];

	/* One of a road that failed may still be written. */
	unlink(RECORDING);
	reader_start(&recorder, 0, "record -w " RECORDING);
	reader_wait_following(&recorder);
	if (road->family == AF_UNSPEC)
		trial_open_mapped(t);
	else
		trial_open(t, road->family, road->veth, road->port);
	road->drive(t);
	events_read(&t->events);
	must(kill(recorder.pid, SIGINT));
	reader_end(&recorder, 0);
	events_excuse_missed(&t->events);
	snprintf(want, sizeof(want),
		 "tcpfin record: %zu events written, 0 lost, 0 missed\n",
		 t->events.count);
	assert_string_equal(recorder.text[1], want);
}

/* The sockets of one end: a second connection's, too, if there is one. */
static void split_end(const struct trial *t, int end, struct split split)
{
	const uint64_t cookies[] = {
		t->pair.cookie[end], t->other.cookie[end],
	};

	split.cookies = cookies;
	split.count = t->other.cookie[end] ? 2 : 1;
	split_recording(RECORDING, end_files[end], &split);
}

/* Which end of the connection on trial it is; -1 for another one's. */
static int which_end(const struct trial *t, struct json_object *end)
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

static void check_identity(const struct trial *t, struct json_object *end,
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

/* Waits that nothing cut short have one length, others the road's. */
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

static void check_spans(const struct road *road, struct json_object *end,
			int which)
{
	const struct span *span;
	char path[64];

	for (span = road->span; span < road->span + 2 && span->state; span++) {
		if (span->end != which)
			continue;
		snprintf(path, sizeof(path), "states_ms.%s", span->state);
		want_span(end, path, span->least, span->most);
	}
}

/*
 * An end that was in the state in which one may still send knows how much was
 * sent, and one that got the other FIN how much came: that is what the
 * application did.
 */
static void check_half_close(const struct trial *t,
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

/* The stamp is what the guest's clock showed then, whatever the recording. */
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

static void check_verdict(const struct road *road, const struct trial *t,
			  struct json_object *verdict)
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
		check_spans(road, end, which);
		check_half_close(t, verdict, end);
	}
}

/* The verdicts on some recordings, checked and made reproducible. */
static struct json_object *judge(const struct road *road,
				 const struct trial *t, const char *files)
{
	struct json_object *list = json_object_new_array();
	struct reader r = { 0 };
	char command[80];
	const char *why;
	size_t i;

	snprintf(command, sizeof(command), "handshakes --json %s", files);
	reader_run(&r, command);
	reader_parse(&r);
	for (i = 0; i < r.objects; i++) {
		check_verdict(road, t, r.object[i]);
		why = normal_verdict(r.object[i]);
		if (why)
			fail_msg("%s: %s: %s", files, why, r.text[0]);
		json_object_array_add(list, json_object_get(r.object[i]));
	}
	reader_free(&r);
	return list;
}

static void add_one_sided(const struct road *road, const struct trial *t,
			  struct json_object *all)
{
	const struct split same = { 0 };
	char files[80];
	int i;

	for (i = 0; i < ENDS; i++) {
		split_end(t, i, same);
		snprintf(files, sizeof(files), "-r %s", end_files[i]);
		json_object_object_add(all, end_names[i],
				       judge(road, t, files));
	}
}

/* Each end has the name of its machine; put back the name of the guest. */
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

static void check_two_hosts(const struct road *road, const struct trial *t,
			    struct json_object *paired)
{
	const struct split client = { .host = "client", .boot = 'x',
				      .later_ns = 1234567000 };
	const struct split server = { .host = "server", .boot = 'y' };
	struct json_object *seen;

	split_end(t, 0, client);
	split_end(t, 1, server);
	seen = judge(road, t, "-r /tmp/client -r /tmp/server");
	rename_hosts(seen);
	golden_compare("paired", paired, seen);
	json_object_put(seen);
}

static void test_road(void **state)
{
	const struct road *road = *state;
	struct json_object *paired, *all;
	struct trial t;

	if (road->can && !road->can()) {
		golden_skip(road->name);
		skip();
	}
	all = json_object_new_object();
	record_road(road, &t);
	paired = judge(road, &t, "-r " RECORDING);
	json_object_object_add(all, "paired", paired);
	add_one_sided(road, &t, all);
	check_two_hosts(road, &t, paired);
	golden_check(road->name, road->family == AF_INET6, all);
	json_object_put(all);
	trial_close(&t);
}

static void test_golden(void **state)
{
	(void)state;
	golden_check_unused();
}

/* The road's own name is that of its golden file. */
static const struct road roads[] = {
	{ .name = "orphan-close", .drive = drive_orphan_close },
	{ .name = "orphan-close-veth", .veth = true,
	  .drive = drive_orphan_close },
	{ .name = "server-first", .drive = drive_server_first },
	{ .name = "half-close", .drive = drive_half_close,
	  .span = { { 0, "FIN_WAIT2", 1, 1.1 },
		    { 1, "CLOSE_WAIT", 1, 1.1 } } },
	{ .name = "half-close-veth", .veth = true, .drive = drive_half_close,
	  .span = { { 0, "FIN_WAIT2", 1, 1.1 },
		    { 1, "CLOSE_WAIT", 1, 1.1 } } },
	{ .name = "half-close-in-flight", .veth = true,
	  .drive = drive_half_close_in_flight,
	  .span = { { 0, "FIN_WAIT1", 0.1, 0.11 } } },
	{ .name = "both-close", .drive = drive_both_close },
	{ .name = "both-close-veth", .veth = true, .drive = drive_both_close },
	{ .name = "simultaneous", .drive = drive_simultaneous },
	{ .name = "simultaneous-veth", .veth = true,
	  .drive = drive_simultaneous },
	{ .name = "unsent-fin", .drive = drive_unsent_fin },
	{ .name = "attached", .drive = drive_attached,
	  .span = { { 0, "FIN_WAIT2", 110, 110.5 } } },
	{ .name = "lost-fin", .veth = true, .drive = drive_lost_fin },
	{ .name = "lost-ack", .veth = true, .drive = drive_lost_ack },

	{ .name = "linger-reset", .drive = drive_linger_reset },
	{ .name = "linger-reset-veth", .veth = true,
	  .drive = drive_linger_reset },
	{ .name = "unread-reset", .drive = drive_unread_reset },
	{ .name = "unread-reset-veth", .veth = true,
	  .drive = drive_unread_reset },
	{ .name = "disconnect", .drive = drive_disconnect },
	{ .name = "close-wait-unread", .drive = drive_close_wait_unread },
	{ .name = "close-wait-linger", .drive = drive_close_wait_linger },
	{ .name = "last-ack-linger", .veth = true,
	  .drive = drive_last_ack_linger },
	{ .name = "data-in-fin-wait1", .veth = true,
	  .drive = drive_data_in_fin_wait1 },
	{ .name = "data-in-fin-wait2", .drive = drive_data_in_fin_wait2 },
	{ .name = "syn-in-fin-wait2", .drive = drive_syn_in_fin_wait2 },
	{ .name = "rst-in-fin-wait2", .drive = drive_rst_in_fin_wait2 },
	{ .name = "no-linger2", .drive = drive_no_linger2 },
	{ .name = "orphan-limit", .veth = true, .drive = drive_orphan_limit },
	{ .name = "gave-up", .veth = true, .drive = drive_gave_up },
	{ .name = "kill-established", .drive = drive_kill_established },
	{ .name = "fin-wait2-timeout", .drive = drive_fin_wait2_timeout,
	  .span = { { 0, "FIN_WAIT2", 60, 62.1 } } },
	{ .name = "fin-wait2-timeout-veth", .veth = true,
	  .drive = drive_fin_wait2_timeout,
	  .span = { { 0, "FIN_WAIT2", 60, 62.1 } } },
	{ .name = "late-data", .veth = true, .drive = drive_late_data,
	  .span = { { 0, "FIN_WAIT2", 60, 62.1 } } },
	{ .name = "fin-wait2-attached", .drive = drive_fin_wait2_attached,
	  .span = { { 0, "FIN_WAIT2", 160, 162.2 } } },
	{ .name = "fin-wait2-long", .drive = drive_fin_wait2_long,
	  .span = { { 0, "FIN_WAIT2", 80, 84.2 } } },
	{ .name = "refused", .drive = drive_refused },

	{ .name = "reuse-by-connect", .drive = drive_reuse_by_connect,
	  .span = { { 0, "TIME_WAIT", 2.5, 2.6 } } },
	{ .name = "reuse-by-bound-connect", .port = CLIENT_PORT,
	  .drive = drive_reuse_by_bound_connect,
	  .span = { { 0, "TIME_WAIT", 2.5, 2.6 } } },
	{ .name = "reuse-by-syn", .port = CLIENT_PORT,
	  .drive = drive_reuse_by_syn,
	  .span = { { 1, "TIME_WAIT", 2.5, 2.6 } } },
	{ .name = "killed-by-rst", .drive = drive_killed_by_rst },
	{ .name = "rfc1337", .drive = drive_rfc1337 },
	{ .name = "extended", .drive = drive_extended,
	  .span = { { 0, "TIME_WAIT", 90, 92.2 } } },
	{ .name = "killed", .drive = drive_killed,
	  .can = kernel_kills_minis },
	{ .name = "netns-gone", .drive = drive_netns_gone },
	{ .name = "refused-time-wait", .drive = drive_refused_time_wait },
	{ .name = "tproxy", .veth = true, .port = CLIENT_PORT,
	  .drive = drive_tproxy,
	  .span = { { 1, "TIME_WAIT", 2.5, 3.5 } } },
};

#define ROADS	(sizeof(roads) / sizeof(roads[0]))

/* IPv4 by IPv6 sockets is no other road. */
static struct road mapped = {
	.name = "orphan-close", .family = AF_UNSPEC,
	.drive = drive_orphan_close,
};

int main(int argc, char **argv)
{
	static struct CMUnitTest tests[2 * ROADS + 2];
	static struct road road[2 * ROADS];
	static char name[2 * ROADS][80];
	bool write = argc > 2 && !strcmp(argv[1], "--write");
	size_t i;

	if (!write && argc > 2)
		cmocka_set_test_filter(argv[2]);
	if (!write && argc > 3)
		cmocka_set_skip_filter(argv[3]);
	golden_open(write ? argv[2] : argc > 1 ? argv[1] : "golden", write);
	for (i = 0; i < 2 * ROADS; i++) {
		road[i] = roads[i / 2];
		road[i].family = i & 1 ? AF_INET6 : AF_INET;
		snprintf(name[i], sizeof(name[i]), "%s, %s", road[i].name,
			 i & 1 ? "IPv6" : "IPv4");
		tests[i].name = name[i];
		tests[i].test_func = test_road;
		tests[i].initial_state = &road[i];
	}
	tests[i].name = "orphan-close, IPv4 by IPv6 sockets";
	tests[i].test_func = test_road;
	tests[i++].initial_state = &mapped;
	tests[i].name = "each golden file is a road's";
	tests[i].test_func = test_golden;
	return cmocka_run_group_tests_name("verdicts", tests, NULL, NULL);
}
