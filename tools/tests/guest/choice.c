// SPDX-License-Identifier: GPL-2.0
/*
 * The module's parameters "ports" and "netns": what is recorded, what is left out and
 * counted, and how both are changed while the module is loaded.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "events.h"
#include "klog.h"
#include "module/tcpfin.h"
#include "traffic.h"

#define PROC		"/proc/tcpfin"
#define PARAMETERS	"/sys/module/tcpfin/parameters/"
#define OTHER_PORT	7778

/* Records of a teardown whose client closes first and leaves its TIME_WAIT behind. */
#define CLIENT_RECORDS	5
#define SERVER_RECORDS	3
#define ALL_RECORDS	(CLIENT_RECORDS + SERVER_RECORDS)

#define CLIENT_CLOSES						\
	"ESTABLISHED>FIN_WAIT1 pid, FIN_WAIT1>FIN_WAIT2, "	\
	"FIN_WAIT2>FIN_WAIT2 tw-birth, "			\
	"FIN_WAIT2>TIME_WAIT tw-flip, TIME_WAIT>CLOSE tw-death expired"
#define SERVER_FOLLOWS						\
	"ESTABLISHED>CLOSE_WAIT, CLOSE_WAIT>LAST_ACK pid, LAST_ACK>CLOSE"

static struct path lo;

/* The mapping of /proc/tcpfin. */
static struct {
	int fd;
	size_t size;
	const volatile struct tcpfin_header *header;
} map;

static int setup(void **state)
{
	(void)state;
	path_open(&lo, AF_INET, false);
	return 0;
}

static void map_open(void)
{
	struct tcpfin_header *header;
	void *p;

	map.fd = must(open(PROC, O_RDONLY | O_CLOEXEC));
	header = mmap(NULL, sizeof(*header), PROT_READ, MAP_SHARED, map.fd, 0);
	assert_ptr_not_equal(header, MAP_FAILED);
	map.size = header->size;
	munmap(header, sizeof(*header));
	p = mmap(NULL, map.size, PROT_READ, MAP_SHARED, map.fd, 0);
	assert_ptr_not_equal(p, MAP_FAILED);
	map.header = p;
}

static void map_close(void)
{
	munmap((void *)map.header, map.size);
	close(map.fd);
}

static uint64_t left_out(void)
{
	const volatile struct tcpfin_ring *ring;
	uint64_t sum = 0;
	uint32_t i;

	ring = (const volatile void *)((const volatile char *)map.header +
				       map.header->rings_offset);
	for (i = 0; i < map.header->rings; i++)
		sum += ring[i].left_out;
	return sum;
}

static void reload(const char *parameters)
{
	run("rmmod tcpfin");
	if (load_exactly(parameters))
		fail_msg("%s: %m", parameters);
}

/* Write a parameter in one piece; returns 0 or errno. */
static int write_parameter(const char *name, const char *value)
{
	char path[128];
	int fd, err;

	snprintf(path, sizeof(path), PARAMETERS "%s", name);
	fd = must(open(path, O_WRONLY | O_CLOEXEC));
	err = write(fd, value, strlen(value)) < 0 ? errno : 0;
	close(fd);
	return err;
}

static void set(const char *name, const char *value)
{
	if (write_parameter(name, value))
		fail_msg("%s=%s: %m", name, value);
}

static void expect_parameter(const char *name, const char *want)
{
	char path[128], text[512];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), PARAMETERS "%s", name);
	fd = must(open(path, O_RDONLY | O_CLOEXEC));
	len = must(read(fd, text, sizeof(text) - 1));
	text[len] = '\0';
	close(fd);
	assert_string_equal(text, want);
}

/* Fail unless a header line of /proc/tcpfin begins so, NULL for no line of these. */
static void expect_text(const char *want)
{
	char line[512];
	bool found = false;
	FILE *f = fopen(PROC, "re");

	assert_non_null(f);
	while (fgets(line, sizeof(line), f) && line[0] == '#') {
		if (!strstr(line, ", left out "))
			continue;
		found = true;
		if (!want || strcmp(line, want))
			fail_msg("expected '%s', seen '%s'", want ? want : "-",
				 line);
	}
	fclose(f);
	if (want && !found)
		fail_msg("expected '%s', not seen", want);
}

/* Server and client of @path close: the client's TIME_WAIT is left behind. */
static void tear_down_on(const struct path *path, uint16_t port,
			 uint64_t cookie[2])
{
	struct path own = *path;
	struct pair pair;

	((struct sockaddr_in *)&own.addr)->sin_port = htons(port);
	pair_open(&own, &pair);
	memcpy(cookie, pair.cookie, sizeof(pair.cookie));
	close(pair.fd[0]);
	expect_eof(pair.fd[1]);
	pause_ms(100);
	close(pair.fd[1]);
	pair_close_listener(&pair);
}

/* Wait until @want records are left out, and see that it stays so. */
static void expect_left_out(uint64_t want)
{
	int tries;

	for (tries = 0; left_out() < want && tries < 1200; tries++)
		pause_ms(100);
	pause_ms(1000);
	assert_int_equal(left_out(), want);
	assert_int_equal(events_totals().unmatched, 0);
}

static void expect_choice(uint32_t chosen, uint32_t netns, uint32_t nports)
{
	assert_int_equal(map.header->chosen, chosen);
	assert_int_equal(map.header->netns, netns);
	assert_int_equal(map.header->nports, nports);
}

/* Without the parameters nothing is left out. */
static void test_nothing_chosen(void **state)
{
	struct events events;
	uint64_t cookie[2];

	(void)state;
	reload("");
	map_open();
	events_open(&events);
	expect_choice(0, 0, 0);
	expect_parameter("ports", "\n");
	expect_parameter("netns", "0\n");
	tear_down_on(&lo, SERVER_PORT, cookie);
	events_wait_kind(&events, cookie[0], "tw-death");
	events_expect(&events, cookie[0], CLIENT_CLOSES);
	events_expect(&events, cookie[1], SERVER_FOLLOWS);
	expect_left_out(0);
	expect_text(NULL);
	events_close(&events);
	map_close();
}

/* Both ends of a connection have the port, as the remote or the local one. */
static void test_port_at_load(void **state)
{
	uint64_t cookie[2], other[2];
	struct events events;

	(void)state;
	reload("ports=7777");
	map_open();
	events_open(&events);
	expect_choice(0, 0, 1);
	assert_int_equal(map.header->ports[0].first, 7777);
	assert_int_equal(map.header->ports[0].last, 7777);
	expect_text("# only port 7777 is recorded, left out 0\n");
	tear_down_on(&lo, OTHER_PORT, other);
	tear_down_on(&lo, SERVER_PORT, cookie);
	events_wait_kind(&events, cookie[0], "tw-death");
	events_expect(&events, cookie[0], CLIENT_CLOSES);
	events_expect(&events, cookie[1], SERVER_FOLLOWS);
	expect_left_out(ALL_RECORDS);
	events_read(&events);
	events_expect_only(&events, cookie, 2);
	assert_int_equal(events_totals().recorded, ALL_RECORDS);
	expect_text("# only port 7777 is recorded, left out 8\n");
	events_close(&events);
	map_close();
}

/* Ranges include their ends. */
static void test_ranges(void **state)
{
	static const uint16_t in[] = { 443, 7000, 7999, 65535 };
	static const uint16_t out[] = { 442, 444, 6999, 8000, 65534 };
	struct events events;
	uint64_t cookie[4][2], other[2];
	size_t i;

	(void)state;
	reload("ports=443,7000-7999,65535");
	map_open();
	events_open(&events);
	/* The client's ports must not be among the chosen ones. */
	run("sysctl -q -w net.ipv4.ip_local_port_range='20000 30000'");
	for (i = 0; i < 5; i++)
		tear_down_on(&lo, out[i], other);
	for (i = 0; i < 4; i++)
		tear_down_on(&lo, in[i], cookie[i]);
	expect_left_out(5 * ALL_RECORDS);
	events_wait_kind(&events, cookie[3][0], "tw-death");
	events_expect_only(&events, cookie[0], 8);
	assert_int_equal(events_totals().recorded, 4 * ALL_RECORDS);
	expect_text("# only ports 443,7000-7999,65535 are recorded, left out 40\n");
	expect_parameter("ports", "443,7000-7999,65535\n");
	events_close(&events);
	map_close();
}

/* Of a connection between two namespaces only the server's end is recorded. */
static void test_netns(void **state)
{
	struct path path, home = lo;
	char parameters[64], text[128];
	struct events events;
	uint64_t cookie[2];

	(void)state;
	path_open(&path, AF_INET, true);
	snprintf(parameters, sizeof(parameters), "netns=%u",
		 ns_inode(path.ns[1]));
	reload(parameters);
	map_open();
	events_open(&events);
	expect_choice(0, ns_inode(path.ns[1]), 0);
	tear_down_on(&path, SERVER_PORT, cookie);
	events_wait_end(&events, cookie[1]);
	expect_left_out(CLIENT_RECORDS);
	events_expect(&events, cookie[1], SERVER_FOLLOWS);
	events_expect_only(&events, cookie + 1, 1);
	snprintf(text, sizeof(text),
		 "# only network namespace %u is recorded, left out 5\n",
		 ns_inode(path.ns[1]));
	expect_text(text);
	/* With a port that no connection has, nothing is left. */
	set("ports", "9");
	snprintf(text, sizeof(text),
		 "# only port 9 in network namespace %u is recorded, left out 5\n",
		 ns_inode(path.ns[1]));
	expect_text(text);
	tear_down_on(&path, SERVER_PORT, cookie);
	expect_left_out(CLIENT_RECORDS + ALL_RECORDS);
	assert_int_equal(events_totals().recorded, SERVER_RECORDS);
	events_close(&events);
	map_close();
	path_close(&path);
	ns_enter(home.ns[0]);
}

/* While the module is loaded: from all to one port, to another, and to all. */
static void test_change(void **state)
{
	struct events events;
	uint64_t cookie[2];

	(void)state;
	reload("");
	map_open();
	events_open(&events);
	set("ports", "7778\n");
	expect_choice(2, 0, 1);
	expect_parameter("ports", "7778\n");
	tear_down_on(&lo, SERVER_PORT, cookie);
	expect_left_out(ALL_RECORDS);
	set("ports", "7778");
	expect_choice(2, 0, 1);
	set("ports", "1-7776,7777");
	expect_choice(4, 0, 2);
	tear_down_on(&lo, SERVER_PORT, cookie);
	events_wait_kind(&events, cookie[0], "tw-death");
	events_expect(&events, cookie[0], CLIENT_CLOSES);
	set("netns", "4294967295");
	expect_choice(6, UINT32_MAX, 2);
	set("netns", "\n");
	set("ports", "\n");
	expect_choice(10, 0, 0);
	tear_down_on(&lo, OTHER_PORT, cookie);
	events_wait_kind(&events, cookie[0], "tw-death");
	events_expect(&events, cookie[0], CLIENT_CLOSES);
	events_expect(&events, cookie[1], SERVER_FOLLOWS);
	expect_left_out(ALL_RECORDS);
	expect_text("# all connections are recorded now, left out 8\n");
	events_close(&events);
	map_close();
}

/*
 * Aborts, FINs sent again and repeated FINs are left out, too; notes of resets are not
 * left behind, which would count as unmatched.
 */
static void test_other_records(void **state)
{
	struct path path, home = lo;
	struct pair pair;
	uint64_t before;
	int i;

	(void)state;
	reload("ports=9");
	map_open();
	for (i = 0; i < 200; i++) {
		pair_open(&lo, &pair);
		pair_reset(&pair);
		pair_close_listener(&pair);
	}
	expect_left_out(400);
	path_open(&path, AF_INET, true);
	pair_open(&path, &pair);
	run("tc qdisc add dev %s root netem loss 100%%", path.dev);
	close(pair.fd[0]);
	before = left_out();
	assert_int_equal(before, 401);
	for (i = 0; left_out() < before + 3 && i < 300; i++)
		pause_ms(100);
	assert_true(left_out() >= before + 3);
	assert_int_equal(events_totals().unmatched, 0);
	/* No FIN is to be sent again during later tests. */
	run("tc qdisc del dev %s root", path.dev);
	expect_eof(pair.fd[1]);
	close(pair.fd[1]);
	pair_close_listener(&pair);
	path_close(&path);
	ns_enter(home.ns[0]);
	map_close();
}

/*
 * With scope=all the first step of an outgoing connection comes before it has a local
 * port: the remote port alone decides.
 */
static void test_first_step(void **state)
{
	struct path own = lo;
	struct events events;
	struct pair pair;

	(void)state;
	reload("scope=all ports=7777");
	map_open();
	events_open(&events);
	pair_open(&lo, &pair);
	pair_reset(&pair);
	pair_close_listener(&pair);
	events_wait_end(&events, pair.cookie[1]);
	events_expect(&events, pair.cookie[0],
		      "CLOSE>SYN_SENT pid, SYN_SENT>ESTABLISHED, "
		      "ESTABLISHED>CLOSE aborted:linger-0 pid");
	assert_int_equal(left_out(), 0);
	set("ports", "20000-30000");
	((struct sockaddr_in *)&own.addr)->sin_port = htons(OTHER_PORT);
	pair_open(&own, &pair);
	pair_reset(&pair);
	events_wait_end(&events, pair.cookie[1]);
	events_expect(&events, pair.cookie[0],
		      "SYN_SENT>ESTABLISHED, ESTABLISHED>CLOSE aborted:linger-0 pid");
	assert_int_equal(left_out(), 1);
	pair_close_listener(&pair);
	events_close(&events);
	map_close();
}

static const char *const bad_ports[][2] = {
	{ "0", "0: want up to 16 ports or ranges, as 80,443,8000-8999\n" },
	{ "65536", "65536: " }, { "0-10", "0-10: " }, { "10-65536", "10-65536: " },
	{ "11-10", "11-10: " }, { "10-", "10-: " }, { "-10", "-10: " },
	{ "10-11-12", "10-11-12: " }, { "80,", "80,: " }, { ",80", ",80: " },
	{ "80,,81", "80,,81: " }, { "80 81", "80\\x2081: " }, { "http", "http: " },
	{ " 80", "\\x2080: " }, { "80\n\n", "80\\x0a\\x0a: " },
	{ "0x50", "0x50: " }, { "+80", "+80: " }, { "80.5", "80.5: " },
	{ "4294967376", "4294967376: " },
	{ "18446744073709551696", "18446744073709551696: " },
	{ "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17",
	  "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17: " },
	{ "80\033[2J", "80\\x1b[2J: " }, { "80\x80", "80\\x80: " },
};

static const char *const bad_netns[][2] = {
	{ "4294967296", "4294967296: want the inode number of a network namespace\n" },
	{ "-1", "-1: " }, { "+1", "+1: " }, { "0x1", "0x1: " }, { "1 ", "1\\x20: " },
	{ "1,2", "1,2: " }, { "net:[1]", "net:[1]: " }, { "1\n\n", "1\\x0a\\x0a: " },
	{ "18446744073709551617", "18446744073709551617: " },
};

/* The log must have one line since it was cleared: the module's, beginning so. */
static void expect_one_line(const char *name, const char *line)
{
	char *log = klog_read(), want[160], *ours, *end;

	snprintf(want, sizeof(want), "%s=%s", name, line);
	ours = strstr(log, "tcpfin: ");
	end = ours ? strchr(ours, '\n') : NULL;
	if (!end || strncmp(ours + 8, want, strlen(want)) ||
	    strstr(end, "tcpfin"))
		fail_msg("one line with '%s' expected, seen: %s", want, log);
	free(log);
}

static void expect_refused(const char *name, const char *const bad[2])
{
	char parameters[128];

	klog_clear();
	assert_int_equal(write_parameter(name, bad[0]), EINVAL);
	expect_one_line(name, bad[1]);
	expect_parameter("ports", "5,7-9\n");
	expect_parameter("netns", "77\n");
	expect_choice(0, 77, 2);

	run("rmmod tcpfin");
	klog_clear();
	snprintf(parameters, sizeof(parameters), "%s=\"%s\"", name, bad[0]);
	assert_int_equal(load_exactly(parameters), EINVAL);
	expect_one_line(name, bad[1]);
	if (load_exactly("ports=5,7-9 netns=77"))
		fail_msg("the module does not load any more: %m");
}

/* Bad values change nothing, and keep the module from being loaded. */
static void test_bad_values(void **state)
{
	size_t i;

	(void)state;
	reload("ports=5,7-9 netns=77");
	for (i = 0; i < sizeof(bad_ports) / sizeof(bad_ports[0]); i++) {
		map_open();
		expect_refused("ports", bad_ports[i]);
		map_close();
	}
	for (i = 0; i < sizeof(bad_netns) / sizeof(bad_netns[0]); i++) {
		map_open();
		expect_refused("netns", bad_netns[i]);
		map_close();
	}
}

/* Only root may read and change them; as many ranges as there is room for. */
static void test_good_values(void **state)
{
	const char *most = "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,65535-65535\n";
	struct stat st;

	(void)state;
	reload("ports=10-10,1-65535 netns=4294967295");
	expect_parameter("ports", "10,1-65535\n");
	expect_parameter("netns", "4294967295\n");
	must(stat(PARAMETERS "ports", &st));
	assert_int_equal(st.st_mode & 07777, 0600);
	must(stat(PARAMETERS "netns", &st));
	assert_int_equal(st.st_mode & 07777, 0600);
	set("ports", most);
	expect_parameter("ports",
			 "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,65535\n");
	reload("ports= netns=");
	expect_parameter("ports", "\n");
	expect_parameter("netns", "0\n");
}

/* Changes during traffic: each record is written or counted, whatever is in use. */
static void test_traffic(void **state)
{
	pid_t traffic;
	int i;

	(void)state;
	reload("");
	map_open();
	klog_clear();
	traffic = traffic_start(&lo);
	for (i = 0; i < 100; i++) {
		set("ports", i % 2 ? "9" : "7777");
		set("netns", i % 3 ? "\n" : "9");
		if (i % 5 == 0)
			set("ports", "\n");
		assert_false(map.header->chosen & 1);
		pause_ms(10);
	}
	stop(traffic, SIGKILL);
	assert_true(left_out() > 0);
	assert_true(events_totals().recorded > 0);
	klog_expect_own_only();
	map_close();
	reload("");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_chosen),
		cmocka_unit_test(test_port_at_load),
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_netns),
		cmocka_unit_test(test_change),
		cmocka_unit_test(test_other_records),
		cmocka_unit_test(test_first_step),
		cmocka_unit_test(test_bad_values),
		cmocka_unit_test(test_good_values),
		cmocka_unit_test(test_traffic),
	};

	return cmocka_run_group_tests_name("choice", tests, setup, NULL);
}
