// SPDX-License-Identifier: GPL-2.0
/*
 * "tcpfin watch", "status" and "tcpfin" alone: compares their output on real sockets
 * with the test's actions and the text of /proc/tcpfin.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "module/tcpfin.h"
#include "program.h"
#include "traffic.h"

#define OWNER		4321
#define NOBODY		65534

/* The sequence number of the next byte or FIN to send. */
static uint32_t write_seq(int fd)
{
	int on = 1, queue = 2, off = -1;	/* TCP_SEND_QUEUE, no probe */
	socklen_t len = sizeof(uint32_t);
	uint32_t seq = 0;

	must(setsockopt(fd, IPPROTO_TCP, TCP_REPAIR, &on, sizeof(on)));
	must(setsockopt(fd, IPPROTO_TCP, TCP_REPAIR_QUEUE, &queue,
			sizeof(queue)));
	must(getsockopt(fd, IPPROTO_TCP, TCP_QUEUE_SEQ, &seq, &len));
	must(setsockopt(fd, IPPROTO_TCP, TCP_REPAIR, &off, sizeof(off)));
	return seq;
}

/* A step in JSON must have all members and equal the line of /proc/tcpfin. */
static void expect_as_text(struct json_object *obj, const struct seen *seen)
{
	static const char *const names[] = {
		"type", "time", "mono_ns", "cookie", "netns", "family",
		"laddr", "lport", "raddr", "rport", "old", "new", "reason",
		"snd_nxt", "snd_una", "rcv_nxt", "pid", "comm", "uid",
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		member(obj, names[i]);
	want_step(obj, seen);
	want_number(obj, "uid", OWNER);
	if (seen->pid < 0)
		want_null(obj, "pid");
	else
		want_number(obj, "pid", seen->pid);
}

/* "time" must be the wall-clock time of "mono_ns", in UTC. */
static void expect_time(struct json_object *obj)
{
	const char *text = string(obj, "time");
	struct timespec wall, mono;
	double want, seen;
	struct tm tm = { 0 };
	char *rest;

	clock_gettime(CLOCK_REALTIME, &wall);
	clock_gettime(CLOCK_MONOTONIC, &mono);
	want = (double)(wall.tv_sec - mono.tv_sec) +
	       (wall.tv_nsec - mono.tv_nsec) / 1e9 +
	       number(obj, "mono_ns") / 1e9;
	rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	if (!rest)
		fail_msg("time '%s'", text);
	seen = timegm(&tm) + strtod(rest, &rest);
	assert_string_equal(rest, "Z");
	if (seen < want - 0.01 || seen > want + 0.01)
		fail_msg("time %f expected, '%s' seen", want, text);
}

/* Addresses, as text, and ports of both ends. */
struct ends {
	char addr[2][64];
	uint16_t port[2];
};

static void get_ends(const struct pair *pair, struct ends *ends)
{
	struct sockaddr_storage ss;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&ss;
	struct sockaddr_in *in = (struct sockaddr_in *)&ss;
	int i;

	for (i = 0; i < 2; i++) {
		socklen_t len = sizeof(ss);
		char *addr = ends->addr[i];

		must(getsockname(pair->fd[i], (struct sockaddr *)&ss, &len));
		ends->port[i] = ntohs(in->sin_port);
		if (ss.ss_family == AF_INET)
			inet_ntop(AF_INET, &in->sin_addr, addr, 64);
		else
			inet_ntop(AF_INET6, &in6->sin6_addr, addr, 64);
		if (!strncmp(addr, "::ffff:", 7))
			memmove(addr, addr + 7, strlen(addr + 7) + 1);
	}
}

/* @end is the local one. */
static void expect_ends(struct json_object *obj, const struct ends *ends,
			int end)
{
	want_string(obj, "laddr", ends->addr[end]);
	want_number(obj, "lport", ends->port[end]);
	want_string(obj, "raddr", ends->addr[!end]);
	want_number(obj, "rport", ends->port[!end]);
	want_string(obj, "family", strchr(ends->addr[end], ':') ? "inet6" :
								    "inet");
}

/* x is the sequence number of the client's FIN, y of the server's: RFC 9293 3.6. */
static void expect_waves(struct json_object *const client[5],
			 struct json_object *const server[3], uint32_t x,
			 uint32_t y)
{
	/* 1: the client's FIN is queued, and reaches the server. */
	want_number(client[0], "write_seq", x);
	want_number(client[0], "snd_nxt", x);
	want_number(client[0], "snd_una", x);
	want_number(client[0], "rcv_nxt", y);
	want_number(server[0], "rcv_nxt", x + 1);
	want_number(server[0], "snd_nxt", y);
	/* 2: the server's ACK. */
	want_number(client[1], "snd_una", x + 1);
	want_number(client[1], "snd_nxt", x + 1);
	want_number(client[2], "snd_nxt", x + 1);
	want_number(client[2], "rcv_nxt", y);
	/* 3: the server's FIN. */
	want_number(server[1], "write_seq", y);
	want_number(server[1], "snd_nxt", y);
	want_number(client[3], "rcv_nxt", y + 1);
	/* 4: the client's ACK. */
	want_number(server[2], "snd_una", y + 1);
	want_number(server[2], "snd_nxt", y + 1);
	want_number(client[4], "snd_nxt", x + 1);
	want_number(client[4], "rcv_nxt", y + 1);
}

static double between(struct json_object *from, struct json_object *to)
{
	return (double)(number(to, "mono_ns") - number(from, "mono_ns")) / 1e6;
}

/* Check the time in each old state; the start of ESTABLISHED is not known. */
static void expect_spans(struct json_object *const client[5],
			 struct json_object *const server[3])
{
	want_ms(client[0], "ms", -1, 0);
	want_ms(client[1], "ms", between(client[0], client[1]), 0);
	want_ms(client[2], "ms", between(client[1], client[2]), 0);
	want_ms(client[3], "ms", between(client[1], client[3]), 0);
	want_ms(client[4], "ms", between(client[3], client[4]), 0);
	assert_in_range(between(client[3], client[4]), 1000 * TIME_WAIT_MIN,
			1000 * TIME_WAIT_MAX);
	want_ms(server[0], "ms", -1, 0);
	want_ms(server[1], "ms", between(server[0], server[1]), 0);
	want_ms(server[2], "ms", between(server[1], server[2]), 0);
}

/* Only the steps of close() have a process: waves 1 and 3. */
static void expect_actors(struct json_object *const client[5],
			  struct json_object *const server[3])
{
	int i;

	for (i = 1; i < 5; i++)
		want_null(client[i], "pid");
	want_null(server[0], "pid");
	want_null(server[2], "pid");
	want_number(client[0], "pid", getpid());
	want_string(client[0], "comm", "reader");
	want_number(server[1], "pid", getpid());
}

struct watched {
	int family;
	const char *addr;
	bool mapped;
};

static void test_watch(void **state)
{
	struct json_object *steps[2][8];
	const struct watched *watched = *state;
	size_t i, count[2] = { 0 };
	struct testbed tb = { 0 };
	struct pair pair;
	struct ends ends;
	uint32_t x, y;

	testbed_open(&tb, watched->family);
	testbed_set_server(&tb, watched->addr, SERVER_PORT);
	setfsuid(OWNER);
	pair_open(&tb.path, &pair);
	setfsuid(0);
	send_bytes(pair.fd[0], 1000);
	receive_bytes(pair.fd[1], 1000);
	get_ends(&pair, &ends);
	x = write_seq(pair.fd[0]);
	y = write_seq(pair.fd[1]);
	reader_follow(&tb.reader, "watch --json -c 8");
	testbed_teardown(&tb, &pair);
	reader_end(&tb.reader, 0);
	assert_string_equal(tb.reader.text[1], "");
	reader_parse(&tb.reader);
	events_read(&tb.events);
	assert_int_equal(tb.reader.objects, 8);
	assert_int_equal(tb.events.count, 8);
	for (i = 0; i < 8; i++) {
		struct json_object *obj = tb.reader.object[i];
		const struct seen *seen = &tb.events.list[i];
		int end = seen->cookie == pair.cookie[1];

		expect_as_text(obj, seen);
		expect_time(obj);
		expect_ends(obj, &ends, end);
		want_bool(obj, "v4mapped", watched->mapped);
		steps[end][count[end]++] = obj;
	}
	assert_int_equal(count[0], 5);
	expect_waves(steps[0], steps[1], x, y);
	expect_spans(steps[0], steps[1]);
	expect_actors(steps[0], steps[1]);
	testbed_close(&tb);
}

/* A filter tells both ends of a connection, and their steps, apart. */
static void test_filter(void **state)
{
	struct testbed tb = { 0 };
	size_t i;

	(void)state;
	testbed_open(&tb, AF_INET);
	testbed_set_server(&tb, "127.0.0.1", SERVER_PORT);
	testbed_teardown_to_end(&tb);
	reader_run_json(&tb.reader, "watch dport = :7777 --json --history -c 5");
	assert_int_equal(tb.reader.objects, 5);
	for (i = 0; i < 5; i++)
		want_number(tb.reader.object[i], "rport", SERVER_PORT);
	reader_run_json(&tb.reader,
		   "watch --json --history -c 1 src 127.0.0.0/8 and '(not sport 7777)' comm = reader reason expired");
	want_string(tb.reader.object[0], "type", "tw-death");
	reader_run(&tb.reader, "summary sport != 7777");
	reader_expect(&tb.reader, "TIME_WAIT     1 ended");
	reader_run(&tb.reader, "summary sport = 7777");
	reader_expect(&tb.reader, "TIME_WAIT     none seen");
	testbed_close(&tb);
}

/* --history ends with what the rings hold; -f and --for go on. */
static void test_history(void **state)
{
	struct testbed tb = { 0 };

	(void)state;
	testbed_open(&tb, AF_INET);
	testbed_teardown_to_end(&tb);
	reader_run_json(&tb.reader, "watch --json --history");
	assert_int_equal(tb.reader.objects, 8);
	reader_run_json(&tb.reader, "handshakes --json --history");
	assert_int_equal(tb.reader.objects, 1);
	reader_run(&tb.reader, "ladder --history --ascii");
	reader_expect(&tb.reader, "4 ACK ack=y+1");
	/* A connection whose TIME_WAIT runs is drawn, too. */
	testbed_open_and_close(&tb);
	reader_run(&tb.reader, "ladder --history --ascii -c 2");
	assert_non_null(strstr(strstr(tb.reader.text[0], "4 ACK ack=y+1") + 1,
			       "4 ACK ack=y+1"));
	reader_follow(&tb.reader, "watch --json --history -f -c 21");
	testbed_teardown_to_end(&tb);
	reader_end(&tb.reader, 0);
	reader_parse(&tb.reader);
	assert_int_equal(tb.reader.objects, 21);
	reader_follow(&tb.reader, "watch --json --for 1s");
	reader_end(&tb.reader, 0);
	assert_string_equal(tb.reader.text[0], "");
	testbed_close(&tb);
}

/* The cookie equals that which ss prints for the mini-socket. */
static void test_cookie_of_ss(void **state)
{
	struct testbed tb = { 0 };
	unsigned long cookie = 0;
	char line[512], text[24];
	FILE *ss;

	(void)state;
	testbed_open(&tb, AF_INET);
	run("modprobe -a tcp_diag");
	testbed_open_and_close(&tb);
	ss = popen("ss -tenHO state time-wait", "re");
	assert_non_null(ss);
	assert_non_null(fgets(line, sizeof(line), ss));
	pclose(ss);
	if (!strstr(line, " sk:"))
		fail_msg("no cookie in: %s", line);
	cookie = strtoul(strstr(line, " sk:") + 4, NULL, 16);
	snprintf(text, sizeof(text), "%lx", cookie);
	events_wait_end(&tb.events, cookie);
	reader_run_json(&tb.reader, "watch --json --history -c 8");
	want_string(tb.reader.object[7], "type", "tw-death");
	want_string(tb.reader.object[7], "cookie", text);
	testbed_close(&tb);
}

/* Read the counts and the number of hooked probes from the header lines. */
static void read_header(unsigned long count[4], unsigned int *hooked)
{
	FILE *f = fopen("/proc/tcpfin", "re");
	unsigned int probes;
	char line[512];

	*hooked = 0;
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "# recorded %lu, overwritten %lu, missed %lu, unmatched %lu",
			   &count[0], &count[1], &count[2], &count[3]) == 4)
			continue;
		if (sscanf(line, "# hooked: %u of %u", hooked, &probes) == 2)
			assert_int_equal(*hooked, probes);
	}
	fclose(f);
}

/* All probes must be hooked on the kernels of the tests. */
static void expect_probes(struct json_object *list, size_t count)
{
	size_t i;

	assert_int_equal(json_object_array_length(list), count);
	for (i = 0; i < count; i++) {
		struct json_object *probe = json_object_array_get_idx(list, i);

		if (!json_object_get_boolean(member(probe, "hooked")))
			fail_msg("%s is not hooked", string(probe, "symbol"));
		want_number(probe, "missed", 0);
		want_number(probe, "unreached", 0);
	}
}

static uint64_t sum(struct json_object *list, const char *name)
{
	uint64_t total = 0;
	size_t i;

	for (i = 0; i < json_object_array_length(list); i++)
		total += number(json_object_array_get_idx(list, i), name);
	return total;
}

static void test_status(void **state)
{
	unsigned long count[4] = { 0 };
	struct json_object *s, *rings;
	struct testbed tb = { 0 };
	unsigned int hooked;
	size_t yes = 0;
	char *line;

	(void)state;
	testbed_open(&tb, AF_INET);
	run("rmmod tcpfin && insmod /lib/tcpfin.ko ring_size=64");
	/* No TIME_WAITs that would end in the next test. */
	sysctl_set("ipv4/tcp_max_tw_buckets", "0");
	traffic_some(&tb.path, 100);
	read_header(count, &hooked);
	assert_in_range(hooked, 6, TCPFIN_PROBES);
	assert_int_not_equal(count[1], 0);
	assert_int_equal(count[2], 0);
	reader_run_json(&tb.reader, "status --json");
	assert_int_equal(tb.reader.objects, 1);
	s = tb.reader.object[0];
	want_string(s, "type", "status");
	want_number(s, "records", 64);
	want_number(s, "unmatched", count[3]);
	expect_probes(member(s, "probe"), hooked);
	rings = member(s, "ring");
	assert_int_equal(sum(rings, "recorded"), count[0]);
	assert_int_equal(sum(rings, "overwritten"), count[1]);
	assert_int_equal(sum(rings, "kept"), count[0] - count[1]);

	reader_run(&tb.reader, "status");
	for (line = tb.reader.text[0]; (line = strstr(line, " yes     0 ")); line++)
		yes++;
	assert_int_equal(yes, hooked);
	testbed_close(&tb);
}

/* Commands that follow the rings report unloading and exit with status 0. */
static void test_unload(void **state)
{
	static const char *const follow[] = { "watch", "summary --for 1h" };
	struct reader r = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		char want[80];

		reader_follow(&r, follow[i]);
		run("rmmod tcpfin");
		reader_end(&r, 0);
		snprintf(want, sizeof(want),
			 "tcpfin %.*s: the module was unloaded\n",
			 (int)strcspn(follow[i], " "), follow[i]);
		assert_string_equal(r.text[1], want);
		run("insmod /lib/tcpfin.ko");
	}
	run("rmmod tcpfin");
	reader_refuses(0, "watch", "load the module first");
	reader_refuses(0, "watch --json", "load the module first");
	reader_refuses(0, "summary", "load the module first");
	reader_refuses(0, "status", "load the module first");
	run("insmod /lib/tcpfin.ko");
}

static void test_no_permission(void **state)
{
	(void)state;
	reader_refuses(NOBODY, "watch", "no permission to open /proc/tcpfin");
	reader_refuses(NOBODY, "summary", "no permission to open /proc/tcpfin");
	reader_refuses(NOBODY, "status", "no permission to open /proc/tcpfin");
}

static void test_mistakes(void **state)
{
	(void)state;
	reader_refuses(0, "wacth", "unknown command 'wacth': did you mean watch? (see tcpfin --help)");
	reader_refuses(0, "watch --json -qx", "unknown option '-q' (allowed: ");
	reader_refuses(0, "watch -c none", "'none' for -c: a number above 0");
	reader_refuses(0, "summary --colour", "'--colour': did you mean --color? (allowed: ");
	reader_refuses(0, "summary --by uid",
		       "'uid' for --by: destination, raddr, rport, lport, netns, comm or");
	reader_refuses(0, "status -x", "'-x' (allowed: ");
}

static void expect_printable(const char *text)
{
	for (; *text; text++)
		if (*text != '\n' && (*text < ' ' || *text > '~'))
			fail_msg("byte %#x in: %s", (unsigned char)*text, text);
}

/* A process name with an escape sequence, a newline and a quote is escaped. */
static void test_hostile_comm(void **state)
{
	static const char escaped[] = "\\x1b[31m\"\\x0a\\xff\\x5c";
	struct testbed tb = { 0 };
	struct pair pair;
	size_t i, lines;

	(void)state;
	testbed_open(&tb, AF_INET);
	pair_open(&tb.path, &pair);
	prctl(PR_SET_NAME, "\x1b[31m\"\n\xff\\");
	testbed_teardown(&tb, &pair);
	prctl(PR_SET_NAME, "reader");
	events_wait_end(&tb.events, pair.cookie[0]);
	/* events_wait_end() fails on a broken line. */
	assert_int_equal(tb.events.count, 8);
	assert_string_equal(tb.events.list[0].comm, escaped);

	reader_run_json(&tb.reader, "watch --json --history -c 8");
	want_string(tb.reader.object[0], "comm", escaped);
	want_string(tb.reader.object[7], "owner_comm", escaped);
	expect_printable(tb.reader.text[0]);
	reader_run(&tb.reader, "watch -x --history -c 8");
	for (i = lines = 0; tb.reader.text[0][i]; i++)
		lines += tb.reader.text[0][i] == '\n';
	assert_int_equal(lines, 9);
	reader_expect(&tb.reader, escaped);
	expect_printable(tb.reader.text[0]);
	reader_run(&tb.reader, "watch --history -c 8");
	expect_printable(tb.reader.text[0]);
	reader_run(&tb.reader, "summary --by comm");
	reader_expect(&tb.reader, escaped);
	expect_printable(tb.reader.text[0]);
	testbed_close(&tb);
}

/* -N prints names of addresses and ports; without -N there are numbers. */
static void test_names(void **state)
{
	static const char *const views[] = {
		"watch --history -c 2", "watch -x --history -c 2",
		"handshakes --open", "handshakes -x --open", "ladder --open",
		"top --batch -c 1",
	};
	struct testbed tb = { 0 };
	struct pair pair;
	char args[64];
	size_t i;

	(void)state;
	run("echo 127.0.0.1 web.example >/etc/hosts");
	run("echo swx %d/tcp >/etc/services", SERVER_PORT);
	testbed_open(&tb, AF_INET);
	pair_open(&tb.path, &pair);
	testbed_teardown(&tb, &pair);
	for (i = 0; i < sizeof(views) / sizeof(views[0]); i++) {
		snprintf(args, sizeof(args), "%s -N", views[i]);
		reader_run(&tb.reader, args);
		reader_expect(&tb.reader, "web.example");
		reader_expect(&tb.reader, "swx");
		assert_null(strstr(tb.reader.text[0], "127.0.0.1"));
		reader_run(&tb.reader, views[i]);
		reader_expect(&tb.reader, "127.0.0.1");
		assert_null(strstr(tb.reader.text[0], "web.example"));
	}
	reader_run(&tb.reader, "summary --by raddr -N");
	reader_expect(&tb.reader, "web.example\n");
	reader_run(&tb.reader, "watch -N --json --history -c 1");
	reader_expect(&tb.reader, "\"raddr\":\"127.0.0.1\"");
	run("rm /etc/hosts /etc/services");
	testbed_close(&tb);
}

/* -T prints local time, with --utc UTC. */
static void test_utc(void **state)
{
	struct testbed tb = { 0 };
	char local[13], utc[13];

	(void)state;
	testbed_open(&tb, AF_INET);
	must(setenv("TZ", "IST-05:30", 1));
	testbed_open_and_close(&tb);
	reader_run(&tb.reader, "watch -T --history -c 1");
	memcpy(local, strchr(tb.reader.text[0], '\n') + 1, 12);
	reader_run(&tb.reader, "watch -T --utc --history -c 1");
	memcpy(utc, strchr(tb.reader.text[0], '\n') + 1, 12);
	must(unsetenv("TZ"));
	assert_int_equal((60 * (atoi(local) - atoi(utc)) + atoi(local + 3) -
			  atoi(utc + 3) + 24 * 60) % (24 * 60), 5 * 60 + 30);
	assert_memory_equal(local + 6, utc + 6, 6);
	testbed_close(&tb);
}

/* Without a command tcpfin prints one frame of "top" that fits a screen. */
static void test_glance(void **state)
{
	struct testbed tb = { 0 };
	size_t i, lines = 0;

	(void)state;
	testbed_open(&tb, AF_INET);
	testbed_open_and_close(&tb);
	reader_run(&tb.reader, "");
	reader_expect(&tb.reader, "TIME_WAIT places");
	reader_expect(&tb.reader, "\nTIME_WAIT           1 ");
	for (i = 0; tb.reader.text[0][i]; i++)
		lines += tb.reader.text[0][i] == '\n';
	assert_in_range(lines, 10, 24);
	testbed_close(&tb);
}

/* "watch" ends quietly when nobody reads its stdout, as in "watch | head -n 1". */
static void test_output_closed(void **state)
{
	struct testbed tb = { 0 };
	uint64_t cookie;
	int pipefd[2];

	(void)state;
	testbed_open(&tb, AF_INET);
	testbed_set_server(&tb, "127.0.0.1", 7778);
	must(pipe2(pipefd, O_CLOEXEC));
	close(pipefd[0]);
	tb.reader.fd[0] = pipefd[1];
	tb.reader.fd[1] = must(memfd_create("stderr", MFD_CLOEXEC));
	/* A TIME_WAIT of an earlier test may end now; that step is not written. */
	reader_spawn(&tb.reader, 0, "watch --json port = :7778");
	reader_wait_following(&tb.reader);
	cookie = testbed_open_and_close(&tb);
	tb.reader.fd[0] = must(memfd_create("stdout", MFD_CLOEXEC));
	reader_end(&tb.reader, 0);
	assert_string_equal(tb.reader.text[1], "");
	close(pipefd[1]);
	events_wait_end(&tb.events, cookie);
	testbed_close(&tb);
}

int main(void)
{
	static struct watched v4 = { AF_INET, "127.0.0.1", false };
	static struct watched v6 = { AF_INET6, "::1", false };
	static struct watched mapped = { AF_INET6, "::ffff:127.0.0.1", true };
#define WATCH(how)							\
	{ .name = "test_watch " #how, .test_func = test_watch,		\
	  .initial_state = &(how) }
	const struct CMUnitTest tests[] = {
		WATCH(v4),
		WATCH(v6),
		WATCH(mapped),
		cmocka_unit_test(test_filter),
		cmocka_unit_test(test_history),
		cmocka_unit_test(test_cookie_of_ss),
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_unload),
		cmocka_unit_test(test_no_permission),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_hostile_comm),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_utc),
		cmocka_unit_test(test_glance),
		cmocka_unit_test(test_output_closed),
	};

	return cmocka_run_group_tests_name("reader", tests, NULL, NULL);
}
