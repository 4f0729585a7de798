// SPDX-License-Identifier: GPL-2.0
/*
 * "tcpfin record" and -r on real connections: the events of a recording must equal the
 * lines of /proc/tcpfin.
 */
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "program.h"
#include "traffic.h"

#define CONNECTIONS	60

/* Compare a line of "watch --json" with a line of /proc/tcpfin. */
static void expect_same(const char *line, const struct seen *seen)
{
	struct json_object *obj = json_tokener_parse(line);

	if (!obj)
		fail_msg("no JSON: %s", line);
	want_step(obj, seen);
	json_object_put(obj);
}

/* The output of "tcpfin ARGS" must equal the lines of /proc/tcpfin. */
static void expect_events(const char *args, const struct events *events)
{
	char line[4096];
	size_t count = 0;
	FILE *out;

	snprintf(line, sizeof(line), "tcpfin %s", args);
	out = popen(line, "re");
	assert_non_null(out);
	for (; fgets(line, sizeof(line), out); count++) {
		assert_in_range(count, 0, events->count - 1);
		expect_same(line, &events->list[count]);
	}
	assert_int_equal(pclose(out), 0);
	assert_int_equal(count, events->count);
}

static size_t count_kind(const struct events *events, const char *kind)
{
	size_t i, n = 0;

	for (i = 0; i < events->count; i++)
		n += !strcmp(events->list[i].kind, kind);
	return n;
}

/* Wait until all mini-sockets have ended. */
static void wait_quiet(struct events *events)
{
	unsigned int tries;

	for (tries = 0; tries < 4000; tries++) {
		events_read(events);
		if (count_kind(events, "tw-birth") ==
		    count_kind(events, "tw-death"))
			return;
		pause_ms(100);
	}
	fail_msg("mini-sockets are left");
}

static void end_recording(struct reader *r, const char *file, size_t events)
{
	char want[80];
	struct stat st;

	reader_stop(r);
	snprintf(want, sizeof(want),
		 "tcpfin record: %zu events written, 0 lost, 0 missed\n",
		 events);
	assert_string_equal(r->text[0], "");
	assert_string_equal(r->text[1], want);
	must(stat(file, &st));
	assert_int_equal(st.st_mode & 0777, 0600);
}

/* Two recorders at once: each has all events, and both merged have each event once. */
static void test_mixed_load(void **state)
{
	struct testbed tb = { 0 };
	struct reader second = { 0 };

	(void)state;
	testbed_open(&tb, AF_INET);
	reader_start(&tb.reader, 0, "record -w /tmp/a");
	reader_start(&second, 0, "record -w /tmp/b");
	reader_wait_following(&tb.reader);
	reader_wait_following(&second);
	traffic_some(&tb.path, CONNECTIONS);
	wait_quiet(&tb.events);
	assert_in_range(tb.events.count, 5 * CONNECTIONS, 20 * CONNECTIONS);
	end_recording(&tb.reader, "/tmp/a", tb.events.count);
	end_recording(&second, "/tmp/b", tb.events.count);
	expect_events("watch --json -r /tmp/a", &tb.events);
	expect_events("watch --json -r - </tmp/b", &tb.events);
	expect_events("watch --json -r /tmp/b -r /tmp/a", &tb.events);

	reader_run_json(&tb.reader, "summary --json -r /tmp/a");
	want_number(tb.reader.object[0], "events", tb.events.count);
	want_number(tb.reader.object[0], "time_wait.open", 0);
	want_string(tb.reader.object[0], "sysctl.tcp_fin_timeout", "60");
	testbed_close(&tb);
}

/* A recording has the sysctls of its time. */
static void test_settings(void **state)
{
	struct testbed tb = { 0 };

	(void)state;
	testbed_open(&tb, AF_INET);
	sysctl_set("ipv4/tcp_fin_timeout", "33");
	reader_start(&tb.reader, 0, "record -w /tmp/a --for 1ms");
	reader_end(&tb.reader, 0);
	sysctl_set("ipv4/tcp_fin_timeout", "60");
	reader_run_json(&tb.reader, "summary --json -r /tmp/a");
	want_string(tb.reader.object[0], "sysctl.tcp_fin_timeout", "33");
	testbed_close(&tb);
}

/* Start a recorder and a reader, connected by /tmp/fifo. */
static void join(struct testbed *tb, struct reader *recorder,
		 const char *recording, const char *reading)
{
	testbed_open(tb, AF_INET);
	run("rm -f /tmp/fifo && mkfifo /tmp/fifo");
	reader_start(recorder, 0, recording);
	reader_start(&tb->reader, 0, reading);
	reader_wait_following(recorder);
	reader_wait_following(&tb->reader);
}

/* Read one connection from a recorder; @reading must end after it. */
static void read_one(struct testbed *tb, struct reader *recorder,
		     const char *recording, const char *reading)
{
	join(tb, recorder, recording, reading);
	testbed_teardown_to_end(tb);
	reader_end(&tb->reader, 0);
	assert_string_equal(tb->reader.text[1], "");
	reader_parse(&tb->reader);
}

/* As "ssh HOST tcpfin record -w - | tcpfin watch -r -". */
static void test_live_pipe(void **state)
{
	struct reader recorder = { 0 };
	struct testbed tb = { 0 };
	uint64_t cookie;

	(void)state;
	read_one(&tb, &recorder, "record -w - >/tmp/fifo",
		 "watch --json -r - -c 8 </tmp/fifo");
	assert_int_equal(tb.reader.objects, 8);
	want_string(tb.reader.object[7], "type", "tw-death");
	/* The recorder ends without an error when nobody reads its stdout. */
	cookie = testbed_open_and_close(&tb);
	reader_end(&recorder, 0);
	events_wait_end(&tb.events, cookie);
	testbed_close(&tb);
}

static unsigned int lines_so_far(const struct reader *r)
{
	static char text[65536];
	ssize_t len = must(pread(r->fd[0], text, sizeof(text), 0)), i;
	unsigned int lines = 0;

	for (i = 0; i < len; i++)
		lines += text[i] == '\n';
	return lines;
}

/* A reader prints steps at once, long before the stream ends. */
static void test_pipe_is_quick(void **state)
{
	struct reader recorder = { 0 };
	struct testbed tb = { 0 };
	unsigned int waited;
	uint64_t cookie;

	(void)state;
	join(&tb, &recorder, "record -w - >/tmp/fifo",
	     "watch --json -r - </tmp/fifo");
	cookie = testbed_open_and_close(&tb);
	/* All but the end of TIME_WAIT. */
	for (waited = 0; lines_so_far(&tb.reader) < 7; waited += 5)
		pause_ms(5);
	assert_in_range(waited, 0, 100);
	events_wait_end(&tb.events, cookie);
	reader_stop(&recorder);
	reader_end(&tb.reader, 0);
	assert_string_equal(tb.reader.text[1], "");
	testbed_close(&tb);
}

/* As "ssh HOST tcpfin record -w - | tcpfin ladder -r -". */
static void test_live_ladder(void **state)
{
	struct reader recorder = { 0 };
	struct testbed tb = { 0 };

	(void)state;
	join(&tb, &recorder, "record -w - >/tmp/fifo",
	     "ladder --ascii -r - -c 1 </tmp/fifo");
	testbed_teardown_to_end(&tb);
	reader_end(&tb.reader, 0);
	reader_expect(&tb.reader, "4 ACK ack=y+1");
	reader_expect(&tb.reader, "CLOSE + expired");
	reader_stop(&recorder);
	testbed_close(&tb);
}

/* A stream carries the time: a verdict is printed although no more events come. */
static void test_live_handshakes(void **state)
{
	struct reader recorder = { 0 };
	struct testbed tb = { 0 };

	(void)state;
	read_one(&tb, &recorder, "record -w /tmp/fifo",
		 "handshakes --json -r /tmp/fifo -c 1");
	want_string(tb.reader.object[0], "type", "teardown");
	reader_stop(&recorder);
	testbed_close(&tb);
}

/* A recorder killed by SIGKILL: the recording has all events, but no end mark. */
static void test_killed(void **state)
{
	struct testbed tb = { 0 };

	(void)state;
	testbed_open(&tb, AF_INET6);
	reader_follow(&tb.reader, "record -w /tmp/a");
	testbed_teardown_to_end(&tb);
	pause_ms(100);
	must(kill(tb.reader.pid, SIGKILL));
	reader_end(&tb.reader, 128 + SIGKILL);
	reader_start(&tb.reader, 0, "watch --json -r /tmp/a");
	reader_end(&tb.reader, 1);
	assert_string_equal(tb.reader.text[1],
		"tcpfin watch: /tmp/a: has no end mark: it was cut off, or is still being written\n");
	reader_parse(&tb.reader);
	assert_int_equal(tb.reader.objects, 8);
	testbed_close(&tb);
}

/* A filter leaves out the server's steps. */
static void test_filter(void **state)
{
	struct testbed tb = { 0 };
	unsigned int steps = 0;
	uint64_t cookie;
	char want[80];
	size_t i;

	(void)state;
	testbed_open(&tb, AF_INET);
	cookie = testbed_teardown_to_end(&tb);
	for (i = 0; i < tb.events.count; i++)
		steps += tb.events.list[i].cookie == cookie;
	assert_in_range(steps, 1, tb.events.count - 1);
	reader_start(&tb.reader, 0,
		     "record -w /tmp/a --history --for 10ms dport = :7777");
	reader_end(&tb.reader, 0);
	snprintf(want, sizeof(want),
		 "tcpfin record: %u events written, 0 lost, 0 missed\n", steps);
	assert_string_equal(tb.reader.text[1], want);
	testbed_close(&tb);
}

static void test_limits(void **state)
{
	struct testbed tb = { 0 };

	(void)state;
	testbed_open(&tb, AF_INET);
	testbed_teardown_to_end(&tb);
	reader_start(&tb.reader, 0, "record -w /tmp/a --history -c 3");
	reader_end(&tb.reader, 0);
	assert_string_equal(tb.reader.text[1],
		"tcpfin record: 3 events written, 0 lost, 0 missed\n");
	tb.events.count = 3;
	expect_events("watch --json -r /tmp/a", &tb.events);
	reader_start(&tb.reader, 0, "record -w /tmp/a --history -6 --for 10ms");
	reader_end(&tb.reader, 0);
	assert_string_equal(tb.reader.text[1],
		"tcpfin record: 0 events written, 0 lost, 0 missed\n");
	tb.events.count = 0;
	expect_events("watch --json -r /tmp/a", &tb.events);
	testbed_close(&tb);
}

/* A recording has the count of overwritten records. */
static void test_loss(void **state)
{
	struct testbed tb = { 0 };
	char want[80];

	(void)state;
	testbed_open(&tb, AF_INET);
	run("rmmod tcpfin && insmod /lib/tcpfin.ko ring_size=64");
	sysctl_set("ipv4/tcp_max_tw_buckets", "0");
	traffic_some(&tb.path, 100);
	reader_start(&tb.reader, 0, "record -w /tmp/a --history --for 10ms");
	reader_end(&tb.reader, 0);
	snprintf(want, sizeof(want), "64 events written, %lu lost, 0 missed\n",
		 events_totals().overwritten);
	if (!strstr(tb.reader.text[1], want))
		fail_msg("'%s' expected, '%s' seen", want, tb.reader.text[1]);
	reader_start(&tb.reader, 0, "watch --json -r /tmp/a -c 1");
	reader_end(&tb.reader, 0);
	reader_parse(&tb.reader);
	want_string(tb.reader.object[0], "type", "lost");
	want_number(tb.reader.object[0], "count", events_totals().overwritten);
	testbed_close(&tb);
}

/*
 * A recorder started on full rings while there is traffic loses only the records that
 * were overwritten before it started.
 */
static void test_full_rings(void **state)
{
	unsigned long kept = 1024, full, seen, lost, written;
	struct testbed tb = { 0 };
	pid_t traffic;

	(void)state;
	testbed_open(&tb, AF_INET);
	run("rmmod tcpfin && insmod /lib/tcpfin.ko ring_size=%lu", kept);
	sysctl_set("ipv4/tcp_max_tw_buckets", "10");
	traffic_some(&tb.path, 300);
	full = events_totals().recorded;
	assert_in_range(full, kept + 1, ~0UL);
	traffic = traffic_start(&tb.path);
	reader_follow(&tb.reader, "record -w /tmp/a --history -f");
	seen = events_totals().recorded;
	pause_ms(2000);
	stop(traffic, SIGKILL);
	reader_wait_following(&tb.reader);
	reader_stop(&tb.reader);
	assert_int_equal(sscanf(tb.reader.text[1],
				"tcpfin record: %lu events written, %lu lost",
				&written, &lost), 2);
	assert_in_range(lost, full - kept, seen - kept);
	assert_int_equal(written + lost, events_totals().recorded);
	testbed_close(&tb);
}

/* On a terminal -v shows a running count, and erases it at the end. */
static void test_progress(void **state)
{
	struct reader r = { 0 };
	struct testbed tb = { 0 };
	char text[4096];
	int terminal, len;

	(void)state;
	testbed_open(&tb, AF_INET);
	r.fd[0] = must(memfd_create("stdout", MFD_CLOEXEC));
	must(openpty(&terminal, &r.fd[1], NULL, NULL, NULL));
	reader_spawn(&r, 0, "record -v -w /tmp/a");
	reader_wait_following(&r);
	traffic_some(&tb.path, 10);
	pause_ms(3000);
	must(kill(r.pid, SIGINT));
	assert_int_equal(wait_exit(r.pid, 10), 0);
	len = must(read(terminal, text, sizeof(text) - 1));
	text[len] = '\0';
	if (!strstr(text, "\rtcpfin record: ") ||
	    !strstr(text, " events written, 0 lost, 0 missed\r") ||
	    !strstr(text, "          \rtcpfin record: "))
		fail_msg("seen: %s", text);
	close(terminal);
	close(r.fd[0]);
	close(r.fd[1]);
	testbed_close(&tb);
}

static void test_unload(void **state)
{
	struct reader r = { 0 };

	(void)state;
	reader_follow(&r, "record -w /tmp/a");
	run("rmmod tcpfin");
	reader_end(&r, 0);
	assert_string_equal(r.text[1],
		"tcpfin record: the module was unloaded\n"
		"tcpfin record: 0 events written, 0 lost, 0 missed\n");
	/* A recording needs no module. */
	reader_run(&r, "summary -r /tmp/a");
	reader_expect(&r, "events        0 over");
	run("insmod /lib/tcpfin.ko");
}

static void test_mistakes(void **state)
{
	struct reader r = { 0 };

	(void)state;
	reader_refuses(65534, "record -w /tmp/no", "no permission to open");
	reader_refuses(0, "record -w /tmp", "cannot open /tmp: Is a directory");
	reader_start(&r, 0, "record -w /dev/full");
	reader_end(&r, 1);
	assert_string_equal(r.text[1],
		"tcpfin record: cannot write /dev/full: No space left on device\n"
		"tcpfin record: 0 events written, 0 lost, 0 missed\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mixed_load),
		cmocka_unit_test(test_settings),
		cmocka_unit_test(test_live_pipe),
		cmocka_unit_test(test_live_handshakes),
		cmocka_unit_test(test_pipe_is_quick),
		cmocka_unit_test(test_live_ladder),
		cmocka_unit_test(test_killed),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_filter),
		cmocka_unit_test(test_loss),
		cmocka_unit_test(test_full_rings),
		cmocka_unit_test(test_progress),
		cmocka_unit_test(test_unload),
		cmocka_unit_test(test_mistakes),
	};

	return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
