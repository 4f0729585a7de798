// SPDX-License-Identifier: GPL-2.0
/*
 * "tcpfin summary": compares its numbers with those computed from the text of
 * /proc/tcpfin.
 */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "program.h"
#include "segment.h"

#define CLOSES		20

/* Length of TIME_WAIT by the text of /proc/tcpfin, in milliseconds. */
static double time_wait_ms(const struct events *events, uint64_t cookie)
{
	const struct seen *begin = events_find(events, cookie, "tw-flip");

	if (!begin)
		begin = events_find(events, cookie, "tw-birth");
	assert_string_equal(begin->new_state, "TIME_WAIT");
	return 1000 * (events_find(events, cookie, "tw-death")->time -
		       begin->time);
}

static struct json_object *summarise(struct testbed *tb, const char *args)
{
	char line[64];

	snprintf(line, sizeof(line), "summary --json %s", args);
	reader_run_json(&tb->reader, line);
	assert_in_range(tb->reader.objects, 1, OBJECTS_MAX);
	want_string(tb->reader.object[0], "type", "summary");
	want_number(tb->reader.object[0], "lost", 0);
	want_number(tb->reader.object[0], "missed", 0);
	want_number(tb->reader.object[0], "unmatched", 0);
	return tb->reader.object[0];
}

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Percentiles have three digits, and may be too large by a thousandth. */
static void expect_distribution(struct json_object *obj, double *ms, size_t n)
{
	double sum = 0, mid;
	size_t i;

	qsort(ms, n, sizeof(*ms), compare_doubles);
	for (i = 0; i < n; i++)
		sum += ms[i];
	want_number(obj, "measured", n);
	want_ms(obj, "min_ms", ms[0], 0);
	/* Each length is cut to whole microseconds, and so is their mean. */
	want_ms(obj, "mean_ms", sum / n - 0.0005, 0.0005);
	want_ms(obj, "max_ms", ms[n - 1], 0);
	mid = ms[(n + 1) / 2 - 1];
	want_ms(obj, "p50_ms", mid, mid / 1000);
	mid = ms[(9 * n + 9) / 10 - 1];
	want_ms(obj, "p90_ms", mid, mid / 1000);
	want_ms(obj, "p99_ms", ms[n - 1], 0);
	want_ms(obj, "p999_ms", ms[n - 1], 0);
}

static void expect_histogram(struct json_object *list, size_t want)
{
	size_t i, sum = 0;

	for (i = 0; i < json_object_array_length(list); i++)
		sum += number(json_object_array_get_idx(list, i), "count");
	assert_int_equal(sum, want);
}

static void test_summary(void **state)
{
	uint64_t cookies[CLOSES];
	double ms[CLOSES];
	struct json_object *s;
	struct testbed tb = { 0 };
	int i;

	(void)state;
	testbed_open(&tb, AF_INET);
	for (i = 0; i < CLOSES; i++) {
		cookies[i] = testbed_open_and_close(&tb);
		pause_ms(137);
	}
	s = summarise(&tb, "");
	want_number(s, "events", tb.events.count);
	want_number(s, "time_wait.open", CLOSES);
	want_number(s, "time_wait.ended", 0);
	want_ms(s, "time_wait.mean_ms", -1, 0);

	for (i = 0; i < CLOSES; i++)
		events_wait_end(&tb.events, cookies[i]);
	for (i = 0; i < CLOSES; i++)
		ms[i] = time_wait_ms(&tb.events, cookies[i]);
	s = summarise(&tb, "");
	want_number(s, "events", tb.events.count);
	want_number(s, "time_wait.ended", CLOSES);
	want_number(s, "time_wait.start_not_seen", 0);
	expect_distribution(member(s, "time_wait"), ms, CLOSES);
	expect_histogram(member(s, "time_wait.histogram"), CLOSES);
	want_number(s, "time_wait.ends.expired", CLOSES);
	assert_int_equal(json_object_object_length(member(s, "time_wait.ends")),
			 1);
	want_number(s, "time_wait.open", 0);
	want_number(s, "time_wait.extended", 0);
	want_number(s, "time_wait.refused", 0);
	want_number(s, "fin_wait2.born", CLOSES);
	want_number(s, "fin_wait2.flips", CLOSES);
	want_number(s, "fin_wait2.ended", 0);
	want_number(s, "unknown_ended", 0);
	want_number(s, "uncertain", 0);
	assert_in_range(ms[0], 1000 * TIME_WAIT_MIN, 1000 * TIME_WAIT_MAX);
	assert_in_range(ms[CLOSES - 1], 1000 * TIME_WAIT_MIN,
			1000 * TIME_WAIT_MAX);
	testbed_close(&tb);
}

/* The server never closes: the mini-socket in FIN_WAIT2 expires, without TIME_WAIT. */
static void test_summary_of_fin_wait2(void **state)
{
	const struct seen *birth, *death;
	struct json_object *s;
	struct testbed tb = { 0 };
	struct pair pair;

	(void)state;
	testbed_open(&tb, AF_INET);
	testbed_connect(&tb, &pair);
	must(shutdown(pair.fd[0], SHUT_WR));
	events_wait_state(&tb.events, pair.cookie[0], "FIN_WAIT2");
	close(pair.fd[0]);
	events_wait_kind(&tb.events, pair.cookie[0], "tw-birth");
	s = summarise(&tb, "");
	want_number(s, "time_wait.open", 0);
	want_number(s, "fin_wait2.open", 1);
	events_wait_end(&tb.events, pair.cookie[0]);
	s = summarise(&tb, "");
	want_number(s, "time_wait.ended", 0);
	want_number(s, "time_wait.open", 0);
	want_number(s, "fin_wait2.born", 1);
	want_number(s, "fin_wait2.flips", 0);
	want_number(s, "fin_wait2.ended", 1);
	want_number(s, "fin_wait2.ends.expired", 1);
	want_number(s, "fin_wait2.open", 0);
	birth = events_find(&tb.events, pair.cookie[0], "tw-birth");
	death = events_find(&tb.events, pair.cookie[0], "tw-death");
	want_ms(s, "fin_wait2.max_ms", 1000 * (death->time - birth->time), 0);
	reader_run(&tb.reader, "summary");
	reader_expect(&tb.reader, "TIME_WAIT     none seen\n");
	close(pair.fd[1]);
	testbed_close(&tb);
}

/* With tcp_max_tw_buckets 1 the second mini-socket is refused. */
static void test_summary_of_refused(void **state)
{
	struct json_object *s;
	struct testbed tb = { 0 };
	struct pair pair;
	uint64_t cookie;

	(void)state;
	testbed_open(&tb, AF_INET);
	sysctl_set("ipv4/tcp_max_tw_buckets", "1");
	cookie = testbed_open_and_close(&tb);
	testbed_connect(&tb, &pair);
	close(pair.fd[0]);
	expect_eof(pair.fd[1]);
	events_wait_end(&tb.events, pair.cookie[0]);
	close(pair.fd[1]);
	events_wait_end(&tb.events, cookie);
	s = summarise(&tb, "");
	want_number(s, "time_wait.refused", 1);
	want_number(s, "time_wait.ended", 1);
	want_number(s, "time_wait.open", 0);
	testbed_close(&tb);
}

/* The server's FIN comes once more in the middle of TIME_WAIT. */
static void test_summary_of_extended(void **state)
{
	struct segment segment;
	struct json_object *s;
	struct testbed tb = { 0 };
	struct pair pair;
	double ms;

	(void)state;
	testbed_open(&tb, AF_INET);
	/* The ACK finds no socket at the server, whose RST must not end TIME_WAIT. */
	sysctl_set("ipv4/tcp_rfc1337", "1");
	pair_open(&tb.path, &pair);
	segment = segment_from_peer(pair.fd[0]);
	testbed_teardown(&tb, &pair);
	pause_ms(30000);
	testbed_fin_again(&tb, &pair, &segment);
	events_wait_end(&tb.events, pair.cookie[0]);
	ms = time_wait_ms(&tb.events, pair.cookie[0]);
	assert_in_range(ms, 90000, 92100);
	s = summarise(&tb, "");
	want_number(s, "time_wait.extended", 1);
	want_number(s, "time_wait.extensions", 1);
	want_number(s, "time_wait.ended", 1);
	want_ms(s, "time_wait.max_ms", ms, 0);
	testbed_close(&tb);
}

static void test_sysctls(void **state)
{
	static const char *const names[] = {
		"tcp_fin_timeout", "tcp_max_tw_buckets", "tcp_tw_reuse",
		"tcp_rfc1337", "ip_local_port_range",
	};
	char path[96], value[64], want[160];
	struct reader text = { 0 };
	struct json_object *s;
	struct testbed tb = { 0 };
	size_t i;

	(void)state;
	testbed_open(&tb, AF_INET);
	sysctl_set("ipv4/tcp_fin_timeout", "31");
	sysctl_set("ipv4/tcp_max_tw_buckets", "4321");
	sysctl_set("ipv4/tcp_tw_reuse", "1");
	sysctl_set("ipv4/tcp_rfc1337", "1");
	sysctl_set("ipv4/ip_local_port_range", "20000 30000");
	s = summarise(&tb, "");
	reader_run(&text, "summary");
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		FILE *f;

		snprintf(path, sizeof(path), "/proc/sys/net/ipv4/%s", names[i]);
		f = fopen(path, "re");
		assert_non_null(f);
		assert_non_null(fgets(value, sizeof(value), f));
		fclose(f);
		value[strcspn(value, "\n")] = '\0';
		/* The kernel has a tab between the two numbers of a range. */
		if (strchr(value, '\t'))
			*strchr(value, '\t') = '-';
		snprintf(path, sizeof(path), "sysctl.%s", names[i]);
		want_string(s, path, value);
		snprintf(want, sizeof(want), " net.ipv4.%s = %s\n", names[i],
			 value);
		reader_expect(&text, want);
	}
	testbed_close(&tb);
}

/* A closed connection and its key for each --by. */
struct closing {
	uint64_t cookie;
	char key[6][64];
};

static const char *const by_names[6] = {
	"comm", "rport", "lport", "raddr", "netns", "reason",
};

/* A group has all closings with its key, with their shortest and longest TIME_WAIT. */
static void expect_group(struct json_object *group, int by,
			 const struct closing *closings, size_t count,
			 const struct events *events)
{
	const char *key = member(group, "key") ? string(group, "key") : NULL;
	double min = 1e9, max = -1;
	size_t i, members = 0;

	for (i = 0; i < count; i++) {
		double ms;

		if (key && strcmp(key, closings[i].key[by]))
			continue;
		members++;
		if (!events)
			continue;
		ms = time_wait_ms(events, closings[i].cookie);
		min = ms < min ? ms : min;
		max = ms > max ? ms : max;
	}
	if (!members)
		fail_msg("--by %s: unexpected group '%s'", by_names[by], key);
	want_number(group, "open", events ? 0 : members);
	want_number(group, "ended", events ? members : 0);
	want_number(group, "measured", events ? members : 0);
	want_ms(group, "min_ms", events ? min : -1, 0);
	want_ms(group, "max_ms", max, 0);
}

/* Check "summary --by" for each key; @events NULL: no TIME_WAIT has ended yet. */
static void expect_groups(struct testbed *tb, const struct closing *closings,
			  size_t count, const struct events *events)
{
	char args[32];
	size_t i, sum;
	int by;

	for (by = 0; by < 6; by++) {
		snprintf(args, sizeof(args), "--by %s", by_names[by]);
		summarise(tb, args);
		for (i = 1, sum = 0; i < tb->reader.objects; i++) {
			struct json_object *group = tb->reader.object[i];

			want_string(group, "type", "group");
			want_string(group, "by", by_names[by]);
			want_bool(group, "rest", false);
			/* The reason is not known before the end. */
			if (!events && !strcmp(by_names[by], "reason"))
				want_null(group, "key");
			else
				string(group, "key");
			expect_group(group, by, closings, count, events);
			sum += number(group, events ? "ended" : "open");
		}
		assert_int_equal(sum, count);
	}
}

/* Connect to @addr, take the name @comm to close under, and fill @c. */
static struct pair connect_as(struct testbed *tb, const char *addr, uint16_t port,
			      const char *comm, struct closing *c)
{
	static uint16_t lport = 40001;
	struct pair pair;

	testbed_set_server(tb, addr, port);
	pair_open_from(&tb->path, &pair, lport);
	prctl(PR_SET_NAME, comm);
	c->cookie = pair.cookie[0];
	snprintf(c->key[0], sizeof(c->key[0]), "%s", comm);
	snprintf(c->key[1], sizeof(c->key[1]), "%u", port);
	snprintf(c->key[2], sizeof(c->key[2]), "%u", lport++);
	snprintf(c->key[3], sizeof(c->key[3]), "%s", addr);
	snprintf(c->key[4], sizeof(c->key[4]), "%u", ns_inode(tb->path.ns[0]));
	strcpy(c->key[5], "expired");
	return pair;
}

static void test_groups(void **state)
{
	struct closing closings[5];
	struct testbed tb = { 0 };
	struct segment rst;
	struct path first;
	struct pair pair;
	int i;

	(void)state;
	testbed_open(&tb, AF_INET);
	pair = connect_as(&tb, "127.0.0.1", 7777, "reader", &closings[0]);
	testbed_teardown(&tb, &pair);
	pair = connect_as(&tb, "127.0.0.2", 7778, "reader", &closings[1]);
	testbed_teardown(&tb, &pair);
	pair = connect_as(&tb, "127.0.0.1", 7777, "two words", &closings[2]);
	testbed_teardown(&tb, &pair);
	pair = connect_as(&tb, "127.0.0.1", 7778, "-", &closings[3]);
	testbed_teardown(&tb, &pair);
	first = tb.path;
	path_open(&tb.path, AF_INET6, false);
	pair = connect_as(&tb, "::1", 7777, "reader", &closings[4]);
	rst = segment_from_peer(pair.fd[0]);
	testbed_teardown(&tb, &pair);
	prctl(PR_SET_NAME, "reader");
	expect_groups(&tb, closings, 5, NULL);

	rst.seq = events_find(&tb.events, pair.cookie[0], "tw-flip")->rcv_nxt;
	rst.flags = SEGMENT_RST;
	segment_send(&rst);
	strcpy(closings[4].key[5], "rst-rcvd");
	for (i = 0; i < 5; i++)
		events_wait_end(&tb.events, closings[i].cookie);
	expect_groups(&tb, closings, 5, &tb.events);
	path_close(&first);
	testbed_close(&tb);
}

static double seconds_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static void expect_elapsed(double since, double min, double max)
{
	double seen = seconds_now() - since;

	if (seen < min || seen > max)
		fail_msg("%f to %f s expected, %f s seen", min, max, seen);
}

/* The client resets by linger 0, twice; both ends are told, each with its process. */
static void test_ends(void **state)
{
	static const struct linger reset = { .l_onoff = 1 };
	struct json_object *end;
	struct testbed tb = { 0 };
	struct pair pair;
	uint64_t sum = 0;
	size_t i, n;

	(void)state;
	testbed_open(&tb, AF_INET);
	for (i = 0; i < 2; i++) {
		testbed_connect(&tb, &pair);
		must(setsockopt(pair.fd[0], SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)));
		prctl(PR_SET_NAME, "resetter");
		close(pair.fd[0]);
		prctl(PR_SET_NAME, "summary");
		events_wait_end(&tb.events, pair.cookie[0]);
		events_wait_end(&tb.events, pair.cookie[1]);
		close(pair.fd[1]);
	}
	n = json_object_array_length(member(summarise(&tb, ""), "ended"));
	for (i = 0; i < n; i++) {
		end = json_object_array_get_idx(member(tb.reader.object[0], "ended"), i);
		sum += number(end, "ended");
		if (strcmp(string(end, "how"), "rst-sent")) {
			want_string(end, "how", "rst-received");
			want_null(end, "cause");
			continue;
		}
		want_string(end, "cause", "linger-0");
		want_string(end, "comm", "resetter");
		want_number(end, "ended", 2);
	}
	assert_int_equal(sum, 4);
	assert_int_equal(n, 2);
	reader_run(&tb.reader, "summary --top 1");
	reader_expect(&tb.reader, "HOW                      ENDS    /S      C-COMM          DESTINATION\n");
	reader_expect(&tb.reader, "(1 other)                2 ");
	testbed_close(&tb);
}

/* Connections closed during "summary --for". */
static void test_summary_for(void **state)
{
	double since, ms[3];
	uint64_t cookies[3];
	struct testbed tb = { 0 };
	int i;

	(void)state;
	testbed_open(&tb, AF_INET);
	since = seconds_now();
	reader_follow(&tb.reader, "summary --json --for 70s");
	for (i = 0; i < 3; i++)
		cookies[i] = testbed_open_and_close(&tb);
	reader_end(&tb.reader, 0);
	expect_elapsed(since, 70, 71.5);
	assert_string_equal(tb.reader.text[1], "");
	reader_parse(&tb.reader);
	assert_int_equal(tb.reader.objects, 1);
	events_read(&tb.events);
	for (i = 0; i < 3; i++)
		ms[i] = time_wait_ms(&tb.events, cookies[i]);
	expect_distribution(member(tb.reader.object[0], "time_wait"), ms, 3);
	want_number(tb.reader.object[0], "time_wait.ended", 3);
	want_number(tb.reader.object[0], "time_wait.open", 0);
	testbed_close(&tb);
}

/* Three summaries, a second apart; a close after the first one is in the last. */
static void test_summary_interval(void **state)
{
	struct testbed tb = { 0 };
	uint64_t cookie;
	double since;

	(void)state;
	testbed_open(&tb, AF_INET);
	since = seconds_now();
	reader_follow(&tb.reader, "summary --json -i 1 -c 3");
	cookie = testbed_open_and_close(&tb);
	reader_end(&tb.reader, 0);
	expect_elapsed(since, 2, 3);
	reader_parse(&tb.reader);
	assert_int_equal(tb.reader.objects, 3);
	want_number(tb.reader.object[0], "time_wait.open", 0);
	want_number(tb.reader.object[2], "time_wait.open", 1);

	/* SIGINT: a last summary is printed. */
	reader_follow(&tb.reader, "summary --json -i 1h");
	reader_stop(&tb.reader);
	reader_parse(&tb.reader);
	assert_int_equal(tb.reader.objects, 2);
	events_wait_end(&tb.events, cookie);
	testbed_close(&tb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_summary),
		cmocka_unit_test(test_summary_of_fin_wait2),
		cmocka_unit_test(test_summary_of_refused),
		cmocka_unit_test(test_summary_of_extended),
		cmocka_unit_test(test_sysctls),
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_summary_for),
		cmocka_unit_test(test_summary_interval),
	};

	return cmocka_run_group_tests_name("summary", tests, NULL, NULL);
}
