// SPDX-License-Identifier: GPL-2.0
/*
 * The module built with TEST=1, whose parameters pretend: that the kernel lacks hooked
 * functions, each in turn, or that their probes are not reached; rings that have
 * recorded for years; a long uptime.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "klog.h"
#include "module/tcpfin.h"
#include "program.h"
#include "traffic.h"

#define TEST_MODULE	"/root/test/tcpfin.ko"
/* Records of a ring, few enough that traffic_some() overwrites all. */
#define SMALL		64
#define BOUNDARY	(1ULL << 32)

#define CLOSING		"ESTABLISHED>FIN_WAIT1 pid, FIN_WAIT1>FIN_WAIT2, FIN_WAIT2>FIN_WAIT2 tw-birth"
#define FLIP		", FIN_WAIT2>TIME_WAIT tw-flip"
#define DEATH		", TIME_WAIT>CLOSE tw-death"
#define LATE		"rst-sent:data-after-close"

/*
 * A function that a kernel may lack, what tcpfin says is not seen without it, and the
 * steps of an end that closes first and whose TIME_WAIT expires or is killed, and the
 * reason of an end that gets data after it closed.
 */
static const struct missing {
	const char *symbol;
	const char *shows;
	const char *expired;
	const char *killed;
	const char *late;
} missing_list[] = {
	{ "tcp:tcp_receive_reset", "whether a RST ended it, or late data",
	  CLOSING FLIP DEATH " expired", CLOSING FLIP DEATH " killed pid(not ours)",
	  "error:104" },
	{ "tcp_timewait_state_process", "start and extension of TIME_WAIT",
	  CLOSING DEATH " expired", CLOSING DEATH " killed pid(not ours)", LATE },
	{ "inet_twsk_deschedule_put", "why a mini-socket ended early",
	  CLOSING FLIP DEATH " expired", CLOSING FLIP DEATH, LATE },
	{ "inet_twsk_kill", "some ends of mini-sockets",
	  CLOSING FLIP DEATH " expired", CLOSING FLIP DEATH " killed pid(not ours)",
	  LATE },
	{ "tcp:tcp_retransmit_skb", "FINs sent again",
	  CLOSING FLIP DEATH " expired", CLOSING FLIP DEATH " killed pid(not ours)",
	  LATE },
	{ "tcpfin_canary", "whether probes are switched off",
	  CLOSING FLIP DEATH " expired", CLOSING FLIP DEATH " killed pid(not ours)",
	  LATE },
};

/* Load the ordinary module again. */
static void load_usual(void)
{
	run("rmmod tcpfin");
	run("insmod /lib/tcpfin.ko");
}

static void want_in(const char *text, const char *line)
{
	if (!strstr(text, line))
		fail_msg("'%s' expected in: %s", line, text);
}

static void expect_in_log(const struct missing *missing)
{
	char line[160], *log = klog_read();

	snprintf(line, sizeof(line),
		 "tcpfin: cannot hook %s (error -2), so this is not seen: %s\n",
		 missing->symbol, missing->shows);
	want_in(log, line);
	free(log);
}

/* /proc/tcpfin, "status" and other commands, on stderr, must name the function. */
static void expect_reported(struct testbed *tb, const struct missing *missing)
{
	struct reader *r = &tb->reader;
	char line[160];

	run("grep -qx '# hooked: \\(6 of 7\\|7 of 8\\)' /proc/tcpfin");
	run("test $(grep -c '^# NOT HOOKED ' /proc/tcpfin) = 1");
	run("grep -qxF \"# NOT HOOKED %s: %s\" /proc/tcpfin", missing->symbol,
	    missing->shows);
	reader_run(r, "status");
	snprintf(line, sizeof(line), "\n%-32s NO      0        %s\n",
		 missing->symbol, missing->shows);
	want_in(r->text[0], line);
	reader_start(r, 0, "summary --for 1ms");
	reader_end(r, 0);
	snprintf(line, sizeof(line),
		 "tcpfin summary: not seen on this kernel: %s (%s is not hooked)\n",
		 missing->shows, missing->symbol);
	assert_string_equal(r->text[1], line);
}

/* Close the client, which gets a TIME_WAIT, then the server. */
static void close_both(struct testbed *tb, struct pair *pair)
{
	pair_open(&tb->path, pair);
	must(shutdown(pair->fd[0], SHUT_WR));
	expect_fin(pair->fd[1]);
	events_wait_state(&tb->events, pair->cookie[0], "FIN_WAIT2");
	close(pair->fd[0]);
	events_wait_kind(&tb->events, pair->cookie[0], "tw-birth");
	close(pair->fd[1]);
	pair_close_listener(pair);
	events_wait_end(&tb->events, pair->cookie[1]);
	events_expect(&tb->events, pair->cookie[1],
		      "ESTABLISHED>CLOSE_WAIT, CLOSE_WAIT>LAST_ACK pid, LAST_ACK>CLOSE");
}

/* The client closes and gets data, which it answers with a RST. */
static void send_late(struct testbed *tb, const struct missing *missing)
{
	struct pair pair;
	char steps[128];

	pair_open(&tb->path, &pair);
	must(shutdown(pair.fd[0], SHUT_RDWR));
	expect_fin(pair.fd[1]);
	send_bytes(pair.fd[1], 100);
	events_wait_end(&tb->events, pair.cookie[0]);
	events_wait_end(&tb->events, pair.cookie[1]);
	close(pair.fd[0]);
	close(pair.fd[1]);
	pair_close_listener(&pair);
	snprintf(steps, sizeof(steps),
		 "ESTABLISHED>FIN_WAIT1 pid, FIN_WAIT1>FIN_WAIT2, FIN_WAIT2>CLOSE %s",
		 missing->late);
	events_expect(&tb->events, pair.cookie[0], steps);
	events_expect(&tb->events, pair.cookie[1],
		      "ESTABLISHED>CLOSE_WAIT, CLOSE_WAIT>CLOSE rst-rcvd");
}

/* All steps must be recorded but those that the missing probe shows. */
static void expect_steps(struct testbed *tb, const struct missing *missing)
{
	struct pair pair;

	close_both(tb, &pair);
	pause_ms(65000);
	events_read(&tb->events);
	events_expect(&tb->events, pair.cookie[0], missing->expired);

	if (kernel_kills_minis()) {
		close_both(tb, &pair);
		run("modprobe -a tcp_diag && ss -KHn state time-wait dport = :%d >/dev/null",
		    SERVER_PORT);
		events_read(&tb->events);
		events_expect(&tb->events, pair.cookie[0], missing->killed);
	}

	pair_open(&tb->path, &pair);
	pair_reset(&pair);
	pair_close_listener(&pair);
	events_read(&tb->events);
	events_expect(&tb->events, pair.cookie[1], "ESTABLISHED>CLOSE rst-rcvd");
	send_late(tb, missing);
}

static void test_missing(void **state)
{
	const struct missing *missing = *state;
	struct testbed tb = { 0 };
	char module[96];

	klog_clear();
	snprintf(module, sizeof(module), TEST_MODULE " without=%s",
		 missing->symbol);
	testbed_open_with(&tb, AF_INET, module);
	expect_in_log(missing);
	expect_reported(&tb, missing);
	expect_steps(&tb, missing);
	assert_int_equal(events_totals().missed, 0);
	testbed_close(&tb);
	load_usual();
}

/*
 * A function whose calls do not reach its probe, what is then not seen, and the steps
 * of an end whose TIME_WAIT expires or, if @killed is set, is killed.
 */
static const struct unreached {
	const char *symbol;
	const char *shows;
	const char *steps;
	bool killed;
} unreached_list[] = {
	{ "tcp_timewait_state_process", "start and extension of TIME_WAIT",
	  CLOSING DEATH " expired", false },
	{ "inet_twsk_kill", "the end of mini-sockets", CLOSING FLIP, false },
	{ "inet_twsk_deschedule_put", "why a mini-socket ended early",
	  CLOSING FLIP DEATH, true },
};

/* The kernel's counters tell of the initial namespace only. */
static void enter_initial_ns(struct path *path)
{
	int i;

	for (i = 0; i < 2; i++) {
		close(path->ns[i]);
		path->ns[i] = must(open("/proc/1/ns/net", O_RDONLY | O_CLOEXEC));
	}
	ns_enter(path->ns[0]);
	run("ip link set lo up");
}

/* The log must have the line, and only once, though many look. */
static void expect_told_once(const struct unreached *unreached)
{
	char line[200], *log = klog_read(), *at;

	snprintf(line, sizeof(line),
		 "tcpfin: %s is hooked, but calls do not reach the probe, so this is not seen: %s\n",
		 unreached->symbol, unreached->shows);
	want_in(log, line);
	at = strstr(log, "do not reach the probe");
	assert_null(strstr(at + 1, "do not reach the probe"));
	free(log);
}

static void expect_unreached(struct testbed *tb,
			     const struct unreached *unreached)
{
	struct reader *r = &tb->reader;
	char line[200];

	run("grep -qx '# hooked: 7 of 7' /proc/tcpfin");
	run("test $(grep -c '^# NOT REACHED ' /proc/tcpfin) = 1");
	run("grep -qxF \"# NOT REACHED %s: %s\" /proc/tcpfin", unreached->symbol,
	    unreached->shows);
	reader_run(r, "status");
	snprintf(line, sizeof(line),
		 "\n%-32s yes     0        hooked, but not reached (calls: 1): %s\n",
		 unreached->symbol, unreached->shows);
	want_in(r->text[0], line);
	reader_start(r, 0, "summary --for 1ms");
	reader_end(r, 0);
	snprintf(line, sizeof(line),
		 "tcpfin summary: not seen on this kernel: %s (%s is hooked, but not reached)\n",
		 unreached->shows, unreached->symbol);
	assert_string_equal(r->text[1], line);
	expect_told_once(unreached);
}

/* Close a connection and wait until its TIME_WAIT is over. */
static void close_and_wait(struct testbed *tb, struct pair *pair, bool killed)
{
	close_both(tb, pair);
	if (killed)
		run("modprobe -a tcp_diag && ss -KHn state time-wait dport = :%d >/dev/null",
		    SERVER_PORT);
	else
		pause_ms(65000);
	events_read(&tb->events);
}

/*
 * What shows once is only a suspicion: that is told which shows again. Without the
 * parameter nothing is said to be not reached after the same steps.
 */
static void test_unreached(void **state)
{
	const struct unreached *unreached = *state;
	struct testbed tb = { 0 };
	struct pair pair;
	char module[96];
	int pretend;

	if (unreached->killed && !kernel_kills_minis())
		skip();
	for (pretend = 0; pretend < 2; pretend++) {
		klog_clear();
		snprintf(module, sizeof(module), TEST_MODULE " unreached=%s",
			 pretend ? unreached->symbol : "");
		testbed_open_with(&tb, AF_INET, module);
		enter_initial_ns(&tb.path);
		close_and_wait(&tb, &pair, unreached->killed);
		run("! grep -q 'NOT REACHED' /proc/tcpfin");
		close_and_wait(&tb, &pair, unreached->killed);
		if (pretend) {
			events_expect(&tb.events, pair.cookie[0],
				      unreached->steps);
			expect_unreached(&tb, unreached);
		} else {
			run("! grep -q 'NOT REACHED' /proc/tcpfin");
		}
		testbed_close(&tb);
	}
	load_usual();
}

/* Several functions at once; and the only one that the module requires. */
static void test_missing_all(void **state)
{
	struct stat st;
	char *log;

	(void)state;
	run("rmmod tcpfin");
	run("insmod " TEST_MODULE " without=tcp_timewait_state_process,inet_twsk_kill,tw_timer_handler,tcp:tcp_receive_reset");
	run("test $(grep -c '^# NOT HOOKED ' /proc/tcpfin) = 4");
	run("rmmod tcpfin");
	klog_clear();
	run("! insmod " TEST_MODULE " without=tcp_set_state 2>/dev/null");
	log = klog_read();
	want_in(log, "tcpfin: cannot hook tcp_set_state: error -2\n");
	free(log);
	assert_int_equal(stat("/proc/tcpfin", &st), -1);
	run("! grep -q tcpfin /sys/kernel/debug/kprobes/list");
	run("insmod /lib/tcpfin.ko");
}

/*
 * Record numbers that pass 2^32, as after some years: readers of the text and of the
 * mapping get every step, and count losses right.
 */
static void test_numbers(void **state)
{
	struct testbed tb = { 0 };
	struct totals totals;
	struct pair pair;
	char module[96], *line;
	int i;

	(void)state;
	snprintf(module, sizeof(module),
		 TEST_MODULE " ring_size=%d first=%llu", SMALL,
		 BOUNDARY - 2 * SMALL - 7);
	testbed_open_with(&tb, AF_INET, module);
	reader_follow(&tb.reader, "watch");
	/* Each reset has two records, so that each is at the boundary once. */
	for (i = 0; i < 2 * SMALL; i++) {
		pair_open(&tb.path, &pair);
		pair_reset(&pair);
		pair_close_listener(&pair);
		events_read(&tb.events);
		events_expect(&tb.events, pair.cookie[0],
			      "ESTABLISHED>CLOSE aborted:linger-0 pid");
		events_expect(&tb.events, pair.cookie[1],
			      "ESTABLISHED>CLOSE rst-rcvd");
		events_forget(&tb.events);
		pause_ms(100);
	}
	totals = events_totals();
	assert_int_equal(totals.recorded, BOUNDARY + 2 * SMALL - 7);
	assert_int_equal(totals.overwritten, BOUNDARY + SMALL - 7);
	reader_stop(&tb.reader);
	assert_string_equal(tb.reader.text[1], "");
	i = 0;
	for (line = tb.reader.text[0]; (line = strstr(line, "-> CLOSE")); line++)
		i++;
	assert_int_equal(i, 4 * SMALL);
	assert_null(strstr(tb.reader.text[0], "lost"));
	testbed_close(&tb);
	load_usual();
}

/* A reader stopped while record numbers pass 2^32 gets its exact loss. */
static void test_loss(void **state)
{
	struct testbed tb = { 0 };
	struct totals before, after;
	char module[96];

	(void)state;
	snprintf(module, sizeof(module),
		 TEST_MODULE " ring_size=%d first=%llu", SMALL,
		 BOUNDARY - 100);
	testbed_open_with(&tb, AF_INET, module);
	before = events_totals();
	reader_follow(&tb.reader, "watch --json");
	must(kill(tb.reader.pid, SIGSTOP));
	sysctl_set("ipv4/tcp_max_tw_buckets", "0");
	traffic_some(&tb.path, 100);
	after = events_totals();
	assert_true(after.recorded > BOUNDARY);
	must(kill(tb.reader.pid, SIGCONT));
	pause_ms(1000);
	reader_stop(&tb.reader);
	reader_parse(&tb.reader);
	want_string(tb.reader.object[0], "type", "lost");
	want_number(tb.reader.object[0], "count",
		    after.recorded - before.recorded - SMALL);
	assert_int_equal(tb.reader.objects, 1 + SMALL);
	testbed_close(&tb);
	load_usual();
}

/* Time of a step in /proc/tcpfin, in seconds. */
static double time_of(const struct events *events, uint64_t cookie,
		      const char *kind)
{
	const struct seen *seen = events_find(events, cookie, kind);

	assert_non_null(seen);
	return seen->time;
}

static void want_seconds(double seen, double want, double more)
{
	if (seen < want || seen > want + more)
		fail_msg("%f to %f s expected, %f s seen", want, want + more,
			 seen);
}

/* The verdict must have a TIME_WAIT of the right length. */
static void expect_wait(struct testbed *tb, uint64_t cookie)
{
	struct reader *r = &tb->reader;
	struct json_object *ends, *end;
	char text[24];
	size_t i;

	snprintf(text, sizeof(text), "%llx", (unsigned long long)cookie);
	reader_run_json(r, "handshakes --json --history -c 1");
	assert_int_equal(r->objects, 1);
	ends = member(r->object[0], "ends");
	assert_int_equal(json_object_array_length(ends), 2);
	for (i = 0; i < 2; i++) {
		end = json_object_array_get_idx(ends, i);
		if (strcmp(string(end, "cookie"), text))
			continue;
		want_ms(end, "time_wait.ms", 60000, 2100);
		want_ms(end, "states_ms.FIN_WAIT1", 0, 1000);
		want_string(end, "time_wait.end", "expired");
		return;
	}
	fail_msg("no end %s in: %s", text, r->text[0]);
}

/*
 * A TIME_WAIT during which the clock passes 2^32 microseconds (after an hour) or
 * milliseconds (after 50 days) must have the usual length.
 */
static void test_times(void **state)
{
	static const double boundaries[] = { BOUNDARY / 1e6, BOUNDARY / 1e3 };
	struct testbed tb = { 0 };
	struct timespec now;
	struct pair pair;
	char module[96];
	double boundary, born;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(boundaries) / sizeof(*boundaries); i++) {
		boundary = boundaries[i];
		clock_gettime(CLOCK_MONOTONIC, &now);
		snprintf(module, sizeof(module), TEST_MODULE " later=%llu",
			 (unsigned long long)(boundary - 30 - now.tv_sec) *
				 1000000000ULL);
		testbed_open_with(&tb, AF_INET, module);
		close_both(&tb, &pair);
		pause_ms(65000);
		events_read(&tb.events);
		born = time_of(&tb.events, pair.cookie[0], "tw-birth");
		assert_true(born < boundary);
		want_seconds(time_of(&tb.events, pair.cookie[0], "tw-death"),
			     born + 60, 2.1);
		assert_true(born + 60 > boundary);
		expect_wait(&tb, pair.cookie[0]);
		testbed_close(&tb);
	}
	load_usual();
}

#define MISSING		(sizeof(missing_list) / sizeof(missing_list[0]))
#define UNREACHED	(sizeof(unreached_list) / sizeof(unreached_list[0]))

int main(void)
{
	static struct CMUnitTest tests[4 + MISSING + UNREACHED] = {
		cmocka_unit_test(test_missing_all),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_loss),
		cmocka_unit_test(test_times),
	};
	static char name[UNREACHED][64];
	struct CMUnitTest *test;
	size_t i;

	for (i = 0; i < UNREACHED; i++) {
		test = &tests[4 + MISSING + i];
		snprintf(name[i], sizeof(name[i]), "%s not reached",
			 unreached_list[i].symbol);
		test->name = name[i];
		test->test_func = test_unreached;
		test->initial_state = (void *)&unreached_list[i];
	}
	for (i = 0; i < MISSING; i++) {
		tests[4 + i].name = missing_list[i].symbol;
		tests[4 + i].test_func = test_missing;
		tests[4 + i].initial_state = (void *)&missing_list[i];
	}
	return cmocka_run_group_tests_name("test_build", tests, NULL, NULL);
}
